"""How the house stands, in statements that stay quick however much is in it: each reads an index of few rows."""

import shutil
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import Now
from django.utils import timezone

from exports.models import Publication
from labeling.models import Annotation, Assignment, Membership
from runs.models import Run, WorkerSign

VERIFY = "config.verify"
"""The kind of run that checks the invariants."""
PATIENCE = "SET LOCAL statement_timeout = '2s'"
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
MINUTE = timedelta(minutes=1)
Row = TypeVar("Row")


class RunCount(NamedTuple):
    """How many unfinished runs of a queue are in a state."""

    queue: str
    state: str
    number: int


class EndedCount(NamedTuple):
    """How many runs of a kind, begun within a day, ended in a state."""

    kind: str
    state: str
    number: int


class Sign(NamedTuple):
    """How long ago a worker of a queue gave a sign of life, in seconds."""

    queue: str
    age_s: float


class PublicationCount(NamedTuple):
    """How many publications of the last 30 days are in a state."""

    purpose: str
    state: str
    number: int


class Verified(NamedTuple):
    """What the newest check of the invariants found."""

    at: datetime
    broken: dict[str, int]
    """How many rows break each, as far as they are shown."""
    slow: list[str]
    """Those that took too long to be checked."""


class Figures(NamedTuple):
    """How the house stands."""

    runs: list[RunCount]
    ended: list[EndedCount]
    oldest_wait_s: float
    signs: list[Sign]
    leases: int
    labels: int
    labels_last_minute: int
    publications: list[PublicationCount]
    verified: Verified | None
    """None until the invariants were checked within a month."""


def read_figures() -> Figures:
    """Read all figures; a statement that takes longer than two seconds ends it.

    Raises:
        django.db.Error: the database is away or too slow.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(PATIENCE)
        return Figures(
            runs=counted(Run.objects.unfinished(), RunCount, "queue", "state"),
            ended=counted(
                Run.objects.filter(pk__gt=since(DAY), finished_at__isnull=False), EndedCount, "kind", "state"
            ),
            oldest_wait_s=oldest_wait(),
            signs=signs(),
            leases=Assignment.objects.filter(state=Assignment.State.LEASED, expires_at__gt=Now()).count(),
            # Kept counts, a row per person and project: the annotations themselves may be millions.
            labels=Membership.objects.aggregate(sum=Sum("done"))["sum"] or 0,
            labels_last_minute=Annotation.objects.filter(pk__gt=since(MINUTE)).count(),
            publications=counted(
                Publication.objects.filter(pk__gt=since(MONTH)), PublicationCount, "purpose", "run__state"
            ),
            verified=newest_verified(),
        )


def newest_verified() -> Verified | None:
    """Return what the newest check of the invariants that got to its end found."""
    ended = Run.objects.filter(kind=VERIFY, state__in=[Run.State.DONE, Run.State.NEEDS_ATTENTION])
    run = ended.filter(pk__gt=since(MONTH)).order_by("-pk").first()
    if run is None or run.finished_at is None:
        return None
    return Verified(run.finished_at, run.cursor.get("broken", {}), run.cursor.get("slow", []))


def since(span: timedelta) -> UUID:
    """Return the smallest id that was made within a span of time: ids of ours begin with the time."""
    began = time.time_ns() // 1_000_000 - int(span.total_seconds() * 1000)
    return UUID(bytes=began.to_bytes(6, "big") + bytes(10))


def counted(rows: "QuerySet[Any]", kind: Callable[..., Row], *names: str) -> list[Row]:
    """Count rows by the values of some columns."""
    found = rows.order_by(*names).values_list(*names).annotate(Count("pk"))
    return [kind(*row) for row in found]


def oldest_wait() -> float:
    """Return for how many seconds the oldest due run waits; 0 when none does."""
    first = Run.objects.filter(state=Run.State.QUEUED, due_at__lte=Now()).aggregate(at=Min("due_at"))["at"]
    return max(0.0, (timezone.now() - first).total_seconds()) if first else 0.0


def signs() -> list[Sign]:
    """Return how old the last sign of life of each queue's workers is."""
    now = timezone.now()
    return [
        Sign(sign.queue, (now - sign.seen_at).total_seconds())
        for sign in WorkerSign.objects.order_by("queue")
    ]


def free_bytes() -> int:
    """Return how much more the place of the files can hold."""
    return shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else settings.ROOT).free
