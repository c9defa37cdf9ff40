"""What beat does: hands waiting runs to workers, and sends the tasks that come round."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from runs.bell import Bell, BrokerSilent
from runs.models import Ring, Run
from runs.registry import ASKED_FOR, QUEUES, Periodic, periodic_tasks

MOST_MESSAGES = 32
"""How many messages may wait in one queue. The rest waits in the database, where nothing gets lost."""
RESEND = timedelta(seconds=settings.RUN_RESEND_S)
PERFORM = "runs.perform"


def dispatch(bell: Bell) -> int:
    """Send a message for each waiting run that has none, or whose message seems lost.

    A message too many is harmless, since only one worker gets the run.

    Returns:
        How many were sent.
    """
    return sum(dispatch_queue(bell, queue) for queue in QUEUES + ASKED_FOR)


def dispatch_queue(bell: Bell, queue: str) -> int:
    """Fill one queue up with messages about its waiting runs."""
    room = MOST_MESSAGES - bell.depth(queue)
    chosen = choose(queue, room) if room > 0 else []
    for number, run_id in enumerate(chosen):
        with undone_if_silent(Run.objects.filter(pk__in=chosen[number:]), dispatched_at=None):
            bell.ring(PERFORM, [str(run_id)], queue)
    return len(chosen)


@transaction.atomic
def choose(queue: str, most: int) -> list[UUID]:
    """Mark the runs to send messages about, so that another beat doesn't, and return them."""
    unheard = Q(dispatched_at=None) | Q(dispatched_at__lt=Now() - RESEND)
    newest_first = F("dispatched_at").asc(nulls_first=True)
    due = Run.objects.waiting().filter(unheard, queue=queue).order_by(newest_first, "due_at")
    chosen = list(due.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:most])
    Run.objects.filter(pk__in=chosen).update(dispatched_at=Now())
    return chosen


def send_periodic(bell: Bell) -> None:
    """Send the tasks whose time has come."""
    for periodic in periodic_tasks():
        queue = getattr(periodic.task, "queue", None) or settings.CELERY_TASK_DEFAULT_QUEUE
        if bell.depth(queue) < MOST_MESSAGES and is_ours_to_send(periodic):
            with undone_if_silent(Ring.objects.filter(task=periodic.name), sent_at=None):
                bell.ring(periodic.name, [], queue, expires_s=periodic.seconds)


def is_ours_to_send(periodic: Periodic) -> bool:
    """Take the turn of a task that comes round; False when it isn't due or another beat was quicker."""
    Ring.objects.get_or_create(task=periodic.name)
    is_due = Q(sent_at=None) | Q(sent_at__lte=Now() - timedelta(seconds=periodic.seconds))
    return bool(Ring.objects.filter(is_due, task=periodic.name).update(sent_at=Now()))


@contextmanager
def undone_if_silent(rows: "QuerySet[Run] | QuerySet[Ring]", **undone: None) -> Iterator[None]:
    """Take a mark back when the broker turns out to be silent, so that the next round sends at once."""
    try:
        yield
    except BrokerSilent:
        rows.update(**undone)
        raise
