"""A Label Studio that is down, says nonsense, or lies."""

from typing import Any

import pytest

from accounts.models import User
from labeling.label_studio.client import MOST_BYTES, Rejected, Studio, Unclear
from labeling.models import Annotation, LabelStudio
from runs.models import Run
from tests.labeling.scenes import make_labeling_project, make_member
from tests.labeling.studio_double import LEGACY, Fault, StudioDouble
from tests.labeling.studios import connected, exchange, losses, prefers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(".*", 401), "does not accept the token"),
        (Fault(".*", 403), "does not accept the token"),
        (Fault(".*", 429), "can’t answer now"),
        (Fault(".*", 500), "can’t answer now"),
        (Fault(".*", 302), "sends us on"),
        (Fault(".*", 200, b"<html>Sign in</html>", "text/html"), "page instead of data"),
        (Fault(".*", 200, b"[" * 100_000), "instead of data"),
        (Fault(".*", 200, b'"yes"'), "can’t be used"),
        (Fault(r"/api/projects/1/", 200, b'{"id": 99}'), "with another one"),
        (Fault(r".*/exports/", 201, b'{"id": "1"}'), "no number"),
        (Fault(r".*/exports/", 201, b'{"id": 1, "status": "failed"}'), "could not write"),
        (Fault(r".*/download", 200, b'{"not": "a list"}'), "no list of tasks"),
    ],
)
def test_a_label_studio_that_misbehaves_gets_a_clear_word_and_nothing_is_lost(
    double: StudioDouble, connection: LabelStudio, member: User, fault: Fault, said: str
) -> None:
    double.answer(double.tasks_of(1)[0], prefers(connection.project, 2))
    double.faults = [fault]

    ended = exchange(connection, "sync").run

    assert said in ended.error
    double.faults = []
    assert exchange(connection, "sync").created == 1


def test_a_label_studio_that_is_down_gets_a_clear_word(double: StudioDouble, connection: LabelStudio) -> None:
    double.shutdown()
    double.server_close()

    assert "failed or broke off" in exchange(connection, "sync").run.error


def test_a_label_studio_that_is_slow_is_not_waited_for(double: StudioDouble) -> None:
    double.projects[1] = {"id": 1}
    double.faults = [Fault(".*", 200, wait_s=2)]

    with (
        Studio(double.url, LEGACY, "legacy", question_s=0.2) as found,
        pytest.raises(Unclear, match="too long"),
    ):
        found.project(1)


def test_an_answer_without_end_is_cut_off(double: StudioDouble) -> None:
    double.faults = [Fault(".*", 200, b" " * (MOST_BYTES + 1))]

    with Studio(double.url, LEGACY, "legacy") as found, pytest.raises(Rejected, match="longer than"):
        found.project(1)


@pytest.mark.parametrize(
    "results",
    [
        None,
        "all of it",
        [1, None, [], {}],
        [{"from_name": "p_xx", "type": "choices", "value": {"choices": ["3"]}}],
        [{"from_name": ["p"], "type": {}, "value": 3}],
        [{"from_name": "<script>alert(1)</script>" * 99, "type": "choices", "value": {}}],
        [{"from_name": "evidence_A", "type": "labels", "value": {"start": -1, "end": 1e300, "labels": [{}]}}],
        [{"from_name": "rationale", "type": "textarea", "value": {"text": ["a\u0000b\ud800"]}}],
        [{"from_name": f"q{number}", "type": "choices", "value": {}} for number in range(3000)],
    ],
)
def test_whatever_an_answer_holds_is_named_and_nothing_breaks(
    double: StudioDouble, connection: LabelStudio, member: User, results: Any
) -> None:
    double.answer(double.tasks_of(1)[0], results)

    synced = exchange(connection, "sync")

    assert synced.run.state == Run.State.DONE, synced.run.error
    assert synced.unusable == 1
    assert losses(synced)
    assert exchange(connection, "sync").run.state == Run.State.DONE


@pytest.mark.parametrize(
    "tasks",
    [
        b"[1, null, []]",
        b'[{"id": 1}, {"id": "x", "data": 3, "meta": []}]',
        b'[{"id": 5, "data": {"arete_task": "00000000-0000-0000-0000-000000000000"}, "annotations": 7}]',
        b'[{"id": 5, "data": {"arete_task": "a"}, "meta": {"arete_task": "b"}, "annotations": []}]',
        b'[{"id": 1, "annota',
    ],
)
def test_tasks_that_are_not_ours_are_passed_over(
    double: StudioDouble, connection: LabelStudio, member: User, tasks: bytes
) -> None:
    double.snapshot = tasks

    synced = exchange(connection, "sync")

    assert synced.run.state == Run.State.DONE, synced.run.error
    assert losses(synced)
    assert not Annotation.objects.exists()


def test_a_task_of_another_project_can_not_be_named(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    other = make_labeling_project(items=1, traits=1)
    make_member(other, member)
    foreign = connected(other, double.url.replace("127.0.0.1", "localhost"))
    item = other.items.get()
    task = foreign.tasks.create(item=item, order_shown=[0, 1])
    double.tasks_of(1)[0]["data"]["arete_task"] = str(task.pk)
    double.tasks_of(1)[0]["meta"]["arete_task"] = str(task.pk)
    double.answer(double.tasks_of(1)[0], prefers(connection.project, 2))

    synced = exchange(connection, "sync")

    assert "passed over" in str(losses(synced))
    assert not Annotation.objects.exists()
