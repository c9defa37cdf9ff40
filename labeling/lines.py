"""Where the lines of a chart run. Knows no Django."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

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
            return f"Agreement with gold in {last.label}: {last.percent}%."
        verb = (
            "rose" if last.percent > first.percent else "fell" if last.percent < first.percent else "stayed"
        )
        return f"Agreement with gold {verb} from {first.percent}% in {first.label} to {last.percent}% in {last.label}."


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
