"""What goes to Label Studio and comes back, against a double that does as it is told."""

import pytest

from accounts.models import AuditEvent, User
from config.invariants import violations
from labeling.actions.moves import move_pin
from labeling.actions.studios import begin_anew, name_people, start_exchange, start_hinted, take_hint
from labeling.actions.studios import new_hook as hook_of
from labeling.models import (
    Annotation,
    Assignment,
    LabelStudio,
    LabelStudioAnswer,
    Project,
)
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_trait_version
from tests.label_studio.server import wrote
from tests.labeling.scenes import make_item, make_member, submit, take
from tests.labeling.studio_double import ACCESS, PERSONAL, Fault, StudioDouble
from tests.labeling.studios import EMAIL, connected, exchange, losses, prefers

pytestmark = pytest.mark.django_db


def test_nothing_that_is_sent_says_where_a_response_came_from(
    double: StudioDouble, connection: LabelStudio
) -> None:
    sent = str(double.projects) + str(double.tasks)

    for response in connection.project.items.get_queryset()[0].responses.all():
        assert response.model not in sent or not response.model
        assert str(response.pk) not in sent
    assert str(connection.project.items.all()[0].pk) not in sent


def test_an_answer_becomes_an_annotation_that_fills_a_place(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    task = double.tasks_of(1)[0]
    double.answer(task, prefers(connection.project, 2))

    synced = exchange(connection, "sync")

    annotation = Annotation.objects.get()
    assert (synced.created, synced.answers) == (1, 1)
    assert (annotation.source, annotation.is_late, annotation.assignment.item.taken) == (
        "label_studio",
        False,
        1,
    )
    assert losses(synced) == {}
    assert violations() == {}
    acts = list(AuditEvent.objects.values_list("act", flat=True))
    assert {"label_studio.connected", "label_studio.sent", "label_studio.synced"} <= set(acts)


def test_syncing_again_changes_nothing(double: StudioDouble, connection: LabelStudio, member: User) -> None:
    double.answer(double.tasks_of(1)[0], prefers(connection.project, 2))
    exchange(connection, "sync")

    again = exchange(connection, "sync")

    assert (again.unchanged, again.created, again.revised) == (1, 0, 0)
    assert Annotation.objects.count() == 1


def test_an_answer_that_is_changed_there_is_a_new_revision(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    given = double.answer(double.tasks_of(1)[0], prefers(connection.project, 2))
    exchange(connection, "sync")
    for strength in (-1, 2):
        given["result"] = prefers(connection.project, strength)
        assert exchange(connection, "sync").revised == 1

    assert Annotation.objects.live().get().revision == 3
    assert violations() == {}


def test_what_was_judged_here_stays_and_both_are_kept(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    assignment = take(connection.project, member)
    native = submit(assignment, strength=1).annotation
    task = next(
        each
        for each in double.tasks_of(1)
        if each["data"]["arete_task"] == str(connection.tasks.get(item=assignment.item_id).pk)
    )
    double.answer(task, prefers(connection.project, -3))

    synced = exchange(connection, "sync")

    assert synced.conflicts == 1
    assert Annotation.objects.get() == native
    kept = LabelStudioAnswer.objects.get()
    assert (kept.state, kept.annotation) == ("conflict", native)
    assert kept.results == prefers(connection.project, -3)
    assert exchange(connection, "sync").conflicts == 1


def test_an_answer_that_was_changed_here_and_there_is_a_conflict(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    given = double.answer(double.tasks_of(1)[0], prefers(connection.project, 2))
    exchange(connection, "sync")
    assignment = Assignment.objects.get()
    mine = submit(assignment, strength=-1, expected_revision=1).annotation
    assert exchange(connection, "sync").unchanged == 1

    given["result"] = prefers(connection.project, 3)
    synced = exchange(connection, "sync")

    assert synced.conflicts == 1
    assert Annotation.objects.live().get() == mine
    assert "changed here and there" in LabelStudioAnswer.objects.get().why


def test_who_holds_the_item_here_is_left_in_peace(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    assignment = take(connection.project, member)
    for task in double.tasks_of(1):
        double.answer(task, prefers(connection.project, 1))

    synced = exchange(connection, "sync")

    assert (synced.created, synced.waiting) == (1, 1)
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.LEASED
    assert submit(assignment).annotation.source == "native"


def test_answers_of_strangers_wait_until_a_lead_says_who_they_are(
    double: StudioDouble, connection: LabelStudio
) -> None:
    double.answer(double.tasks_of(1)[0], prefers(connection.project, 1), "Other@Example.org")
    assert exchange(connection, "sync").waiting == 1
    person = connection.people.get()

    name_people(connection, {person.pk: make_member(connection.project)}, actor=None)

    assert exchange(connection, "sync").created == 1
    assert person.email == "other@example.org"


def test_an_answer_beyond_the_places_is_kept_and_not_counted(
    double: StudioDouble, connection: LabelStudio
) -> None:
    people = [make_member(connection.project) for _ in range(3)]
    for each in people:
        double.answer(double.tasks_of(1)[0], prefers(connection.project, 1), each.email)

    synced = exchange(connection, "sync")

    assert synced.created == 3
    assert Annotation.objects.counted().count() == 2
    assert "places: " in str(losses(synced))
    assert violations() == {}


def test_half_an_answer_is_named_with_what_it_lacks(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    double.answer(double.tasks_of(1)[0], [wrote("rationale", "Hm.")])

    synced = exchange(connection, "sync")

    assert synced.unusable == 1
    assert "Judge " in LabelStudioAnswer.objects.get().why
    assert not Annotation.objects.exists()


def test_a_restored_backup_whose_numbers_come_again_confuses_nothing(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    first, second = double.tasks_of(1)
    double.answer(first, prefers(connection.project, 2))
    exchange(connection, "sync")
    before = Annotation.objects.get().assignment.item_id
    first["id"], second["id"] = second["id"], first["id"]
    double.tasks = {2: first, 1: second}

    synced = exchange(connection, "sync")

    assert (synced.unchanged, synced.created) == (1, 0)
    assert Annotation.objects.get().assignment.item_id == before
    numbers = {str(task.pk): task.label_studio_id for task in connection.tasks.all()}
    assert numbers == {first["data"]["arete_task"]: 2, second["data"]["arete_task"]: 1}
    assert violations() == {}


def test_what_is_deleted_there_is_named_and_kept_here(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    first, second = double.tasks_of(1)
    double.answer(first, prefers(connection.project, 2))
    double.answer(second, prefers(connection.project, 2))
    exchange(connection, "sync")
    del double.tasks[first["id"]]
    second["annotations"].clear()

    synced = exchange(connection, "sync")

    assert Annotation.objects.live().count() == 2
    assert len(losses(synced)) == 2
    assert exchange(connection, "send").tasks == 0


def test_a_project_that_is_gone_there_waits_for_a_person_and_can_begin_anew(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    double.projects.clear()
    double.tasks.clear()

    assert exchange(connection, "sync").run.state == Run.State.NEEDS_ATTENTION
    begin_anew(connection, actor=None)
    connection.refresh_from_db()
    assert exchange(connection, "send").tasks == 2
    assert connection.label_studio_id == 1


def test_items_made_since_are_added_and_no_task_twice(double: StudioDouble, connection: LabelStudio) -> None:
    make_item(connection.project)

    assert exchange(connection, "send").tasks == 1
    assert len(double.tasks_of(1)) == 3


def test_a_lost_answer_makes_neither_project_nor_task_twice(double: StudioDouble, project: Project) -> None:
    found = connected(project, double.url)
    double.faults = [Fault(r"/api/projects/\d+/import", 502, is_done_first=True, times=1)]

    assert exchange(found, "send").run.state == Run.State.FAILED
    assert exchange(found, "send").run.state == Run.State.DONE

    assert len(double.projects) == 1
    assert len(double.tasks) == 2


def test_held_out_items_stay_unless_somebody_says_otherwise(double: StudioDouble, project: Project) -> None:
    family = project.items.all()[0].scenario.family
    family.pool = "EVAL"
    family.save(update_fields=["pool"])
    found = connected(project, double.url)

    assert exchange(found, "send").tasks == 1
    assert exchange(found, "send", with_held_out=True).tasks == 1


def test_a_personal_token_is_exchanged_and_never_sent_elsewhere(
    double: StudioDouble, project: Project
) -> None:
    found = connected(project, double.url, token=PERSONAL, kind="personal")

    assert exchange(found, "send").run.state == Run.State.DONE
    assert double.authorizations == {"", f"Bearer {ACCESS}"}


def test_a_hint_comes_to_one_sync_however_often_it_is_given(connection: LabelStudio) -> None:
    token = hook_of(connection, actor=None)

    assert all(take_hint(connection.pk, token) for _ in range(5))
    assert not take_hint(connection.pk, "another")
    assert start_hinted() == 1
    assert take_hint(connection.pk, token)
    # While that one waits nothing is started; when it ended, the newer hint is.
    assert start_hinted() == 0
    Run.objects.filter(kind="labeling.label_studio_sync").update(
        state="cancelled", finished_at="2026-01-01T00:00Z"
    )
    assert start_hinted() == 1
    assert start_hinted() == 0


def test_answers_given_here_go_along_as_predictions_without_names(
    double: StudioDouble, project: Project, member: User
) -> None:
    assignment = take(project, member)
    submit(assignment, strength=3)
    found = connected(project, double.url)

    exchange(found, "send", predictions="people")

    predictions = [each for task in double.tasks.values() for each in task.get("predictions", [])]
    (result,) = [each for each in predictions[0]["result"] if each["from_name"].startswith("p_")]
    task = found.tasks.get(item=assignment.item_id)
    sign = 1 if task.order_shown == assignment.order_shown else -1
    assert result["value"] == {"choices": [str(3 * sign)]}
    assert EMAIL not in str(predictions)


def test_a_worker_without_the_sdk_says_so_and_sends_nothing(double: StudioDouble, project: Project) -> None:
    found = connected(project, double.url)

    run = perform_now(start_exchange(found, "send", actor=found.created_by))

    assert run.state == Run.State.FAILED
    assert "./arete up --label-studio" in run.error
    assert double.seen == []


def test_answers_to_an_older_wording_are_kept_aside_until_the_project_is_sent_anew(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    project = connection.project
    double.answer(double.tasks_of(1)[0], prefers(project, 2))
    exchange(connection, "sync")
    older = project.traits.get()
    newer = make_trait_version(older.trait, meaning_changed=True)
    move_pin(project, newer, actor=None)
    assert Assignment.objects.get().state == Assignment.State.STALE
    double.answer(double.tasks_of(1)[1], prefers(project, 1))

    assert exchange(connection, "sync").unusable == 1
    assert exchange(connection, "send").run.state == Run.State.NEEDS_ATTENTION
    begin_anew(connection, actor=None)
    double.projects.clear()
    double.tasks.clear()
    connection.refresh_from_db()
    assert exchange(connection, "send").tasks == 2
    for task in double.tasks_of(1):
        double.answer(task, prefers(project, 2))

    synced = exchange(connection, "sync")

    assert (synced.created, synced.revised, synced.unusable) == (1, 1, 0)
    assert Annotation.objects.counted().count() == 2
    assert violations() == {}
