"""A preference project that Arete did not make is fetched from a real Label Studio."""

from pathlib import Path
from typing import Any

import pytest

from curation.actions.importing import Plan
from labeling.actions.studio_import import Wanted, bring_project
from labeling.actions.studios import Address
from labeling.models import Item, OutsideAnnotator, OutsideVerdict
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_user
from tests.label_studio.server import EMAIL, TOKEN, There
from tests.labeling.scenes import make_labeling_project
from tests.labeling.test_label_studio_import import CONFIG

pytestmark = pytest.mark.django_db


def test_its_tasks_become_items_and_what_was_pressed_their_preference(there: There):
    number = there.ask("POST", "/api/projects/", json={"title": "Of others", "label_config": CONFIG})["id"]
    asked: dict[str, Any] = {"ask": "May he?", "x1": "Yes.", "x2": "Ask him."}
    there.ask("POST", f"/api/projects/{number}/import", json=[asked])
    (task,) = there.tasks(number)
    there.answer(
        task["id"],
        [{"from_name": "pw", "to_name": "one", "type": "pairwise", "value": {"selected": "right"}}],
    )
    project = make_labeling_project(traits=1)
    wanted = Wanted(
        Address(there.url, "legacy", TOKEN), number, Plan(Path(), "Of others", "label-studio"), project
    )

    origin = bring_project(wanted, created_by=make_user())
    fetch = perform_now(Run.objects.get(pk=origin.run.arguments["fetch"]))
    perform_now(origin.run)

    assert fetch.state == Run.State.DONE, fetch.error
    origin.refresh_from_db()
    assert (origin.created, origin.rejected) == (1, 0)
    item = Item.objects.get(project=project)
    place = 0 if item.source_preference == -1 else 1
    assert item.places.get(place=place).response.text == "Ask him."


def test_each_person_there_keeps_a_verdict_of_their_own_and_the_same_again_changes_nothing(there: There):
    number = there.ask("POST", "/api/projects/", json={"title": "Of others", "label_config": CONFIG})["id"]
    asked: list[dict[str, Any]] = [
        {"ask": f"May {n}?", "x1": f"Yes {n}.", "x2": f"Ask {n}."} for n in range(2)
    ]
    there.ask("POST", f"/api/projects/{number}/import", json=asked)
    side = {"from_name": "pw", "to_name": "one", "type": "pairwise", "value": {"selected": "left"}}
    for task in there.tasks(number):
        there.answer(task["id"], [side])
    project = make_labeling_project(traits=1)
    plan = Plan(Path(), "Of others", "label-studio", license="cc-by-4.0")

    for _ in range(2):
        origin = bring_project(
            Wanted(Address(there.url, "legacy", TOKEN), number, plan, project), created_by=make_user()
        )
        fetch = perform_now(Run.objects.get(pk=origin.run.arguments["fetch"]))
        assert fetch.state == Run.State.DONE, fetch.error
        perform_now(origin.run)
        origin.refresh_from_db()
        assert EMAIL not in Path(origin.path).read_text()

    person = OutsideAnnotator.objects.get()
    verdicts = OutsideVerdict.objects.select_related("item")
    assert (person.number, verdicts.count()) == (1, 2)
    for each in verdicts:
        preferred = each.item.places.get(place=0 if each.strength < 0 else 1).response
        assert (preferred.text[:3], abs(each.strength), each.source) == ("Yes", 2, "label_studio")
        assert each.answered_at
        assert each.item.taken == 0
