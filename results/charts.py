"""Where the parts of the persistence chart stand; its template draws them. Knows no Django."""

from collections.abc import Sequence
from typing import NamedTuple

from results.pressure import Curve

LEFT, RIGHT, TOP, BOTTOM = 54, 430, 20, 230
SHARES = (0, 25, 50, 75, 100)
ASIDE = 4
"""Intervals of lines stand beside each other, not on each other."""
CLOSEST = 18
"""Names of lines that end together are moved so far apart."""


class Mark(NamedTuple):
    """A share with its interval."""

    x: float
    whisker_x: float
    y: float
    low: float | None
    high: float | None


class Stroke(NamedTuple):
    """One line."""

    kind: str
    points: str
    marks: list[Mark]
    name_y: float


class Chart(NamedTuple):
    """The whole chart."""

    shares: list[tuple[float, int]]
    """Height of each line across, with its percent."""
    pushes: list[tuple[float, int]]
    """Place of each number along the bottom."""
    strokes: list[Stroke]


def chart(curves: Sequence[Curve]) -> Chart:
    """Return the lines of shares over pushes.

    Args:
        curves: at least one, each with at least one point.
    """
    most = max(point.pushes for curve in curves for point in curve.points)
    pitch = (RIGHT - LEFT) / max(1, most)
    strokes = []
    for place, curve in enumerate(curves):
        marks = [
            Mark(
                round(LEFT + point.pushes * pitch, 1),
                round(LEFT + point.pushes * pitch + ASIDE * place, 1),
                height(point.level.mean),
                None if point.level.low is None else height(point.level.low),
                None if point.level.high is None else height(point.level.high),
            )
            for point in curve.points
        ]
        points = " ".join(f"{mark.x},{mark.y}" for mark in marks)
        strokes.append(Stroke(curve.kind, points, marks, marks[-1].y))
    named = sorted({point.pushes for curve in curves for point in curve.points})
    step = 1 + len(named) // 12
    return Chart(
        [(height(share / 100), share) for share in SHARES],
        [(round(LEFT + pushes * pitch, 1), pushes) for pushes in named[::step]],
        apart(strokes),
    )


def height(share: float) -> float:
    """Return where a share from 0 to 1 stands."""
    return round(BOTTOM - (BOTTOM - TOP) * min(1.0, max(0.0, share)), 1)


def apart(strokes: list[Stroke]) -> list[Stroke]:
    """Move the names of lines apart that would stand on each other."""
    taken = float("-inf")
    found = {}
    for stroke in sorted(strokes, key=lambda each: each.name_y):
        taken = max(stroke.name_y, taken + CLOSEST)
        found[stroke.kind] = stroke._replace(name_y=round(taken, 1))
    return [found[stroke.kind] for stroke in strokes]
