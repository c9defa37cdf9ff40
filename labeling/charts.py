"""Where the parts of a chart stand; templates draw them. Knows no Django.

Bars stand in a box of 600 by 250, whiskers and shares are in percent of whatever width there is.
"""

from collections.abc import Sequence
from datetime import date
from math import ceil, floor, log10
from typing import NamedTuple

LEFT, RIGHT, TOP, BOTTOM = 36, 540, 15, 215
BAR_SHARE = 2 / 3
"""Of the room of a day, how much its bar takes."""
STEPS = 4
TALLEST_VOTE, LEAST_VOTE, VOTE_PITCH = 28, 3, 19


class Tick(NamedTuple):
    """A line across, and what it stands for."""

    y: float
    label: int


class Bar(NamedTuple):
    """One day."""

    x: float
    y: float
    height: float
    middle: float
    day: date
    number: int
    is_weekend: bool
    is_named: bool
    """Every other day has its name below."""


class DailyChart(NamedTuple):
    """Counts by day, and the line that would have to be reached."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    width: float
    needed_y: float | None


def daily_chart(days: Sequence[date], counts: Sequence[int], needed: float | None = None) -> DailyChart:
    """Return bars, one a day.

    Args:
        days: in order, at least one.
        counts: of each day.
        needed: how many a day would be wanted; None draws no line.
    """
    step = round_step(max([*counts, needed or 0]))
    scale = (BOTTOM - TOP) / (step * STEPS)
    pitch = (RIGHT - LEFT) / len(days)
    width = pitch * BAR_SHARE
    bars = [
        Bar(
            x=round(LEFT + pitch * place + (pitch - width) / 2, 1),
            y=round(BOTTOM - count * scale, 1),
            height=round(count * scale, 1),
            middle=round(LEFT + pitch * (place + 0.5), 1),
            day=day,
            number=count,
            is_weekend=day.weekday() >= 5,
            is_named=place % 2 == 0,
        )
        for place, (day, count) in enumerate(zip(days, counts, strict=True))
    ]
    ticks = [Tick(round(BOTTOM - step * number * scale, 1), step * number) for number in range(STEPS + 1)]
    return DailyChart(
        bars, ticks, round(width, 1), None if needed is None else round(BOTTOM - needed * scale, 1)
    )


def round_step(most: float) -> int:
    """Return the smallest step of 1, 2 or 5 by a power of ten, of which four reach this far."""
    wanted = max(most, 1) / STEPS
    power: float = 10.0 ** floor(log10(wanted))
    return next(max(1, ceil(power * factor)) for factor in (1, 2, 5, 10) if power * factor >= wanted)


class Axis(NamedTuple):
    """What lies at the two ends of a whisker's track."""

    begin: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands, in percent; what lies outside stands at the end."""
        share = (value - self.begin) / (self.end - self.begin)
        return round(100 * min(1, max(0, share)), 1)


class Whisker(NamedTuple):
    """An estimate with its interval along an axis, in percent."""

    value: float
    low: float
    high: float
    target: float | None
    is_below: bool
    """Below the target: drawn hollow."""


def whisker(
    value: float, low: float | None, high: float | None, axis: Axis, *, target: float | None = None
) -> Whisker:
    """Return where an estimate, its interval and a target stand; without an interval its ends are the value."""
    return Whisker(
        axis.at(value),
        axis.at(value if low is None else low),
        axis.at(value if high is None else high),
        None if target is None else axis.at(target),
        target is not None and value < target,
    )


def axis_over(values: Sequence[float | None], *, least: Axis, step: float) -> Axis:
    """Return an axis that holds these values, from one multiple of a step to another, and `least` in any case."""
    known = [value for value in values if value is not None]
    return Axis(
        round(min([least.begin, *(floor(value / step) * step for value in known)]), 6),
        round(max([least.end, *(ceil(value / step) * step for value in known)]), 6),
    )


class Vote(NamedTuple):
    """How many gave one of seven answers."""

    x: int
    y: float
    height: float
    number: int
    side: str
    """a, tie or b."""


class Votes(NamedTuple):
    """Seven bars, and how many stand on either side."""

    bars: Sequence[Vote]
    for_a: int
    ties: int
    for_b: int


def vote_bars(counts: Sequence[int]) -> Votes:
    """Return a bar for each answer, from “A is much better” to “B is much better”."""
    most = max([*counts, 1])
    heights = [LEAST_VOTE + (TALLEST_VOTE - LEAST_VOTE) * count / most for count in counts]
    middle = len(counts) // 2
    bars = [
        Vote(
            VOTE_PITCH * place,
            round(TALLEST_VOTE - height, 1),
            round(height, 1),
            counts[place],
            "a" if place < middle else "tie" if place == middle else "b",
        )
        for place, height in enumerate(heights)
    ]
    return Votes(bars, sum(counts[:middle]), counts[middle], sum(counts[middle + 1 :]))


class Share(NamedTuple):
    """A part of a whole, in percent of its width."""

    begin: float
    width: float
    number: int
    percent: int


def shares(counts: Sequence[int]) -> list[Share]:
    """Return the parts of a whole side by side; nothing where there is nothing."""
    total = sum(counts)
    if not total:
        return []
    begins = [sum(counts[:place]) for place in range(len(counts))]
    return [
        Share(round(100 * begin / total, 2), round(100 * count / total, 2), count, round(100 * count / total))
        for begin, count in zip(begins, counts, strict=True)
    ]
