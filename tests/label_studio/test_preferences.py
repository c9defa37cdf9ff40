"""A project of preferences goes to a real Label Studio and comes back."""

import pytest

from accounts.models import User
from labeling.actions.studios import Address, connect, start_exchange
from labeling.models import Annotation, LabelStudio, LabelStudioRun, Preference, Project
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_user
from tests.label_studio.server import EMAIL, TOKEN, There, chose, pressed, stars, wrote
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db


def make_connection(there: There, project: Project, lead: User) -> LabelStudio:
    return connect(project, Address(there.url, "legacy", TOKEN), actor=lead)


def exchanged(connection: LabelStudio, direction: str, **fields: object) -> LabelStudioRun:
    run = perform_now(start_exchange(connection, direction, actor=connection.created_by, **fields))  # type: ignore[arg-type]
    assert run.state == Run.State.DONE, run.error
    connection.refresh_from_db()
    return LabelStudioRun.objects.get(run=run)


def test_a_project_goes_there_and_its_answers_come_back_once(there: There):
    lead = make_user()
    project = make_labeling_project(
        items=3, questions=["overall", "traits", "confidence"], name="Preferences <b>in</b> pairs"
    )
    member = make_member(project, make_user(EMAIL))
    connection = make_connection(there, project, lead)

    sent = exchanged(connection, "send")
    tasks = there.tasks(connection.label_studio_id)

    assert sent.tasks == len(tasks) == 3
    assert {task["data"]["arete_task"] for task in tasks} == {
        str(pk) for pk in connection.tasks.values_list("pk", flat=True)
    }
    assert exchanged(connection, "send").tasks == 0
    assert len(there.tasks(connection.label_studio_id)) == 3

    codes = [pin.trait_version.trait.code for pin in project.pins.all()]
    there.answer(
        tasks[0]["id"],
        [
            pressed("right"),
            chose("degree", "2"),
            chose(f"p_{codes[0]}", "-3"),
            chose(f"p_{codes[1]}", "na"),
            stars("confidence", 3),
            wrote("rationale", "It says what it does not know."),
        ],
    )
    synced = exchanged(connection, "sync")

    assert (synced.answers, synced.created) == (1, 1)
    annotation = Annotation.objects.get()
    assert annotation.source == "label_studio"
    assert annotation.assignment.annotator == member
    assert annotation.confidence == 3
    assert annotation.elapsed_ms == 42_500
    task = connection.tasks.get(item=annotation.assignment.item_id)
    sign = 1 if task.order_shown == [0, 1] else -1
    strengths = dict(Preference.objects.values_list("trait_version__trait__code", "strength"))
    assert strengths == {None: 2 * sign, codes[0]: -3 * sign, codes[1]: None}
    assert list(synced.losses.values_list("subject", "what")) == []

    again = exchanged(connection, "sync")

    assert (again.answers, again.unchanged) == (1, 1)
    assert Annotation.objects.count() == 1
