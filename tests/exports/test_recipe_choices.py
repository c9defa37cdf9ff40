"""What a recipe may choose: how pairs are decided, and what is taken."""

from typing import Any

import pytest

from exports.actions.preview import preview
from exports.models import Recipe
from exports.versions import Difference, proposal
from labeling.models import Adjudication, Disagreement
from tests.exports.judged import Panel, frozen, judge, make_recipe, row_of
from tests.factories import make_domain, make_scenario, make_trait_version, make_user
from tests.labeling.scenes import make_item

pytestmark = pytest.mark.django_db
TERMS = {"aggregation": "majority", "ties": "count", "plural": "keep", "configs": [], "schema_version": "1.1"}
SAME = Difference(0, 0, 0, 0)


def decided(*strengths: int, both_bad: tuple[int, ...] = (), **terms: Any) -> str:
    """The winner of one pair."""
    panel = Panel()
    item = panel.pair(*strengths, both_bad=both_bad)
    return row_of(frozen(make_recipe(panel.project, **terms)), item).winner


@pytest.mark.parametrize(
    ("strengths", "winner"), [((-3, 1, 1), "response1"), ((0, 0, 2), "response2"), ((1, -1), "undecided")]
)
def test_the_mean_strength_may_decide(strengths: tuple[int, ...], winner: str):
    assert decided(*strengths, aggregation="mean strength") == winner


def test_ties_may_be_left_to_those_who_preferred_one():
    assert decided(0, 0, 2, ties="ignore") == "response2"


def test_both_bad_outweighs_those_who_preferred_one():
    assert decided(0, 0, 2, both_bad=(0, 1), ties="ignore") == "both_bad"


def test_dawid_and_skene_trust_those_who_are_mostly_right():
    panel = Panel(people=5)
    for number in range(12):
        sign = 1 if number % 2 else -1
        panel.pair(sign, sign, sign, -sign if number % 3 else sign, -sign if number % 5 else sign)
    contested = panel.pair(1, 1, -1, -1, -1)

    release = frozen(make_recipe(panel.project, aggregation=Recipe.Aggregation.DAWID_SKENE))

    assert row_of(release, contested).winner == "response2"


def test_bradley_and_terry_let_other_comparisons_of_a_scenario_speak():
    panel = Panel(people=2)
    scenario = make_scenario()
    first, second = make_item(panel.project, scenario=scenario), make_item(panel.project, scenario=scenario)
    for person in panel.people:
        judge(first, person, panel.version, 2)
    judge(second, panel.people[0], panel.version, -1)
    judge(second, panel.people[1], panel.version, -3)

    release = frozen(make_recipe(panel.project, aggregation=Recipe.Aggregation.BRADLEY_TERRY))

    assert (row_of(release, first).winner, row_of(release, second).winner) == ("response2", "response1")


@pytest.mark.parametrize(("plural", "outcome"), [("keep", "plural"), ("vote", "preference"), ("leave out", "left_out")])  # fmt: skip
def test_what_was_kept_plural_is_treated_as_the_recipe_says(plural: str, outcome: str):
    panel = Panel()
    item = panel.pair(2, 2, -1)
    panel.pair(1, 1)
    found = Disagreement.objects.create(item=item, trait_version=panel.version, rule="opposite signs")
    Adjudication.objects.create(
        disagreement=found, adjudicator=make_user(), cause="value divergence", is_plural=True, reason="Both."
    )

    counts = frozen(make_recipe(panel.project, plural=plural)).counts["pairs"]

    assert counts[outcome] == (2 if plural == "vote" else 1)


def test_only_chosen_traits_and_domains_go_in():
    panel = Panel()
    health, law = make_domain("health"), make_domain("law")
    kept = panel.pair(1, 1, scenario=make_scenario(domain=health))
    panel.pair(1, 1, scenario=make_scenario(domain=law))
    other = make_trait_version()
    for person in panel.people[:2]:
        judge(kept, person, other, 1)
    recipe = make_recipe(panel.project)
    recipe.domains.set([health])
    recipe.traits.set([panel.version])

    release = frozen(recipe)

    assert [(row.item, row.trait_version) for row in release.items.all()] == [(kept, panel.version)]
    assert (release.counts["verdicts"]["domain"], release.counts["verdicts"]["trait"]) == (2, 2)


def test_imported_annotations_go_in_when_the_recipe_takes_them():
    panel = Panel()
    item = make_item(panel.project)
    for person in panel.people:
        judge(item, person, panel.version, 1, source="import")

    release = frozen(make_recipe(panel.project, sources=["native", "import"]))

    assert release.ratings.count() == 3


def test_nothing_new_is_a_patch_and_new_rows_are_minor():
    panel = Panel()
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    assert preview(recipe).proposal is None
    frozen(recipe)
    before = preview(recipe).proposal

    panel.pair(1, 1)
    after = preview(recipe).proposal

    assert before
    assert after
    assert before.bump == "patch"
    assert after.bump == "minor"
    # A pair, and a verdict on each of its responses.
    assert after.reasons == ["3 rows would be new."]


def test_a_moved_split_is_major():
    panel = Panel()
    panel.pair(1, 1, scenario=make_scenario(domain=make_domain("law")))
    recipe = make_recipe(panel.project)
    frozen(recipe)
    recipe.heldout_domains.set([make_domain("law")])

    found = preview(recipe).proposal

    assert found
    assert (found.bump, found.reasons) == ("major", ["1 prompts would fall into another split."])


@pytest.mark.parametrize(
    ("change", "bump"),
    [
        ({}, "patch"),
        ({"aggregation": "mean strength"}, "major"),
        ({"schema_version": "2.0"}, "major"),
        ({"schema_version": "1.2"}, "minor"),
    ],
)
def test_meaning_and_schema_decide_with_the_rows(change: dict[str, Any], bump: str):
    assert proposal(TERMS, TERMS | change, SAME).bump == bump


def test_releases_that_said_less_are_compared_by_what_they_said():
    assert proposal({}, TERMS, SAME).bump == "minor"
