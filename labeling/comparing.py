"""How answers compare with references, and what pace and repetition say. Knows no Django."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import NamedTuple

from config.wording import words

Z = 1.959964


class Compared(NamedTuple):
    """One answer beside the reference label of its item on one trait; both strengths from -3 to 3."""

    trait: str
    answer: int
    reference: int
    at: datetime

    @property
    def is_same(self) -> bool:
        """Whether both prefer the same response, or both none."""
        return points_same_way(self.answer, self.reference)


class Share(NamedTuple):
    """How many of so many, with the interval within which the true share lies."""

    hits: int
    total: int
    low: float
    high: float

    @property
    def percent(self) -> int:
        """The share, from 0 to 100."""
        return round(self.hits * 100 / self.total) if self.total else 0

    @property
    def low_percent(self) -> int:
        """The lower end, from 0 to 100."""
        return round(self.low * 100)

    @property
    def high_percent(self) -> int:
        """The upper end, from 0 to 100."""
        return round(self.high * 100)


class Match(NamedTuple):
    """How answers compare with references."""

    same: Share
    """Those that point the same way: to the same response, or a tie to a tie."""
    near: Share
    """Those within one step of the scale."""
    lean: float
    """Mean of how much further from a tie the answers stand than the references; negative: milder."""

    @property
    def says(self) -> str:
        """What the numbers mean, in a few words."""
        if self.same.total < 5:
            return words("Too few to tell")
        if self.same.percent >= 80:
            if abs(self.lean) < 0.75:
                return words("Close match")
            if self.lean > 0:
                return words("Same direction, stronger words")
            return words("Same direction, milder words")
        if self.same.percent < 60:
            return words("Often another direction")
        return words("Sometimes another direction")


class Pace(NamedTuple):
    """How fast someone answers, and how often the same way."""

    answers: int
    seconds: float
    """Median per item."""
    repeats: Share
    """Answers that are the same as the one before."""
    longest: int
    """The longest row of the same answer."""


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Args:
        count: from 0 to `total`.
        total: of how many; with 0 nothing is known, and the interval is from 0 to 1.

    Source:
        Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if not total:
        return 0.0, 1.0
    share, square = count / total, Z * Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    width = Z * sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - width), min(1.0, middle + width)


def share_of(count: int, total: int) -> Share:
    """Return a share with its Wilson interval."""
    return Share(count, total, *wilson(count, total))


def points_same_way(answer: int, reference: int) -> bool:
    """Whether both prefer the same response, or both none."""
    return (answer > 0) - (answer < 0) == (reference > 0) - (reference < 0)


def match_of(rows: Sequence[Compared]) -> Match:
    """Return how answers compare with their references."""
    same = sum(row.is_same for row in rows)
    near = sum(abs(row.answer - row.reference) <= 1 for row in rows)
    further = sum(abs(row.answer) - abs(row.reference) for row in rows)
    total = len(rows)
    return Match(share_of(same, total), share_of(near, total), further / total if total else 0.0)


def by_trait(rows: Iterable[Compared]) -> dict[str, Match]:
    """Return the match on each trait, in the order of their names."""
    return _grouped(rows, lambda row: row.trait)


def by_week(rows: Iterable[Compared]) -> dict[str, Match]:
    """Return the match in each ISO week with answers, as 2026-W48, the earliest first."""
    return _grouped(rows, lambda row: "{}-W{:02}".format(*row.at.isocalendar()[:2]))


def pace_of(answers: Sequence[Hashable], elapsed_ms: Sequence[int]) -> Pace:
    """Return how fast someone answered, and how often the same way.

    Args:
        answers: as the person pressed them, in the order given.
        elapsed_ms: of each; 0 where nothing is known.
    """
    known = [each for each in elapsed_ms if each]
    again = sum(this == last for last, this in pairwise(answers))
    return Pace(
        len(answers),
        median(known) / 1000 if known else 0.0,
        share_of(again, max(0, len(answers) - 1)),
        longest_run(answers),
    )


def longest_run(answers: Iterable[Hashable]) -> int:
    """Return how long the longest row of the same answer is."""
    longest = length = 0
    last: Hashable = object()
    for answer in answers:
        length = length + 1 if answer == last else 1
        last, longest = answer, max(longest, length)
    return longest


def _grouped(rows: Iterable[Compared], key: Callable[[Compared], str]) -> dict[str, Match]:
    groups: dict[str, list[Compared]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: match_of(groups[name]) for name in sorted(groups)}
