"""What a Delphi panel agrees on: distribution, median, shares, groups. Knows no Django.

tally([8, 9, 7, 2], ["law", "law", "law", "law"], Terms(70, 15)).outcome
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import NamedTuple

LOWEST, HIGHEST = 1, 9
LOW, HIGH = range(1, 4), range(7, 10)
SCALE = range(LOWEST, HIGHEST + 1)
FEWEST = 3
"""Ratings of fewer people are not shown apart: two who know their own would know the other's."""
OTHERS = ""
"""The name of the people whose groups are too small to be shown apart."""


class Outcome(StrEnum):
    """What a panel made of a statement."""

    IN = "in"
    OUT = "out"
    UNSETTLED = "unsettled"
    TOO_FEW = "too few"
    """Fewer than `FEWEST` people rated it."""


class Terms(NamedTuple):
    """When a statement is in, in percent of those who rated it."""

    in_percent: int
    """At least this share rates it 7 to 9 …"""
    out_percent: int
    """… and less than this share rates it 1 to 3."""


@dataclass(frozen=True)
class Share:
    """So many of so many people, exactly."""

    count: int
    of: int

    @property
    def fraction(self) -> Fraction:
        """From 0 to 1; of nobody it is 0."""
        return Fraction(self.count, self.of) if self.of else Fraction(0)

    @property
    def percent(self) -> int:
        """From 0 to 100, rounded down, so that 69.9 never reads as 70."""
        return 100 * self.count // self.of if self.of else 0

    def reaches(self, percent: int) -> bool:
        """Whether it is at least so many percent."""
        return self.of > 0 and 100 * self.count >= percent * self.of


class GroupShare(NamedTuple):
    """How a group rates a statement."""

    name: str
    """`OTHERS` for those whose groups are too small to be shown."""
    high: Share


class Bar(NamedTuple):
    """How many gave one rating."""

    rating: int
    people: int
    height: str
    """Against the tallest, from 0 to 1.00, as style sheets read it in every language."""


@dataclass(frozen=True)
class Tally:
    """What so many ratings of one statement say."""

    bars: tuple[Bar, ...]
    """One for each rating from 1 to 9."""
    median: float
    """0 when nobody rated it."""
    high: Share
    """Who rates it 7 to 9."""
    low: Share
    """Who rates it 1 to 3."""
    outcome: Outcome
    groups: tuple[GroupShare, ...]
    """By name; empty when there are none, or none that can be shown."""
    lowest: GroupShare | None
    """The group in which the smallest share rates it 7 to 9."""
    is_shared: bool
    """Whether it is in, and each group that is shown reaches the share by itself."""

    @property
    def count(self) -> int:
        """How many people rated it."""
        return self.high.of

    @property
    def can_be_shown(self) -> bool:
        """Whether enough people rated it that nobody's rating can be told."""
        return self.count >= FEWEST


def tally(ratings: Sequence[int], groups: Sequence[str], terms: Terms) -> Tally:
    """Count the ratings of one statement.

    Args:
        ratings: 1 to 9, one for each person.
        groups: the group of each, in the same order; empty for none.
        terms: when it is in.

    Raises:
        ValueError: a rating is outside 1 to 9, or the two lists differ in length.
    """
    if any(rating not in SCALE for rating in ratings):
        raise ValueError("a rating is from 1 to 9")
    high, low = share(ratings, HIGH), share(ratings, LOW)
    outcome = outcome_of(high, low, terms)
    by_group = shown_groups(ratings, groups)
    lowest = min(by_group, key=lambda group: (group.high.fraction, group.name), default=None)
    return Tally(
        bars=bars_of(ratings),
        median=float(median(ratings)) if ratings else 0.0,
        high=high,
        low=low,
        outcome=outcome,
        groups=by_group,
        lowest=lowest,
        is_shared=outcome == Outcome.IN and all(each.high.reaches(terms.in_percent) for each in by_group),
    )


def bars_of(ratings: Sequence[int]) -> tuple[Bar, ...]:
    """Return the distribution of ratings."""
    counts = Counter(ratings)
    tallest = max(counts.values(), default=1)
    return tuple(
        Bar(rating, counts[rating], f"{counts[rating] / tallest:.2f}" if counts[rating] else "0")
        for rating in SCALE
    )


def share(ratings: Sequence[int], within: range) -> Share:
    """Return how many of the ratings lie within a range."""
    return Share(sum(rating in within for rating in ratings), len(ratings))


def outcome_of(high: Share, low: Share, terms: Terms) -> Outcome:
    """Return what the two shares make of a statement: out is the mirror image of in."""
    if high.of < FEWEST:
        return Outcome.TOO_FEW
    if high.reaches(terms.in_percent) and not low.reaches(terms.out_percent):
        return Outcome.IN
    if low.reaches(terms.in_percent) and not high.reaches(terms.out_percent):
        return Outcome.OUT
    return Outcome.UNSETTLED


def shown_groups(ratings: Sequence[int], groups: Sequence[str]) -> tuple[GroupShare, ...]:
    """Return each group's share of 7 to 9, in blocks of at least `FEWEST` people.

    Smaller groups, and people without one, stand together as `OTHERS`. Were these still too few, the total minus the
    groups would give them away, so the smallest group joins them. A single block says nothing beyond the total: none.
    """
    members: dict[str, list[int]] = {}
    for rating, group in zip(ratings, groups, strict=True):
        members.setdefault(group, []).append(rating)
    small = [name for name in members if name == OTHERS or len(members[name]) < FEWEST]
    others = [rating for name in small for rating in members.pop(name)]
    if others and len(others) < FEWEST and members:
        smallest = min(members, key=lambda name: (len(members[name]), name))
        others += members.pop(smallest)
    if others:
        members[OTHERS] = others
    if len(members) < 2:
        return ()
    return tuple(GroupShare(name, share(members[name], HIGH)) for name in sorted(members))
