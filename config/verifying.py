"""Looks every night whether anything that must never happen has happened."""

from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts.audit import Actor, person_behind
from config.figures import VERIFY, since
from config.invariants import INVARIANTS, offending
from runs.actions import start
from runs.models import Run
from runs.words import say
from runs.work import NeedsAttention, Work

NIGHT_HOUR = 3
"""UTC."""
POLITELY = "SELECT set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', '0', true)"
PATIENCE = "60s"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('arete.verify'))"
VIOLATED = say(
    "What must never happen has happened: {names}. ./arete manage verify prints the rows. Nothing was changed; when it is "
    "settled, check again on the page Status."
)


def run_verify(work: Work, patience: str = PATIENCE) -> dict[str, Any]:
    """Check one invariant after the other, each in a snapshot of its own, so that none is held for long.

    What was found stays in the run's cursor, so that a killed worker's successor goes on from there.

    Args:
        work: one attempt.
        patience: how long a statement may take, as PostgreSQL writes it.

    Raises:
        NeedsAttention: something is violated.
    """
    names = list(INVARIANTS)
    broken: dict[str, int] = dict(work.cursor.get("broken", {}))
    slow: list[str] = list(work.cursor.get("slow", []))
    for number in range(work.cursor.get("next", 0), len(names)):
        rows = count_of(names[number], patience)
        if rows is None:
            slow.append(names[number])
        elif rows:
            broken[names[number]] = rows
        found = {"next": number + 1, "broken": broken, "slow": slow}
        work.checkpoint(number + 1, total=len(names), cursor=found)
    if slow:
        work.log(
            say(
                "Took longer than {patience}, so not checked: {names}.",
                patience=patience,
                names=", ".join(slow),
            )
        )
    if broken:
        named = ", ".join(f"{name} ({rows})" for name, rows in broken.items())
        raise NeedsAttention(say(VIOLATED, names=named))
    return {"checked": len(names) - len(slow), "slow": len(slow)}


def count_of(name: str, patience: str) -> int | None:
    """Return how many rows break an invariant, at most twenty; None when looking took too long."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(POLITELY, [patience])
            return len(offending(name))
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise


@transaction.atomic
def start_nightly(now: datetime | None = None) -> Run | None:
    """Have a worker check the invariants, once a night however often and from how many beats this is called.

    A house that is younger than the last night waits for the next; one that was down at night is checked when it is up.
    """
    now = now or timezone.now()
    night = last_night(now)
    with connection.cursor() as cursor:
        # Without the lock two calls at the same moment would both find nothing.
        cursor.execute(ONE_AT_A_TIME)
    runs = Run.objects.filter(kind=VERIFY)
    is_done = runs.filter(pk__gt=since(timedelta(days=1)), created_at__gte=night).exists()
    if is_done or runs.unfinished().exists() or stands_since() >= night:
        return None
    return start(VERIFY, {}, unit="invariants")


@transaction.atomic
def start_now(actor: Actor) -> Run:
    """Have a worker check the invariants; when one is at it already, that is returned."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    busy = Run.objects.filter(kind=VERIFY).unfinished().first()
    return busy or start(VERIFY, {}, created_by=person_behind(actor), unit="invariants")


def last_night(now: datetime) -> datetime:
    """Return the last time at which it was NIGHT_HOUR."""
    night = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night <= now else night - timedelta(days=1)


def stands_since() -> datetime:
    """Return when the house's tables were made."""
    first: datetime | None = MigrationRecorder.Migration.objects.aggregate(at=Min("applied"))["at"]
    return first or timezone.now()
