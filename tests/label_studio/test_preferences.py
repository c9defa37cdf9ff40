"""A project of preferences goes to a real Label Studio and comes back."""

import pytest

from accounts.models import User
from config.invariants import violations
from labeling.actions.studio_sync import ANSWER_GONE, TASK_GONE
from labeling.actions.studios import Address, connect, start_exchange
from labeling.models import Annotation, LabelStudio, LabelStudioRun, Preference, Project
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_user
from tests.label_studio.server import EMAIL, TOKEN, There, chose, pressed, stars, wrote
from tests.labeling.scenes import make_labeling_project, make_member, submit, take

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


def test_what_is_changed_and_deleted_there_and_a_hint_are_taken_up(there: There):
    project = make_labeling_project(items=2, traits=1, questions=["traits"], name="Changes")
    make_member(project, make_user(EMAIL))
    connection = make_connection(there, project, make_user())
    exchanged(connection, "send")
    first, second = there.tasks(connection.label_studio_id)
    code = project.pins.select_related("trait_version__trait").get().trait_version.trait.code
    given = there.answer(first["id"], [chose(f"p_{code}", "1")])
    other = there.answer(second["id"], [chose(f"p_{code}", "1")])
    exchanged(connection, "sync")

    there.change(given, [chose(f"p_{code}", "3")])
    there.withdraw(other)
    changed = exchanged(connection, "sync")
    there.delete(second["id"])
    gone = exchanged(connection, "sync")

    assert (changed.revised, changed.unchanged) == (1, 0)
    assert [each.what for each in changed.losses.all()] == [ANSWER_GONE]
    assert [each.what for each in gone.losses.all()] == [TASK_GONE]
    assert Annotation.objects.live().count() == 2
    assert violations() == {}


def test_answers_given_here_are_predictions_that_label_studio_takes(there: There):
    project = make_labeling_project(items=1, traits=1, questions=["overall", "traits", "confidence"])
    assignment = take(project, make_member(project))
    submit(assignment, p_all="2", confidence="2")
    connection = make_connection(there, project, make_user())

    sent = exchanged(connection, "send", predictions="people")

    (task,) = there.tasks(connection.label_studio_id)
    (prediction,) = task["predictions"]
    assert {each["from_name"] for each in prediction["result"]} >= {
        "better",
        "degree",
        "confidence",
        "rationale",
    }
    assert not sent.losses.exists()


def test_a_wrong_token_and_a_project_that_was_deleted_get_a_clear_word(there: There):
    project = make_labeling_project(items=1, traits=1, questions=["traits"])
    lead = make_user()
    connection = connect(project, Address(there.url, "legacy", "f" * 40), actor=lead)
    assert "does not accept the token" in ended(connection, "send").error
    assert (
        "does not accept the token"
        in ended(connect(project, Address(there.url, "personal", "f" * 40), actor=lead), "send").error
    )
    connection = make_connection(there, project, lead)
    exchanged(connection, "send")

    there.ask("DELETE", f"/api/projects/{connection.label_studio_id}/")

    assert ended(connection, "sync").state == Run.State.NEEDS_ATTENTION


def test_a_personal_access_token_does_as_well(there: There):
    token = there.ask("POST", "/api/token/")["token"]
    project = make_labeling_project(items=1, traits=1, questions=["traits"])
    connection = connect(project, Address(there.url, "personal", token), actor=make_user())

    assert exchanged(connection, "send").tasks == 1
    assert exchanged(connection, "sync").answers == 0


def ended(connection: LabelStudio, direction: str) -> Run:
    return perform_now(start_exchange(connection, direction, actor=connection.created_by))
