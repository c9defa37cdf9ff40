"""What a gate found, and what it is asked about."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from config.wording import words
from exports.models import GateResult, Release
from labeling.models import Project

Status = GateResult.Status
ALL = words("all")


class Outcome(NamedTuple):
    """What one gate found, in `Words` where there are any, so that it can be said in other languages."""

    status: str
    figure: str
    needed: str
    next_step: str = ""
    project: UUID | None = None


def passed(figure: str, needed: str) -> Outcome:
    """Return that all is well."""
    return Outcome(Status.PASSED, figure, needed)


def failed(figure: str, needed: str, next_step: str, project: UUID | None = None) -> Outcome:
    """Return that the release must not leave like this, and what to do about it."""
    return Outcome(Status.FAILED, figure, needed, next_step, project)


def not_applicable(why: str, needed: str) -> Outcome:
    """Return that there is nothing to look at, and why."""
    return Outcome(Status.NOT_APPLICABLE, why, needed)


def as_demo(outcome: Outcome) -> Outcome:
    """Return what a gate says in the demo, which nobody may train on: there its figure is only for looking at."""
    if outcome.status != Status.FAILED:
        return outcome
    figure = words("Demo content, only to look at. {figure}", figure=outcome.figure)
    return not_applicable(figure, outcome.needed)


@dataclass(frozen=True)
class Checked:
    """A frozen release whose gates are checked."""

    release: Release
    projects: list[Project]
    """Those of which anything that people said is in it."""
    limits: dict[str, int]
    """The thresholds of its cut: the columns of `Thresholds`."""
    measures: dict[str, Any]
    """Of `exports.measured`."""


def share(value: float) -> str:
    """Return a share of 1 in percent, as it stands in a sentence."""
    return f"{value * 100:.3g}%"


def interval(estimate: dict[str, Any], *, plus: float = 0) -> str:
    """Return an estimated share with its interval."""
    text = share(estimate["value"] + plus)
    if estimate["low"] is None:
        return text
    low, high = share(estimate["low"] + plus), share(estimate["high"] + plus)
    return words("{text} ({low} to {high})", text=text, low=low, high=high)
