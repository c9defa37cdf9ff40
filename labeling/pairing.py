"""Which responses of a scenario are judged together: pairs, groups and single ones. Knows no Django.

Everything is drawn from hashes of a seed: the same candidates under the same seed give the same items in the same
canonical order, whatever order they come in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import combinations, pairwise
from typing import NamedTuple

Pair = frozenset[str]
"""Two of something, in no order: keys of responses, or names of models; one name where both are the same."""


class Rule(StrEnum):
    """How pairs are chosen among a scenario's responses."""

    ALL = "all"
    """Every response with every other."""
    ADJACENT = "adjacent"
    """In a drawn order, each with the next: the fewest pairs that connect all."""
    BALANCED = "balanced"
    """Each pair of models about equally often, over all scenarios."""
    UNCERTAIN = "uncertain"
    """Those whose earlier judgments are fewest or least certain."""


class Candidate(NamedTuple):
    """A response that may be chosen."""

    key: str
    """What tells it from all others, and is the same tomorrow: its id or hash."""
    model: str


class Tally(NamedTuple):
    """How earlier judgments between two came out; a tie is half a win for each."""

    first: float
    """Wins of the one whose name sorts first."""
    second: float

    @property
    def variance(self) -> float:
        """How little is known, as the variance of a Beta(1 + first, 1 + second); 1/12 when nothing is."""
        a, b = 1 + self.first, 1 + self.second
        return a * b / ((a + b) ** 2 * (a + b + 1))


class Earlier(NamedTuple):
    """What earlier judgments say of pairs of responses, and of pairs of models."""

    responses: Mapping[Pair, Tally]
    models: Mapping[Pair, Tally]


class Terms(NamedTuple):
    """How items are to be made of each scenario."""

    size: int
    """Responses an item has: 1, 2 or more."""
    rule: Rule = Rule.BALANCED
    """For pairs alone."""
    most: int = 1
    """Items of a scenario; pairs by `all` and `adjacent` have as many as there are."""
    seed: str = ""


@dataclass
class Counts:
    """How often each was chosen so far, over all scenarios."""

    models: Counter[str] = field(default_factory=Counter)
    pairs: Counter[Pair] = field(default_factory=Counter)


TWO = 2
NOTHING_KNOWN = Earlier({}, {})


def chosen(
    scenarios: Mapping[str, Sequence[Candidate]], terms: Terms, earlier: Earlier = NOTHING_KNOWN
) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield each scenario with its items, in a drawn order of scenarios.

    Args:
        scenarios: what may be chosen of each, by the scenario's key.
        terms: how.
        earlier: for `Rule.UNCERTAIN`.

    Returns:
        For each item the keys of its responses in canonical order; no item where there are too few responses.
    """
    counts = Counts()
    for scenario in sorted(scenarios, key=lambda key: drawn(terms.seed, key)):
        candidates = sorted(scenarios[scenario], key=lambda each: drawn(terms.seed, scenario, each.key))
        if terms.size == 1:
            groups = singles(candidates, terms, counts)
        elif terms.size == TWO:
            groups = pairs(candidates, terms, counts, earlier)
        else:
            groups = sets(candidates, terms, counts)
        yield scenario, [canonical(terms.seed, group) for group in groups]


def drawn(*words: str) -> str:
    """Return what stands for a random number and is the same for the same words."""
    return sha256("\n".join(words).encode()).hexdigest()


def canonical(seed: str, group: Iterable[Candidate]) -> tuple[str, ...]:
    """Return a group's keys in an order that says nothing about them."""
    keys = sorted(each.key for each in group)
    return tuple(sorted(keys, key=lambda key: drawn(seed, *keys, "order", key)))


def singles(candidates: Sequence[Candidate], terms: Terms, counts: Counts) -> list[tuple[Candidate, ...]]:
    """Return single responses, of the models that were chosen least."""
    return [(each,) for each in least_chosen(candidates, terms.most, counts)]


def sets(candidates: Sequence[Candidate], terms: Terms, counts: Counts) -> list[tuple[Candidate, ...]]:
    """Return groups of responses that share none, of different models as far as there are, the least chosen first."""
    left, groups = list(candidates), list[tuple[Candidate, ...]]()
    while len(left) >= terms.size and len(groups) < terms.most:
        group = least_chosen(left, terms.size, counts)
        groups.append(tuple(group))
        left = [each for each in left if each not in group]
    return groups


def least_chosen(candidates: Sequence[Candidate], number: int, counts: Counts) -> list[Candidate]:
    """Choose candidates of different models as far as there are, those of the models chosen least first."""
    left, found, here = list(candidates), list[Candidate](), Counter[str]()
    while left and len(found) < number:
        best = min(left, key=lambda each: (here[each.model], counts.models[each.model]))
        left.remove(best)
        found.append(best)
        here[best.model] += 1
        counts.models[best.model] += 1
    return found


def pairs(
    candidates: Sequence[Candidate], terms: Terms, counts: Counts, earlier: Earlier
) -> list[tuple[Candidate, ...]]:
    """Return pairs by the rule."""
    if terms.rule == Rule.ALL:
        return [*combinations(candidates, 2)]
    if terms.rule == Rule.ADJACENT:
        return [(one, other) for one, other in pairwise(candidates)]
    if terms.rule == Rule.BALANCED:
        return taken(of_two_models(candidates), terms.most, counts, lambda pair: counts.pairs[models(pair)])
    return taken(
        list(combinations(candidates, 2)), terms.most, counts, lambda pair: -doubt(pair, counts, earlier)
    )


def of_two_models(candidates: Sequence[Candidate]) -> list[tuple[Candidate, ...]]:
    """Return the pairs that compare two models; where there is one model alone, all pairs."""
    every: list[tuple[Candidate, ...]] = [*combinations(candidates, 2)]
    mixed = [pair for pair in every if len(models(pair)) > 1]
    return mixed or every


def taken(
    left: list[tuple[Candidate, ...]],
    most: int,
    counts: Counts,
    cost: Callable[[tuple[Candidate, ...]], float],
) -> list[tuple[Candidate, ...]]:
    """Take the cheapest pairs one after the other; among equal ones, those of what was chosen least."""
    found, here = list[tuple[Candidate, ...]](), Counter[str]()

    def worth(pair: tuple[Candidate, ...]) -> tuple[float, int, int]:
        return (
            cost(pair),
            sum(here[each.key] for each in pair),
            sum(counts.models[each.model] for each in pair),
        )

    while left and len(found) < most:
        best = min(left, key=worth)
        left.remove(best)
        found.append(best)
        here.update(each.key for each in best)
        counts.models.update(each.model for each in best)
        counts.pairs[models(best)] += 1
    return found


def doubt(pair: tuple[Candidate, ...], counts: Counts, earlier: Earlier) -> float:
    """Return how little is known of a pair: of the two responses if they were judged, else of their models.

    Each pair chosen already counts as one more judgment that came out even, so that the choice spreads.
    """
    of_responses = earlier.responses.get(frozenset(each.key for each in pair))
    known = of_responses or earlier.models.get(models(pair)) or Tally(0, 0)
    more = counts.pairs[models(pair)] / 2
    return Tally(known.first + more, known.second + more).variance


def models(pair: Iterable[Candidate]) -> Pair:
    """Return the models of a pair."""
    return frozenset(each.model for each in pair)
