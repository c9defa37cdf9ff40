"""A preference project that Arete did not make is fetched from a real Label Studio."""

from pathlib import Path
from typing import Any

import pytest

from curation.actions.importing import Plan
from labeling.actions.studio_import import Wanted, bring_project
from labeling.actions.studios import Address
from labeling.models import Item
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_user
from tests.label_studio.server import TOKEN, There
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
