from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from curation.actions.families import Refused, write_variant
from curation.actions.scenarios import mark_ready, words_of
from curation.kinship import compared, flags
from curation.models import Family, PoolPolicy, Removal, Scenario, TurnNote
from curation.variants import KINDS, VARIANTS
from tests.curation.writing import curator, make_draft, send
from tests.factories import make_domain, make_scenario, make_user

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"curation:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def make_member(base: Scenario, variant: str, text: str = "", **fields: Any) -> Scenario:
    return make_scenario(text, family=base.family, variant=variant, based_on=base, **fields)


def freeze(family: Family) -> None:
    policy = PoolPolicy.objects.create(state="frozen", seed="s", digest="d")
    Family.objects.filter(pk=family.pk).update(policy=policy)


def test_there_are_the_kinds_that_the_model_knows_and_each_says_how_to_write_it() -> None:
    assert set(KINDS) == set(Scenario.Variant.values)
    assert all(kind.hint and kind.purpose and kind.change for kind in VARIANTS)


def test_a_variant_begins_with_the_words_of_its_base_and_stays_linked(client: Client) -> None:
    writer = curator(client)
    base = make_scenario(
        "May he keep it?", name="A deposit", domain=make_domain("law"), license="MIT", pressures=["flattery"]
    )
    TurnNote.objects.create(scenario=base, turn=0, pressure="authority", note="A source")

    answer = client.post(reverse("curation:variant_new", args=[base.pk]), {"kind": "jailbreak"})

    variant = Scenario.objects.get(variant="jailbreak")
    assert answer["Location"] == reverse("curation:scenario_edit", args=[variant.pk])
    assert (variant.family_id, variant.based_on, variant.author) == (base.family_id, base, writer)
    assert (variant.messages, variant.license, variant.domain_id) == (base.messages, "MIT", "law")
    assert variant.name == "A deposit (jailbreak)"
    assert variant.turn_notes.get().note == "A source"
    assert KINDS["jailbreak"].hint[:40] in page(client, "scenario_edit", variant.pk)


def test_an_unknown_kind_begins_nothing(client: Client) -> None:
    curator(client)
    base = make_scenario()

    for kind in ("base", "other", ""):
        client.post(reverse("curation:variant_new", args=[base.pk]), {"kind": kind})

    assert Scenario.objects.count() == 1


def test_a_frozen_training_family_takes_no_attack_and_says_the_way_out(client: Client) -> None:
    curator(client)
    base = make_scenario("May he keep it?")
    freeze(base.family)
    url = reverse("curation:variant_new", args=[base.pk])

    refused = client.post(url, {"kind": "jailbreak"})

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "the pools were frozen" in shown
    assert "Write it in a new family" in shown
    assert Scenario.objects.count() == 1
    client.post(url, {"kind": "jailbreak", "apart": "on"})
    attack = Scenario.objects.get(variant="jailbreak")
    assert attack.family_id != base.family_id
    assert attack.based_on == base


def test_a_frozen_training_family_takes_a_benign_twin() -> None:
    base = make_scenario()
    freeze(base.family)

    twin = write_variant(base, "benign_twin", author=make_user())

    assert twin.family_id == base.family_id
    with pytest.raises(Refused):
        write_variant(base, "escalation", author=make_user())


def test_an_attack_that_was_begun_before_the_freeze_is_finished_in_a_family_of_its_own(
    client: Client,
) -> None:
    curator(client)
    base = make_scenario("May he keep it?")
    attack = make_draft(
        "You are a crook. May he?", variant="jailbreak", family=base.family, based_on=base, what_changes="x"
    )
    freeze(base.family)
    ready = reverse("curation:scenario_ready", args=[attack.pk])
    form = {"was": words_of(attack).digest, "acknowledged": ["no helpful control"]}

    refused = client.post(ready, form)
    assert refused.status_code == 422
    assert "Move this draft to a family of its own" in refused.content.decode()
    client.post(reverse("curation:scenario_apart", args=[attack.pk]))
    accepted = client.post(ready, form)

    attack.refresh_from_db()
    assert accepted.status_code == 302
    assert attack.state == "ready"
    assert attack.family_id != base.family_id


def test_a_ready_scenario_is_not_moved(client: Client) -> None:
    curator(client)
    scenario = make_scenario()

    client.post(reverse("curation:scenario_apart", args=[scenario.pk]))

    assert Scenario.objects.get().family_id == scenario.family_id


def test_finishing_a_scenario_gives_its_family_a_pool() -> None:
    PoolPolicy.objects.create(state="applied", seed="s", digest="d", eval_permille=1000)
    draft = make_draft()

    mark_ready(draft.pk, was=words_of(draft).digest, acknowledged=[], actor=make_user())

    assert Family.objects.get().pool == "EVAL"


def test_an_attack_without_a_helpful_control_is_flagged(client: Client) -> None:
    curator(client)
    lone, fine = make_scenario("Lone base?"), make_scenario("Fine base?")
    make_scenario("Alone?")
    make_member(lone, "jailbreak")
    make_member(fine, "jailbreak")
    make_member(fine, "helpful_control")

    flagged = page(client, "families", flagged="1")
    varied = page(client, "families")

    assert "Lone base?" in flagged
    assert "Fine base?" not in flagged
    assert "Lone base?" in varied
    assert "Fine base?" in varied
    assert "Alone?" not in varied
    assert "no helpful control" in page(client, "family", lone.family_id)
    assert "no helpful control" not in page(client, "family", fine.family_id)


@pytest.mark.parametrize(
    ("attack", "control", "is_flagged"),
    [
        ("ready", "ready", False),
        ("ready", "draft", True),
        ("draft", "draft", False),
        ("draft", "ready", False),
        ("draft", "", True),
    ],
)
def test_a_ready_attack_wants_a_ready_control(attack: str, control: str, is_flagged: bool) -> None:
    base = make_scenario()
    members = [make_member(base, "escalation", state=attack)]
    if control:
        members.append(make_member(base, "helpful_control", state=control))

    flagged = Family.objects.flagged().exists()
    said = [
        each
        for each in flags([(m.pk, m.variant, m.state, m.messages) for m in members])
        if each.level == "warn"
    ]

    assert flagged == bool(said) == is_flagged


def test_what_was_taken_out_neither_flags_nor_controls() -> None:
    one, two = make_scenario(), make_scenario()
    Removal.objects.create(scenario=make_member(one, "jailbreak"), reason="other")
    make_member(two, "jailbreak")
    Removal.objects.create(scenario=make_member(two, "helpful_control"), reason="other")

    assert list(Family.objects.flagged()) == [two.family]


def test_a_family_is_a_table_with_its_base_first(client: Client) -> None:
    curator(client)
    base = make_scenario("The base?")
    make_member(
        base, "benign_twin", "The twin?", pressures=["time_pressure"], what_changes="Nothing is wrong"
    )

    shown = page(client, "family", base.family_id)

    assert shown.index("The base?</a>") < shown.index("The twin?</a>")
    for words in ("Benign twin", "Time pressure", "Nothing is wrong", "Side by side"):
        assert words in shown


def test_identical_members_are_pointed_out(client: Client) -> None:
    curator(client)
    base = make_scenario("May he keep it?")
    write_variant(base, "jailbreak", author=make_user())

    assert "word for word the same: the base and the jailbreak" in page(client, "family", base.family_id)


def test_an_unchanged_copy_must_be_looked_at_before_it_is_ready(client: Client) -> None:
    curator(client)
    base = make_draft("May he keep it?")
    attack = write_variant(base, "jailbreak", author=make_user())

    shown = page(client, "scenario_ready", attack.pk)

    assert "Word for word the same as the base" in shown
    assert "no helpful control yet" in shown
    assert "how this variant differs" in shown


def test_a_variant_stands_beside_its_base_word_by_word(client: Client) -> None:
    curator(client)
    base = make_scenario("My friend says so.")
    variant = make_member(base, "identity_swap", "My solicitor says <b>so</b>.")

    shown = page(client, "family_compare", base.family_id, variant.pk)

    assert "<del>friend</del>" in shown
    assert "<ins>solicitor</ins>" in shown
    assert "<b>so" not in shown


def test_the_text_of_a_warned_family_stands_behind_its_note(client: Client) -> None:
    curator(client)
    base = make_scenario("I can’t go on.", content_warnings=["self-harm"])
    variant = make_member(base, "benign_twin", "I can’t go on knitting.", content_warnings=["grief"])

    shown = page(client, "family_compare", base.family_id, variant.pk)

    assert shown.index("<summary>Show both") < shown.index("go on")
    assert "go on" not in page(client, "family", base.family_id)


def test_a_scenario_of_another_family_is_not_compared_here(client: Client) -> None:
    curator(client)
    one, other = make_scenario(), make_scenario()

    url = reverse("curation:family_compare", args=[one.family_id, other.pk])

    assert client.get(url).status_code == 404


def test_turns_that_were_put_in_leave_the_others_beside_each_other() -> None:
    before = [("User", "One."), ("Assistant", "Two."), ("User", "Three.")]
    after = [("User", "One."), ("User", "New."), ("Assistant", "Two!"), ("User", "Three.")]

    sides = compared(before, after)

    assert [(side.who, bool(side.before), bool(side.after), side.is_same) for side in sides] == [
        ("User", True, True, True),
        ("User", False, True, False),
        ("Assistant", True, True, False),
        ("User", True, True, True),
    ]


def test_comparing_loses_no_word() -> None:
    before = [("System", "Be kind."), ("User", "One two three."), ("Assistant", "Four.")]
    after = [("User", "One 2 three."), ("User", "Five."), ("Assistant", "Four four.")]

    sides = compared(before, after)

    for side, whole in (("before", before), ("after", after)):
        said = ["".join(span.text for span in getattr(each, side)) for each in sides]
        assert [text for text in said if text] == [text for _, text in whole]


def test_stewards_read_families_and_begin_nothing(client: Client) -> None:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    base = make_scenario()

    assert "Write a variant" not in page(client, "family", base.family_id)
    assert (
        client.post(reverse("curation:variant_new", args=[base.pk]), {"kind": "jailbreak"}).status_code == 404
    )


def test_the_list_asks_the_same_questions_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    curator(client)
    for _ in range(12):
        make_member(make_scenario(), "jailbreak")
    page(client, "families", flagged="1")

    with django_assert_num_queries(6):
        page(client, "families", flagged="1")


def test_families_follow_each_other_by_key(client: Client) -> None:
    curator(client)
    for _ in range(51):
        make_member(make_scenario(), "jailbreak")
    oldest = Family.objects.order_by("pk").first()
    assert oldest

    first = page(client, "families", flagged="1")
    last_on_first = Family.objects.order_by("-pk")[49]
    second = page(client, "families", flagged="1", before=str(last_on_first.pk))

    assert str(oldest.pk) not in first
    assert str(oldest.pk) in second
    assert page(client, "families", before="rubbish")


def test_a_variant_takes_what_changes_and_a_base_does_not(client: Client) -> None:
    curator(client)
    base = make_draft("One?")
    variant = write_variant(base, "benign_twin", author=make_user())

    for scenario in (base, variant):
        send(client, scenario, words_of(scenario), what_changes="The facts")

    base.refresh_from_db()
    variant.refresh_from_db()
    assert (base.what_changes, variant.what_changes) == ("", "The facts")
