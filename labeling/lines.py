"""Where the lines of a chart run. Knows no Django."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from config.wording import words
from labeling.comparing import Match

LEFT, RIGHT, TOP, BOTTOM = 60, 494, 20, 155
WEEKS = 8


class Point(NamedTuple):
    """A week on the chart."""

    x: int
    y: int
    label: str
    percent: int
    total: int


class Line(NamedTuple):
    """A share over weeks, from 0 to 100 %."""

    points: Sequence[Point]

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def last(self) -> Point:
        """The newest week."""
        return self.points[-1]

    @property
    def title(self) -> str:
        """What the line shows, in words."""
        first, last = self.points[0], self.points[-1]
        if first == last:
            return words("Agreement with gold in {week}: {percent}%.", week=last.label, percent=last.percent)
        parts = {"first": first.percent, "then": first.label, "last": last.percent, "now": last.label}
        if last.percent > first.percent:
            return words("Agreement with gold rose from {first}% in {then} to {last}% in {now}.", **parts)
        if last.percent < first.percent:
            return words("Agreement with gold fell from {first}% in {then} to {last}% in {now}.", **parts)
        return words("Agreement with gold stayed from {first}% in {then} to {last}% in {now}.", **parts)


GRID = [(BOTTOM - (BOTTOM - TOP) * percent // 100, percent) for percent in (100, 75, 50, 25, 0)]
"""Heights of the grid and what they mean."""


def line_of(weeks: Mapping[str, Match]) -> Line | None:
    """Return the share of answers in the same direction in the last eight weeks with answers; None without any.

    Args:
        weeks: as 2026-W48, the earliest first.
    """
    newest = list(weeks.items())[-WEEKS:]
    if not newest:
        return None
    step = (RIGHT - LEFT) // max(1, len(newest) - 1)
    return Line(
        [
            Point(
                RIGHT - step * (len(newest) - 1 - place),
                BOTTOM - (BOTTOM - TOP) * match.same.percent // 100,
                week.split("-")[1],
                match.same.percent,
                match.same.total,
            )
            for place, (week, match) in enumerate(newest)
        ]
    )
