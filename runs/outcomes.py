"""How one attempt at a run ends, and what people are told about it."""

import logging
from datetime import timedelta
from typing import Any, NamedTuple

from runs.models import Run
from runs.registry import UnknownKind, lookup
from runs.words import say, told_by
from runs.work import (
    Cancelled,
    LeaseLost,
    NeedsAttention,
    RunFailed,
    TryLater,
    Work,
    pause_s,
    storable,
)

logger = logging.getLogger("runs")


class Outcome(NamedTuple):
    """How an attempt ended. The state `queued` means: to be tried again after the pause."""

    state: str
    error: str = ""
    result: dict[str, Any] = {}
    pause: timedelta = timedelta()


def attempt(run: Run, *, may_retry: bool) -> Outcome | None:
    """Do the work of a claimed run and say how it ended; None when the run is another worker's by now."""
    work = Work(run)
    if run.cancel_asked_at:
        return Outcome(Run.State.CANCELLED)
    try:
        return Outcome(Run.State.DONE, result=storable(lookup(run.kind).perform(work)))
    except LeaseLost:
        logger.warning("run %s (%s) was taken over by another worker", run.pk, run.kind)
        return None
    except Cancelled:
        return Outcome(Run.State.CANCELLED)
    except (RunFailed, NeedsAttention) as said:
        return Outcome(said.state, told_by(said))
    except (TryLater, UnknownKind) as obstacle:
        # A worker of a newer release may know the kind, so it stays for that one.
        is_known = isinstance(obstacle, TryLater)
        unknown = say("This release of Arete doesn't know the work “{kind}”.", kind=run.kind)
        return again(run, told_by(obstacle) if is_known else unknown, may_retry=may_retry)
    except Exception as error:
        logger.exception("run %s (%s), attempt %d", run.pk, run.kind, run.attempts)
        unexpected = say(
            "Something unexpected happened ({kind}). What was finished is kept; the server's log has the details.",
            kind=type(error).__name__,
        )
        return again(run, unexpected, may_retry=may_retry)


def again(run: Run, said: str, *, may_retry: bool) -> Outcome:
    """Return the outcome of an attempt that may go better next time, unless this was the last."""
    # Checkpoints start the count anew, so the row is asked.
    attempts = Run.objects.values_list("attempts", flat=True).get(pk=run.pk)
    if not may_retry or attempts >= run.max_attempts:
        return Outcome(Run.State.FAILED, said)
    pause = pause_s(attempts)
    text = say(
        "{said} It is tried again in {pause} s (attempt {attempts} of {most} ended).",
        said=said,
        pause=pause,
        attempts=attempts,
        most=run.max_attempts,
    )
    return Outcome(Run.State.QUEUED, text, pause=timedelta(seconds=pause))
