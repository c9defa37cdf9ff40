"""The pages on which a policy goes from draft to applied."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from curation.actions.placing import terms_of
from curation.actions.pools import assign_new_families, freeze_policy, stamp
from curation.allotment import Place, digest
from curation.conflicts import conflicts
from curation.models import Family, NearDuplicate, PoolPolicy, Removal, Scenario
from curation.pool_matrix import pool_matrix
from runs.models import Run
from tests.curation.policies import drafted, in_force, make_terms
from tests.factories import make_domain, make_scenario, make_trait, make_user

pytestmark = pytest.mark.django_db
POOLS, EDIT, PREVIEW, APPLY, DISCARD = (
    f"/pools/{path}" for path in ("", "policy/", "policy/preview/", "policy/apply/", "policy/discard/")
)
NO_SHARES = {"shares-TOTAL_FORMS": "3", "shares-INITIAL_FORMS": "0"}
HTMX = {"HX-Request": "true"}


def person(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_user(roles=roles))
    return client


@pytest.fixture
def curator() -> Client:
    return person(Role.CURATORS)


def said(draft: PoolPolicy, **fields: Any) -> dict[str, Any]:
    """What the form sends."""
    was = stamp(terms_of(draft), draft.note)
    return {"eval_percent": "15", "seed": "seed", "was": was, **NO_SHARES, **fields}


def the_draft() -> PoolPolicy:
    return PoolPolicy.objects.drafts().get()


def straddle(first: Scenario, second: Scenario) -> NearDuplicate:
    low, high = sorted((first, second), key=lambda each: each.pk)
    return NearDuplicate.objects.create(
        first=low, second=high, kind="near", similarity=0.91, is_straddling=True
    )


def test_without_a_policy_the_page_says_what_that_means(curator: Client):
    page = curator.get(POOLS).content.decode()

    assert "No policy is in force" in page
    assert "Draft a policy" in page


def test_a_policy_goes_from_draft_to_applied(curator: Client):
    health = make_scenario(domain=make_domain("health"))
    make_scenario(domain=make_domain("law"))

    assert curator.post("/pools/policy/begin/").headers["Location"] == EDIT
    answer = curator.post(EDIT, said(the_draft(), eval_percent="0", domain_health="PRIVATE", preview="1"))
    assert answer.headers["Location"] == PREVIEW
    preview = " ".join(curator.get(PREVIEW).content.decode().split())
    assert "<td>TRAIN</td><td>PRIVATE</td><td>held-out domain: health</td>" in preview
    assert Family.objects.get(pk=health.family_id).pool == "TRAIN"
    curator.post(APPLY, {"digest": digest(terms_of(the_draft()))})

    assert Family.objects.get(pk=health.family_id).pool == "PRIVATE"
    page = curator.get(POOLS).content.decode()
    assert "Not frozen yet" in page
    assert PoolPolicy.objects.get().digest in page
    assert "Health (PRIVATE)" in page


def test_the_form_keeps_everything_that_was_said(curator: Client):
    make_domain("law"), make_trait("candor")
    by_family, by_scenario = Family.objects.create(), make_scenario()
    draft = drafted(make_terms())

    curator.post(
        EDIT,
        said(draft, eval_percent="12.5", seed="roses", trait_candor="EVAL", note="As agreed.")
        | {
            "families_eval": f"https://arete.example/families/{by_family.pk}/",
            "families_private": str(by_scenario.pk),
        }
        | {"shares-0-trait": "candor", "shares-0-domain": "law", "shares-0-percent": "40"},
    )

    assert terms_of(the_draft()) == make_terms(
        seed="roses",
        eval_permille=125,
        traits={"candor": "EVAL"},
        families={by_family.pk: "EVAL", by_scenario.family_id: "PRIVATE"},
        shares={Place("candor", "law"): 400},
    )
    page = curator.get(EDIT).content.decode()
    assert "while you were writing" not in page
    for words in ("12.5", "roses", "As agreed.", str(by_family.pk), str(by_scenario.family_id), 'value="40"'):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"eval_percent": "101"}, "Share of each cell for EVAL, in percent: A share is 100 at the most"),
        ({"eval_percent": "many"}, "Enter a number"),
        ({"eval_percent": "1.55"}, "One digit"),
        ({"seed": ""}, "Enter a seed"),
        ({"families_eval": "the first one"}, "is no address"),
        ({"families_eval": "00000000-0000-0000-0000-000000000009"}, "There is no family"),
        (
            {"shares-0-percent": "10"},
            "Cell 1, Trait: A share of its own needs a trait, a domain and a number",
        ),
        ({"domain_law": "TRAIN"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(curator: Client, fields: dict[str, str], words: str):
    make_domain("law")
    draft = drafted(make_terms(eval_permille=10))

    answer = curator.post(EDIT, said(draft) | fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert terms_of(the_draft()).eval_permille == 10


def test_a_family_in_both_lists_and_a_cell_with_two_shares_are_refused(curator: Client):
    make_domain("law"), make_trait("candor")
    family, draft = Family.objects.create(), drafted(make_terms())
    share = {
        f"shares-{n}-{name}": value
        for n in (0, 1)
        for name, value in (("trait", "candor"), ("domain", "law"), ("percent", "5"))
    }

    both = curator.post(EDIT, said(draft, families_eval=str(family.pk), families_private=str(family.pk)))
    twice = curator.post(EDIT, said(draft) | share)

    assert "stands in both lists" in both.content.decode()
    assert "two shares of its own" in twice.content.decode()


def test_the_draft_saves_itself(curator: Client):
    draft = drafted(make_terms())

    saved = curator.post(EDIT, said(draft, eval_percent="20"), headers=HTMX)

    assert saved.status_code == 200
    assert stamp(terms_of(the_draft()), "") in saved.content.decode()
    assert terms_of(the_draft()).eval_permille == 200


def test_saved_by_script_the_preview_is_led_to(curator: Client):
    answer = curator.post(EDIT, said(drafted(make_terms()), preview="1"), headers=HTMX)

    assert answer.headers["HX-Redirect"] == PREVIEW
    assert 'name="was"' in answer.content.decode()


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_of_two_drafts_both_are_shown_and_one_is_chosen(curator: Client, headers: dict[str, str]):
    mine = said(drafted(make_terms(eval_permille=10)), eval_percent="30")
    drafted(make_terms(eval_permille=20))

    told = curator.post(EDIT, mine, headers=headers)

    assert told.status_code == 409
    assert "2% for EVAL" in told.content.decode()
    curator.post(EDIT, mine | {"over": stamp(terms_of(the_draft()), "")}, headers=headers)
    assert terms_of(the_draft()).eval_permille == 300


def test_only_what_was_previewed_is_applied(curator: Client):
    make_scenario()
    draft = drafted(make_terms())
    looked_at = digest(terms_of(draft))
    drafted(make_terms(eval_permille=1000))

    page = curator.post(APPLY, {"digest": looked_at}, follow=True).content.decode()

    assert "not the one that was previewed" in page
    assert PoolPolicy.objects.get().state == "draft"


def test_a_preview_of_earlier_terms_can_not_be_applied(curator: Client):
    drafted(make_terms())
    curator.post(PREVIEW)
    assert "Apply this policy" in curator.get(PREVIEW).content.decode()

    drafted(make_terms(eval_permille=5))

    page = curator.get(PREVIEW).content.decode()
    assert "Apply this policy" not in page
    assert "The draft changed since" in page


def test_many_families_are_left_to_a_worker(curator: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("curation.actions.pool_runs.QUICK_FAMILIES", 1)
    make_scenario(), make_scenario()
    drafted(make_terms())

    curator.post(PREVIEW)
    curator.post(PREVIEW)

    assert Run.objects.get().state == "queued"
    assert "Progress" in curator.get(PREVIEW).content.decode()


def test_an_application_under_way_is_shown_beside_the_policy_in_force(
    curator: Client, monkeypatch: pytest.MonkeyPatch
):
    make_scenario()
    in_force()
    draft = drafted(make_terms(eval_permille=5))
    monkeypatch.setattr("curation.actions.pool_runs.QUICK_FAMILIES", 0)

    page = curator.post(APPLY, {"digest": digest(terms_of(draft))}, follow=True).content.decode()

    assert "Progress" in page
    assert "In force" in page


def test_once_frozen_there_is_nothing_to_draft(curator: Client):
    in_force()
    freeze_policy()

    answer = curator.post("/pools/policy/begin/", follow=True)

    page = answer.content.decode()
    assert "The pools were frozen with the first release" in page
    assert "Draft another policy" not in page
    assert not PoolPolicy.objects.drafts().exists()


@pytest.mark.parametrize("address", [EDIT, PREVIEW])
def test_without_a_draft_one_is_led_back(curator: Client, address: str):
    assert curator.get(address).headers["Location"] == POOLS
    assert curator.post(APPLY).headers["Location"] == POOLS


def test_a_discarded_draft_changes_nothing(curator: Client):
    drafted(make_terms(eval_permille=1000))

    curator.post(DISCARD)

    assert not PoolPolicy.objects.exists()


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.CURATORS, True), (Role.STEWARDS, True), (Role.TRAIT_AUTHORS, False)]
)
def test_canaries_are_for_curators_and_stewards(role: Role, sees: bool):
    in_force()

    assert ("canary GUID" in person(role).get(POOLS).content.decode()) is sees


def test_near_duplicates_that_were_frozen_apart_want_a_decision(curator: Client):
    train, held = make_scenario("Of one pool?"), make_scenario("Of another?", domain=make_domain("health"))
    in_force(domains={"health": "EVAL"})
    freeze_policy()
    straddle(train, held)

    page = curator.get(POOLS).content.decode()

    assert "Wants a decision" in page
    assert "91% alike" in page
    assert "Of one pool?" in page


@pytest.mark.parametrize("decision", ["dismissed", "removed"])
def test_a_decision_ends_the_conflict(decision: str):
    train, held = make_scenario(), make_scenario(domain=make_domain("health"))
    policy = in_force(domains={"health": "EVAL"})
    freeze_policy()
    policy.refresh_from_db()
    pair = straddle(train, held)
    assert len(conflicts(policy)) == 1

    if decision == "dismissed":
        NearDuplicate.objects.filter(pk=pair.pk).update(is_dismissed=True)
    else:
        Removal.objects.create(scenario=held, reason="duplicate")

    assert conflicts(policy) == []


def test_what_came_to_be_held_out_after_the_freeze_is_named(curator: Client):
    moved, aimed, attacked = make_scenario(), make_scenario(), make_scenario()
    health, trait = make_domain("health"), make_trait("candor")
    policy = in_force(domains={"health": "EVAL"}, traits={"candor": "EVAL"})
    freeze_policy()
    policy.refresh_from_db()
    Scenario.objects.filter(pk=moved.pk).update(domain=health)
    aimed.aimed_traits.add(trait)
    variant = make_scenario(family=attacked.family, variant="jailbreak")
    assign_new_families()

    assert {conflict.scenario.pk for conflict in conflicts(policy)} == {moved.pk, aimed.pk, variant.pk}


def test_a_conflict_hides_words_that_want_a_warning(curator: Client):
    base = make_scenario()
    in_force()
    freeze_policy()
    make_scenario("Something grave", family=base.family, variant="jailbreak", content_warnings=["violence"])

    page = curator.get(POOLS).content.decode()

    assert "content note (violence)" in page
    assert "Something grave" not in page


def test_before_the_freeze_nothing_wants_a_decision():
    assert conflicts(None) == []
    assert conflicts(in_force()) == []


def test_the_matrix_names_pools_from_the_strictest_and_puts_what_has_no_name_last():
    table = pool_matrix(
        [
            ("candor", "law", "TRAIN", 3),
            ("candor", "law", "EVAL", 1),
            ("", "law", "ATTACK", 1),
            ("gone", "", "TRAIN", 2),
        ],
        {"care": "Care", "candor": "Candor"},
        {"law": "Law"},
    )

    assert table.heads == ["Law", "No domain"]
    assert [line.name for line in table.lines] == ["Candor", "gone", "No trait"]
    assert list(table.lines[0].boxes[0].pools.items()) == [("EVAL", 1), ("TRAIN", 3)]
    assert [box.shade for line in table.lines for box in line.boxes] == [2, 0, 0, 1, 6, 0]


def test_trait_authors_read_and_write_nothing():
    client = person(Role.TRAIT_AUTHORS)
    drafted(make_terms())

    assert client.get(POOLS).status_code == 200
    assert client.get(reverse("curation:policy_edit")).status_code == 404
