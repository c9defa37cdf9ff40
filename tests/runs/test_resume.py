"""Runs that ended badly are taken up again; those that are done are not."""

import pytest
from django.utils import timezone

from runs.actions import perform_now, resume, start
from runs.models import Run
from tests.runs.kinds import doing, registered

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["cancelled", "failed", "needs attention"])
def test_a_run_that_ended_badly_goes_on_from_its_last_checkpoint(state: str):
    seen: list[object] = []

    with registered(doing(lambda work: seen.append(work.cursor))) as name:
        run = start(name, {})
        Run.objects.filter(pk=run.pk).update(
            state=state,
            error="x",
            cursor={"next": 3},
            attempts=3,
            cancel_asked_at=timezone.now(),
            finished_at=timezone.now(),
        )

        assert resume(run)
        run.refresh_from_db()
        assert (run.state, run.error, run.attempts, run.finished_at) == ("queued", "", 0, None)
        perform_now(run)

    assert seen == [{"next": 3}]
    assert Run.objects.get().state == "done"


@pytest.mark.parametrize("state", ["done", "queued"])
def test_a_run_that_is_done_or_has_not_ended_stays_as_it_is(state: str):
    run = Run.objects.create(kind="tests.x", state=state, finished_at=timezone.now())

    assert not resume(run)
