"""Starts, performs, cancels and mends runs. Only the database is asked; the broker is beat's business."""

import logging
import time
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from structlog.contextvars import bound_contextvars

from accounts.models import User
from config.tracing import span
from runs.heartbeat import beating
from runs.models import LEASE, Run
from runs.outcomes import Outcome, attempt
from runs.registry import lookup
from runs.words import kept, say
from runs.work import printable, storable

logger = logging.getLogger("runs")

POLL_S = 0.5


def start(
    kind: str,
    arguments: dict[str, Any],
    *,
    created_by: User | None = None,
    total: int | None = None,
    unit: str = "rows",
) -> Run:
    """Write down work to be done. It is begun after the transaction commits, by whichever worker comes first.

    Args:
        kind: A registered name, "<app>.<verb>".
        arguments: Ids of what to work on; never a secret, never content.
        created_by: Who may watch and cancel it, beside those who run the house.
        total: Units to do, when known.
        unit: What is counted, in the plural.
    """
    found = lookup(kind)
    return Run.objects.create(
        kind=kind,
        queue=found.queue,
        max_attempts=found.max_attempts,
        arguments=arguments,
        created_by=created_by,
        total=total,
        unit=unit,
    )


def claim(run_id: UUID) -> Run | None:
    """Take a waiting run; None when there is nothing to take, since it ended or another worker has it."""
    token = uuid4()
    with transaction.atomic():
        # A holder in the middle of a transaction has the row locked and is alive: don't wait for it.
        free = Run.objects.waiting().filter(pk=run_id, attempts__lt=F("max_attempts"))
        taken = Run.objects.filter(
            pk__in=free.select_for_update(skip_locked=True, no_key=True).values("pk")
        ).update(
            state=Run.State.RUNNING,
            lease_token=token,
            lease_until=Now() + LEASE,
            heartbeat_at=Now(),
            started_at=Now(),
            attempts=F("attempts") + 1,
        )
    return Run.objects.get(pk=run_id) if taken else None


def perform(run_id: UUID, *, may_retry: bool = True) -> None:
    """Do one attempt at a run, if it waits for one. Calling it twice is harmless."""
    run = claim(run_id)
    if run is None:
        return
    named = str(run.pk)
    with bound_contextvars(run_id=named, kind=run.kind), span(run.kind, run_id=named), beating(run):
        outcome = attempt(run, may_retry=may_retry)
    # A broken connection must not keep the outcome from being written; a caller's transaction is the caller's.
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    if outcome is not None:
        settle(run, outcome)


def perform_now(run: Run) -> Run:
    """Perform a run here and return it when it has ended. If a worker was quicker, wait for that one.

    Interrupting it cancels the run.
    """
    try:
        perform(run.pk, may_retry=False)
        run.refresh_from_db()
        while run.is_unfinished:
            time.sleep(POLL_S)
            reconcile()
            perform(run.pk, may_retry=False)
            run.refresh_from_db()
    except KeyboardInterrupt:
        Run.objects.filter(pk=run.pk).unfinished().update(**ending(Run.State.CANCELLED))
        raise
    return run


def settle(run: Run, outcome: Outcome) -> bool:
    """Write down how an attempt ended; False when another worker has the run by now."""
    mine = Run.objects.held_with(run.lease_token).filter(pk=run.pk)
    if outcome.state != Run.State.QUEUED:
        return bool(mine.update(**ending(outcome.state, error=outcome.error, result=outcome.result)))
    return bool(
        mine.update(
            state=Run.State.QUEUED,
            **problem(outcome.error),
            due_at=Now() + outcome.pause,
            dispatched_at=None,
            lease_token=None,
            lease_until=None,
        )
    )


def ending(state: str, *, error: str = "", result: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the changes that end a run."""
    return {
        "state": state,
        **problem(error),
        "result": result or {},
        "finished_at": Now(),
        "lease_token": None,
        "lease_until": None,
    }


def problem(error: str) -> dict[str, Any]:
    """Return the columns of what is said to people when something went wrong."""
    return {"error": printable(error), "error_words": storable(kept(error))}


@transaction.atomic
def cancel(run: Run) -> None:
    """End a run that waits, and ask the worker of one that runs to stop at its next checkpoint."""
    waits = Run.objects.filter(pk=run.pk).waiting() | Run.objects.filter(pk=run.pk, state=Run.State.QUEUED)
    if not waits.update(**ending(Run.State.CANCELLED), cancel_asked_at=Now()):
        Run.objects.filter(pk=run.pk).unfinished().update(cancel_asked_at=Now())


def resume(run: Run) -> bool:
    """Queue a run again that was cancelled, failed or waits for a person; it goes on from its last checkpoint.

    Returns:
        Whether it waits for a worker now. A run that is done, or hasn't ended, stays as it is.
    """
    ended = [Run.State.CANCELLED, Run.State.FAILED, Run.State.NEEDS_ATTENTION]
    return bool(
        Run.objects.filter(pk=run.pk, state__in=ended).update(
            state=Run.State.QUEUED,
            error="",
            attempts=0,
            due_at=Now(),
            dispatched_at=None,
            finished_at=None,
            cancel_asked_at=None,
        )
    )


def reconcile() -> int:
    """End the runs that nobody will end otherwise: abandoned ones that were cancelled or tried often enough.

    Returns:
        How many were ended.
    """
    abandoned = Run.objects.filter(state=Run.State.RUNNING).waiting()
    count = abandoned.exclude(cancel_asked_at=None).update(**ending(Run.State.CANCELLED))
    for run in Run.objects.waiting().exhausted():
        same = Run.objects.waiting().exhausted().filter(pk=run.pk)
        given_up = say(
            "Given up after {attempts} attempts that ended without a word, which happens when a worker is killed, "
            "for instance for want of memory. What was finished is kept.",
            attempts=run.attempts,
        )
        count += same.update(**ending(Run.State.FAILED, error=given_up))
        logger.error("run %s (%s) was abandoned %d times", run.pk, run.kind, run.attempts)
    return count
