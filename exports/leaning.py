"""Models that say which side of a pair people lean to. Knows no Django."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import numpy as np

from labeling.aggregation import Comparison, Ranking, dawid_skene
from labeling.aggregation.bradley_terry import fitted, tallied
from labeling.agreement.verdicts import tabulate

FIRST, SECOND = -1, 1


class Vote(NamedTuple):
    """One person's word on one pair."""

    version: UUID | None
    scenario: UUID
    item: UUID
    annotator: UUID
    response1: UUID
    response2: UUID
    value: int
    """-1 the first, 1 the second, 0 neither, 2 both are bad."""


class Leaning(NamedTuple):
    """How probable a model finds it that a side of a pair is the better one."""

    item: UUID
    version: UUID | None
    first: float
    second: float


def by_dawid_skene(votes: list[Vote]) -> Iterator[Leaning]:
    """Weigh the votes on one trait by how those who gave them err."""
    numbers: dict[UUID, int] = {}
    units = [numbers.setdefault(vote.item, len(numbers)) for vote in votes]
    people: dict[UUID, int] = {}
    annotators = [people.setdefault(vote.annotator, len(people)) for vote in votes]
    verdicts = tabulate(units, annotators, [vote.value for vote in votes])
    posterior = dawid_skene(verdicts).posterior
    scale = list(verdicts.scale)
    sides = [
        posterior[:, scale.index(side)] if side in scale else np.zeros(len(posterior))
        for side in (FIRST, SECOND)
    ]
    for item, first, second in zip(numbers, *sides, strict=True):
        yield Leaning(item, votes[0].version, float(first), float(second))


def by_bradley_terry(votes: list[Vote]) -> Iterator[Leaning]:
    """Let all comparisons of a scenario's responses on one trait decide together."""
    for _, group in groupby(votes, key=itemgetter(1)):
        yield from within_scenario(list(group))


def within_scenario(votes: list[Vote]) -> Iterator[Leaning]:
    """Return how probable each side of each pair of one scenario is."""
    preferred = [
        Comparison(str(vote.response1), str(vote.response2), -vote.value) for vote in votes if vote.value != 2
    ]
    if not preferred:
        return
    tally = tallied(preferred)
    strength, tie = fitted(tally, np.ones(len(preferred)))
    ranking = Ranking(list(tally.names), strength, strength, strength, tie)
    for item, vote in first_of_each(votes):
        if {str(vote.response1), str(vote.response2)} <= set(ranking.names):
            first, _, second = ranking.chance(str(vote.response1), str(vote.response2))
            yield Leaning(item, vote.version, first, second)


def first_of_each(votes: Iterable[Vote]) -> Iterator[tuple[UUID, Vote]]:
    """Return items with one of their votes."""
    for item, group in groupby(votes, key=itemgetter(2)):
        yield item, next(group)
