"""What enters a release, what stays out and why, and that it never changes."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import User
from curation.models import Family, Scenario
from curation.text import prompt_id, with_system
from exports.actions.freeze import NothingToRelease, SplitMoved
from exports.actions.preview import preview
from exports.actions.releases import cut_release
from exports.models import Release, ReleaseItem
from labeling.models import Annotation, Assignment
from tests.exports.judged import (
    Panel,
    cite,
    frozen,
    judge,
    make_annotator,
    make_recipe,
    outcomes,
    row_of,
    say_consent,
)
from tests.factories import make_domain, make_scenario, make_trait_version
from tests.labeling.scenes import at_once, make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("strengths", "both_bad", "winner"),
    [
        ((2, 3), (), "response2"),
        ((-1, -1, 3), (), "response1"),
        ((1, 0), (), "undecided"),
        ((1, -1), (), "undecided"),
        ((0, 0, 2), (), "tie"),
        ((1, 1, 0), (), "response2"),
        ((1, 1), (0, 1), "both_bad"),
        ((2, 2), (0,), "undecided"),
        ((0, 0, 1), (0,), "tie"),
        ((-2, -2, None), (), "response1"),
    ],
)
def test_more_than_half_of_all_votes_decide(
    strengths: tuple[int, ...], both_bad: tuple[int, ...], winner: str
):
    panel = Panel()
    item = panel.pair(*strengths, both_bad=both_bad)

    release = frozen(make_recipe(panel.project))

    assert row_of(release, item).winner == winner


def test_votes_and_mean_are_kept_beside_the_winner():
    panel = Panel()
    item = make_item(panel.project)
    judge(item, panel.people[0], panel.version, 3)
    judge(item, panel.people[1], panel.version, 1, order=(1, 0))
    judge(item, panel.people[2], panel.version, 0, order=(1, 0))

    row = row_of(frozen(make_recipe(panel.project)), item)

    assert (row.n_annotators, row.n_first, row.n_second, row.n_ties) == (3, 0, 2, 1)
    assert row.n_first_shown_first == 1
    assert row.mean_preference == pytest.approx(4 / 3)


def test_every_pair_and_every_verdict_is_in_or_out_for_one_reason():
    panel = Panel()
    panel.pair(1, 1)
    panel.pair(1, 0)
    panel.pair(0, 0)
    panel.pair(3, 3, both_bad=(0, 1))
    panel.pair(None, None)
    panel.pair(2)
    panel.pair(1, 1, scenario=make_scenario(family=Family.objects.create(pool="EVAL")))
    panel.pair(1, 1, texts=("one", "two", "three"))
    panel.pair(1, 1, scenario=make_scenario(is_demo=True))
    late, imported, silent, outdated, compared = (make_item(panel.project) for _ in range(5))
    judge(late, panel.people[0], panel.version, 1, is_late=True)
    judge(imported, panel.people[0], panel.version, 1, source="import")
    judge(silent, make_annotator(consents=False), panel.version, 1)
    judge(outdated, panel.people[0], panel.version, 1)
    Assignment.objects.filter(item=outdated).update(state="stale")
    judge(compared, panel.people[0], panel.version, 1, is_late=True)
    Assignment.objects.filter(item=compared).update(is_calibration=True)
    make_item(panel.project)

    counts = frozen(make_recipe(panel.project)).counts

    assert outcomes_of(counts["pairs"]) == {
        "total": 14, "preference": 1, "undecided": 1, "tie": 1, "both_bad": 1, "cannot_judge": 1, "too_few": 1,
        "nothing_counted": 8,
    }  # fmt: skip
    assert counts["verdicts"] == {
        "total": 22, "counted": 11, "calibration": 1, "pool": 2, "not_a_pair": 2, "demo": 2, "late": 1, "source": 1, "license": 0, "consent": 1,
        "stale": 1, "heldout_family": 0, "removed": 0, "attack": 0, "unplaced": 0, "ruled": 0, "near_heldout": 0,
        "domain": 0, "trait": 0,
    }  # fmt: skip
    for part in ("pairs", "verdicts"):
        assert counts[part]["total"] == sum(counts[part].values()) - counts[part]["total"]
    assert counts["unlabeled_items"] == 1


def outcomes_of(counts: dict[str, int]) -> dict[str, int]:
    return {key: count for key, count in counts.items() if count}


def test_the_preview_counts_what_the_release_then_holds_and_leaves_nothing():
    panel = Panel()
    panel.pair(1, 1)
    panel.pair(1)
    recipe = make_recipe(panel.project)

    counts = preview(recipe).counts

    assert not Release.objects.exists()
    frozen_counts = frozen(recipe).counts
    assert counts == {key: frozen_counts[key] for key in counts}


def test_whoever_withdraws_consent_is_not_in_the_next_release():
    panel = Panel()
    panel.pair(1, 1, 1)
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    first = frozen(recipe)

    say_consent(panel.people[0], is_given=False)
    second = frozen(recipe)

    assert (first.ratings.count(), second.ratings.count()) == (5, 2)
    assert outcomes(second) == {"total": 2, "preference": 1, "too_few": 1}


def test_only_the_newest_revision_counts():
    panel = Panel()
    item = panel.pair(1, 1)
    old = Annotation.objects.filter(assignment__annotator=panel.people[0]).get()
    new = Annotation.objects.create(
        pk=None, assignment=old.assignment, submission_id=old.assignment_id, digest="e", revision=2,
        superseded_by=old,
    )  # fmt: skip
    with transaction.atomic():
        Annotation.objects.filter(pk=old.pk).update(superseded_by=new)
        Annotation.objects.filter(pk=new.pk).update(superseded_by=None)
    judge(item, panel.people[0], panel.version, -3)

    release = frozen(make_recipe(panel.project))

    assert set(release.ratings.values_list("strength", flat=True)) == {-3, 1}


def test_the_demo_recipe_takes_demo_rows_and_nothing_else():
    panel = Panel(is_demo=True)
    author = make_annotator(consents=False, is_demo=True)
    shown = make_item(panel.project, scenario=make_scenario(is_demo=True))
    judge(shown, author, panel.version, 2, source="demo")
    panel.pair(1, 1)

    demo = frozen(make_recipe(panel.project, slug="demo", is_demo=True, minimum_annotators=1))
    real = frozen(make_recipe(panel.project))

    assert [row.item for row in demo.items.all()] == [shown]
    assert shown not in [row.item for row in real.items.all()]


def test_splits_follow_held_out_domains_then_the_family_bucket():
    panel = Panel()
    law, health = make_domain("law"), make_domain("health")
    held = panel.pair(1, 1, scenario=make_scenario(domain=law))
    low = panel.pair(1, 1, scenario=scenario_in(49, domain=health))
    high = panel.pair(1, 1, scenario=scenario_in(50, domain=None))
    straddling = Family.objects.create()
    make_scenario(family=straddling, domain=law)
    twin = panel.pair(1, 1, scenario=make_scenario(family=straddling, domain=health))
    recipe = make_recipe(panel.project, validation_permille=50)
    recipe.heldout_domains.set([law])

    release = frozen(recipe)

    assert {row.item: row.split for row in release.items.all()} == {
        held: "test_heldout_domain", low: "validation", high: "train",
    }  # fmt: skip
    assert twin not in [row.item for row in release.items.all()]
    assert release.counts["verdicts"]["heldout_family"] == 2


def scenario_in(bucket: int, **fields: Any) -> Scenario:
    return make_scenario(family=Family.objects.create(bucket=bucket), **fields)


def test_prompt_ids_come_from_the_prompt_as_it_is_released():
    panel = Panel()
    scenario = make_scenario("Is this true?", system_prompt="You are a clerk.")
    panel.pair(1, 1, scenario=scenario)

    prompt = frozen(make_recipe(panel.project)).prompts.get()

    assert prompt.prompt_id == prompt_id(with_system(scenario.messages, scenario.system_prompt))


def test_pseudonyms_hold_within_a_release_and_link_nothing_across_two():
    panel = Panel()
    panel.pair(1, 1)
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)

    names = [set(frozen(recipe).ratings.values_list("annotator", flat=True)) for _ in range(2)]

    assert [len(found) for found in names] == [2, 2]
    assert not names[0] & names[1]


def test_reasons_and_cited_passages_become_the_rationale():
    panel = Panel()
    item = make_item(panel.project, texts=("It may rain. Take care.", "It will rain."))
    first = judge(
        item, panel.people[0], panel.version, -2, both_bad=True, rationale="A2 warns.", confidence=3
    )
    cite(first, panel.version, 0, "Take care.")
    judge(item, panel.people[1], panel.version, 1)

    release = frozen(make_recipe(panel.project))

    assert sorted(release.ratings.values_list("rationale", flat=True)) == [
        "",
        "A2 warns.\n\nBoth responses are bad.\n\nresponse1: “Take care.”",
    ]
    rating = release.ratings.get(confidence=3)
    assert rating.duration_ms == 61_000
    assert (rating.rated_at.hour, rating.rated_at.minute, rating.rated_at.microsecond) == (0, 0, 0)


def test_a_later_change_of_labels_names_and_provenance_changes_no_frozen_row():
    panel = Panel()
    item = panel.pair(1, 1)
    release = frozen(make_recipe(panel.project))
    before = snapshot(release)

    judge(item, panel.people[2], panel.version, -3)
    panel.version.trait.name = "Renamed"
    panel.version.trait.save()
    Scenario.objects.update(domain=make_domain("elsewhere"), license="mit")
    item.responses.update(model_revision="newer", license="other")
    User.objects.update(name="Renamed")

    assert snapshot(Release.objects.get()) == before


def snapshot(release: Release) -> list[object]:
    tables = (release.items, release.prompts, release.responses, release.ratings)
    return [
        release.digest,
        release.codebook,
        release.terms,
        *(list(table.order_by("pk").values()) for table in tables),
    ]


@pytest.mark.parametrize("table", ["items", "prompts", "responses", "ratings"])
def test_the_database_refuses_to_change_frozen_rows(table: str):
    panel = Panel()
    panel.pair(1, 1)
    row = getattr(frozen(make_recipe(panel.project)), table).first()

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        type(row).objects.filter(pk=row.pk)._raw_delete("default")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(release=row.release)


def test_a_frozen_release_takes_no_more_rows():
    panel = Panel()
    panel.pair(1, 1)
    release = frozen(make_recipe(panel.project))
    prompt = release.prompts.get()
    prompt.pk, prompt.scenario = None, make_scenario()

    with pytest.raises(IntegrityError, match="takes no more rows"), transaction.atomic():
        prompt.save(force_insert=True)


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"minor": 7}, {"counts": {}}, {"salt": b"x"}, {"state": "draft"}]
)
def test_the_database_refuses_to_change_a_frozen_release(change: dict[str, object]):
    panel = Panel()
    panel.pair(1, 1)
    release = frozen(make_recipe(panel.project))

    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(**change)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        Release.objects.filter(pk=release.pk)._raw_delete("default")


def test_the_next_release_says_what_was_added_changed_and_withdrawn():
    panel = Panel()
    kept, changed, gone = (panel.pair(1, 1) for _ in range(3))
    recipe = make_recipe(panel.project)
    frozen(recipe)
    judge(changed, panel.people[2], panel.version, 3)
    say_consent(panel.people[1], is_given=False)
    judge(kept, panel.people[2], panel.version, 3)
    added = make_item(panel.project)
    judge(added, panel.people[0], panel.version, 2)
    judge(added, panel.people[2], panel.version, 2)

    second = frozen(recipe)

    assert second.version == "1.1.0"
    assert second.counts["changes"] == {"added": 1, "changed": 2, "moved": 0, "withdrawn": 1}
    assert gone not in [row.item for row in second.items.all()]


def test_rows_that_did_not_change_keep_the_release_they_came_with():
    panel = Panel()
    old = panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    first = frozen(recipe)
    new = panel.pair(1, 1)

    second = frozen(recipe)

    assert [row_of(second, item).since for item in (old, new)] == ["1.0.0", "1.1.0"]
    assert row_of(second, old).row_sha256 == row_of(first, old).row_sha256
    assert sorted(second.responses.values_list("since", flat=True)) == ["1.0.0"] * 2 + ["1.1.0"] * 2


def test_a_moved_split_needs_a_major_release():
    panel = Panel()
    panel.pair(1, 1, scenario=scenario_in(30))
    recipe = make_recipe(panel.project)
    frozen(recipe)
    recipe.validation_permille = 50
    recipe.save()

    with pytest.raises(SplitMoved):
        frozen(recipe)
    Release.objects.filter(state="draft").delete()

    assert frozen(recipe, bump="major").version == "2.0.0"


def test_an_empty_release_is_refused_with_its_reasons():
    panel = Panel()
    panel.pair(1)
    panel.pair(None, None)
    recipe = make_recipe(panel.project)

    with pytest.raises(NothingToRelease, match=r"1 pairs: judged by too few.*1 pairs: nobody could judge"):
        frozen(recipe)

    assert not ReleaseItem.objects.exists()


def test_the_question_without_a_trait_is_called_overall():
    panel = Panel()
    item = make_item(panel.project)
    for person in panel.people:
        judge(item, person, None, 2)

    row = row_of(frozen(make_recipe(panel.project)), item)

    assert (row.trait, row.trait_number, row.trait_version) == ("overall", 0, None)


def test_two_traits_of_one_pair_are_two_rows_with_their_own_keys():
    panel = Panel()
    item = panel.pair(1, 1)
    other = make_trait_version()
    for person in panel.people[:2]:
        judge(item, person, other, -1)

    release = frozen(make_recipe(panel.project))

    assert sorted(release.items.values_list("winner", flat=True)) == ["response1", "response2"]
    assert release.items.values("key").distinct().count() == 2
    assert [trait["trait_id"] for trait in release.codebook] == sorted(
        [panel.version.trait.slug, other.trait.slug]
    )


@pytest.mark.django_db(transaction=True)
def test_people_who_cut_at_once_begin_one_release():
    recipe = make_recipe(Panel().project)

    found = at_once(lambda number: cut_release(recipe), 4)

    assert len({release.pk for release, _ in found}) == len({run.pk for _, run in found}) == 1
