"""What a run's function holds in its hands: arguments, where to go on, and the lease it must keep."""

from math import isfinite
from typing import Any

from django.conf import settings
from django.db.models import Case, F, PositiveSmallIntegerField, Value, When
from django.db.models.functions import Greatest, Now

from runs.models import LEASE, Run, RunLog
from runs.words import kept

LONGEST_TEXT = 2000


class RunFailed(Exception):
    """The run can't be done and trying again won't help. The text is said to people."""

    state = Run.State.FAILED


class NeedsAttention(Exception):
    """The run waits for a person to decide. The text is said to people."""

    state = Run.State.NEEDS_ATTENTION


class TryLater(Exception):
    """Others don't answer just now, so the run is tried again after a pause. The text is said to people."""


class LeaseLost(Exception):
    """Another worker took the run, since this one was silent for too long."""


class Cancelled(Exception):
    """A person asked that the run ends."""


class Work:
    """One attempt at a run.

    Do the work in chunks of less than a minute, each in a transaction that ends with `checkpoint`:
    then a killed worker loses one chunk, and no chunk is ever counted twice.
    """

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def arguments(self) -> dict[str, Any]:
        """The ids of what to work on."""
        return self.run.arguments

    @property
    def cursor(self) -> dict[str, Any]:
        """Where to go on; empty at the first attempt."""
        return self.run.cursor

    def checkpoint(
        self, done: int, *, total: int | None = None, cursor: dict[str, Any] | None = None
    ) -> None:
        """Record how far the work got and renew the lease. Belongs into the transaction of the chunk's writes.

        Args:
            done: Units done since the very start, over all attempts.
            total: Units in all, as soon as it is known.
            cursor: Where another attempt would go on; None keeps the last one.

        Raises:
            LeaseLost: another worker has the run now; nothing of this chunk may be kept.
            Cancelled: a person asked that the run ends; nothing of this chunk may be kept.
        """
        changes: dict[str, Any] = {
            "done": Greatest(F("done"), Value(done)),
            # Attempts without progress are what is capped: a long run may outlive many restarts.
            "attempts": Case(
                When(done__lt=done, then=Value(1)),
                default=F("attempts"),
                output_field=PositiveSmallIntegerField(),
            ),
            "heartbeat_at": Now(),
            "lease_until": Now() + LEASE,
        }
        if total is not None:
            changes["total"] = total
        if cursor is not None:
            changes["cursor"] = cursor
        mine = Run.objects.held_with(self.run.lease_token).filter(pk=self.run.pk)
        if not mine.filter(cancel_asked_at=None).update(**changes):
            raise Cancelled if mine.exists() else LeaseLost
        self.run.done = max(self.run.done, done)
        self.run.total = self.run.total if total is None else total
        self.run.cursor = self.run.cursor if cursor is None else cursor

    def log(self, text: str) -> None:
        """Add a line for people to what the run says it did; one made by `runs.words.say` can be said in other languages."""
        RunLog.objects.create(run=self.run, text=printable(text), words=storable(kept(text)))


def printable(text: str) -> str:
    """Return text that PostgreSQL stores: short, without NUL and lone surrogates."""
    whole = text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:LONGEST_TEXT]
    return whole.encode("utf-8", "replace").decode("utf-8")


def storable(value: Any) -> Any:
    """Return a JSON value whose texts PostgreSQL stores.

    Raises:
        TypeError: it holds something that JSON doesn't know.
    """
    if isinstance(value, dict):
        return {printable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, str):
        return printable(value)
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    raise TypeError(f"{type(value).__name__} is no JSON value")


def pause_s(attempts: int) -> int:
    """Return how long to wait before the next attempt, in seconds: twice as long each time, up to ten minutes."""
    pause: int = settings.RUN_RETRY_S * 2 ** max(0, attempts - 1)
    return min(600, pause)
