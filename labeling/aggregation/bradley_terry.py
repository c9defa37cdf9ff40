"""Bradley and Terry's strengths of things compared in pairs, with Davidson's ties."""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_ROUNDS = 20_000
TOLERANCE = 1e-10
DRAWS = 200
SEED = 19_520_101
TAILS = (2.5, 97.5)
PRIOR = 0.5
"""Wins and losses that everything is given against an imaginary average opponent, so that strengths stay finite."""

Floats = NDArray[np.float64]


class Comparison(NamedTuple):
    """One comparison by one person."""

    first: Hashable
    second: Hashable
    outcome: int
    """1: the first won, -1: the second, 0: a tie."""
    family: Hashable = None
    """What the bootstrap draws together; None makes it a family of its own."""


class Ranking(NamedTuple):
    """What the model found."""

    names: list[Any]
    """By strength, the strongest first."""
    strength: Floats
    """In the order of the names, on the log scale, with mean 0."""
    low: Floats
    high: Floats
    """Ends of the 95 % intervals."""
    tie: float
    """Davidson's nu: how readily people call equals a tie."""

    def chance(self, first: Any, second: Any) -> tuple[float, float, float]:
        """Return how probable it is that the first wins, that they tie, and that the second wins."""
        one, other = np.exp(self.strength[[self.names.index(first), self.names.index(second)]])
        tied = self.tie * np.sqrt(one * other)
        total = one + other + tied
        return float(one / total), float(tied / total), float(other / total)


class Tally(NamedTuple):
    """Comparisons as arrays."""

    names: NDArray[Any]
    pairs: NDArray[np.int64]
    """The two places of each comparison: comparisons by 2."""
    outcomes: NDArray[np.int64]
    families: NDArray[np.int64]


def bradley_terry(comparisons: Sequence[Comparison]) -> Ranking:
    """Return strengths by maximum likelihood with a weak prior.

    P(first wins) = p / (p + q + nu √(pq)) and P(tie) = nu √(pq) / the same, of strengths p and q.

    Raises:
        ValueError: there is no comparison, or something was compared with itself.

    Source:
        Davidson, On extending the Bradley-Terry model to accommodate ties (1970); Hunter, MM algorithms for
        generalized Bradley-Terry models (2004).
    """
    tally = tallied(comparisons)
    strength, tie = fitted(tally, np.ones(len(tally.outcomes)))
    low, high = (
        intervals(tally) if len(np.unique(tally.families)) > 1 else (strength * np.nan, strength * np.nan)
    )
    order = np.argsort(-strength, kind="stable")
    return Ranking([tally.names[place] for place in order], strength[order], low[order], high[order], tie)


def tallied(comparisons: Sequence[Comparison]) -> Tally:
    """Return comparisons as arrays."""
    if not comparisons:
        raise ValueError("There is nothing to compare.")
    sides = np.array([[each.first, each.second] for each in comparisons])
    if (sides[:, 0] == sides[:, 1]).any():
        raise ValueError("Something was compared with itself.")
    names, places = np.unique(sides, return_inverse=True)
    family = [repr(place if each.family is None else each.family) for place, each in enumerate(comparisons)]
    return Tally(
        names,
        places.reshape(-1, 2),
        np.array([each.outcome for each in comparisons]),
        np.unique(family, return_inverse=True)[1],
    )


def fitted(tally: Tally, weights: Floats) -> tuple[Floats, float]:
    """Return log strengths with mean 0, and the readiness to tie, with each comparison counted so often."""
    size = len(tally.names)
    cells = tally.pairs[:, 0] * size + tally.pairs[:, 1]
    met = np.bincount(cells, weights=weights, minlength=size * size).reshape(size, size)
    met = met + met.T
    ties = weights * (tally.outcomes == 0)
    won = np.bincount(tally.pairs[:, 0], weights=weights * (tally.outcomes > 0) + ties / 2, minlength=size)
    won += np.bincount(tally.pairs[:, 1], weights=weights * (tally.outcomes < 0) + ties / 2, minlength=size)
    power, tie = np.ones(size), 1.0 if ties.any() else 0.0
    for _ in range(MOST_ROUNDS):
        before = power
        root = np.sqrt(np.outer(power, power))
        each = met / (power[:, None] + power[None, :] + tie * root)
        load = (each * (1 + tie / 2 * np.sqrt(power[None, :] / power[:, None]))).sum(axis=1)
        power = (won + PRIOR) / (load + 2 * PRIOR / (power + 1))
        # The prior alone holds the level, and so weakly that without this it takes thousands of rounds to settle.
        power /= np.exp(np.log(power).mean())
        root = np.sqrt(np.outer(power, power))
        if tie:
            tie = ties.sum() / ((met * root / (power[:, None] + power[None, :] + tie * root)).sum() / 2)
        if np.abs(np.log(power / before)).max() < TOLERANCE:
            break
    strength = np.log(power)
    return strength - strength.mean(), float(tie)


def intervals(tally: Tally) -> tuple[Floats, Floats]:
    """Return the ends of percentile intervals, drawing families with replacement."""
    random = np.random.default_rng(SEED)
    families = int(tally.families.max()) + 1
    drawn = random.multinomial(families, np.full(families, 1 / families), size=DRAWS)
    found = np.stack([fitted(tally, weights[tally.families].astype(np.float64))[0] for weights in drawn])
    low, high = np.percentile(found, TAILS, axis=0)
    return low, high
