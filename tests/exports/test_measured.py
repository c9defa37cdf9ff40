"""What is measured of a release, worked by hand."""

import pytest

from exports.actions.gates import measures_of
from exports.measured import measured
from exports.models import ReleaseMeasures
from labeling.models import Item, ItemResponse
from tests.exports.judged import Panel, frozen, judge, make_recipe
from tests.factories import make_response, make_scenario

pytestmark = pytest.mark.django_db
REFUSAL = "I'm sorry, but I can't help with that."


def pair(panel: Panel, *answers: tuple[str, str], position: int) -> Item:
    """An item of two responses as (model, text), the first in canonical order first."""
    scenario = make_scenario()
    item = Item.objects.create(
        project=panel.project, scenario=scenario, needed=2, taken=0, position=position, content_sha256=f"{position:064}",
    )  # fmt: skip
    for place, (model, text) in enumerate(answers):
        ItemResponse.objects.create(
            item=item, response=make_response(scenario, text, model=model), place=place
        )
    return item


def test_signals_and_strengths_are_those_of_the_frozen_rows():
    panel = Panel(people=2)
    first = pair(panel, ("a", REFUSAL), ("b", "Yes, and here is how it works in detail."), position=1)
    second = pair(panel, ("b", "A short one."), ("a", "A much longer one, with many words."), position=2)
    for person, order in zip(panel.people, ((0, 1), (1, 0)), strict=True):
        judge(first, person, panel.version, 3, order=order)
        judge(second, person, panel.version, -1 if order == (0, 1) else None, order=order)

    found = measured(frozen(make_recipe(panel.project, minimum_annotators=1)))

    slug = panel.version.trait.slug
    assert found["strengths"] == [
        {"trait": slug, "version": 1, "counts": [0, 1, 0, 2], "both_bad": 0, "cannot_judge": 1}
    ]
    # First shown: lost, won (second response shown first and preferred), won. Longer: won, won, lost.
    assert (found["position"]["value"], found["position"]["n"]) == (round(2 / 3 - 0.5, 4), 3)
    assert (found["longer"]["value"], found["longer"]["n"]) == (round(2 / 3 - 0.5, 4), 3)
    # Both decided pairs are between the two models, and b won both.
    assert [(row["model"], row["wins"], row["n"]) for row in found["models"]] == [("a", 0, 2), ("b", 2, 2)]
    refusals = found["refusals"]
    assert (refusals["refusing"], refusals["responses"], refusals["wins"], refusals["n"]) == (1, 4, 0, 1)
    assert found["median_s"] == 61.0


def test_it_is_measured_once_and_read_from_then_on():
    panel = Panel(people=2)
    panel.pair(1, 1)
    release = frozen(make_recipe(panel.project))

    first = measures_of(release)
    again = measures_of(release)

    assert first == again == ReleaseMeasures.objects.get().values
