"""A statistic with its interval, by drawing families with replacement."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
SEED = 20_240_624
TAILS = (2.5, 97.5)
MOST_WEIGHTS = 4_000_000
"""Weights that are drawn at once: bounds the memory of a bootstrap over very many families."""
MOST_DRAWN = 2 * MOST_WEIGHTS
"""Of so many families over all draws no more is drawn: with ten thousand of them the ends hardly move any more."""
FEWEST_DRAWS = 200

Sums = NDArray[np.float64]
Statistic = Callable[[Sums], Sums]
"""Takes draws by sums and returns one value per draw, NaN where it is undefined."""


class Estimate(NamedTuple):
    """A statistic over some verdicts, or the reason why there is none."""

    value: float | None
    low: float | None
    """2.5 % of the draws lie below; None with fewer than two families."""
    high: float | None
    units: int
    """Units that were judged by at least two."""
    annotators: int
    undefined: str = ""
    """Why there is no value, as a sentence; empty when there is one."""


def missing(units: int, annotators: int, why: str) -> Estimate:
    """Return an estimate that says why it has no value."""
    return Estimate(None, None, None, units, annotators, why)


def interval(sums: Sums, statistic: Statistic, *, draws: int = DRAWS) -> tuple[float, float] | None:
    """Return the percentile interval of a statistic that depends on sums over families.

    Args:
        sums: families by sums.
        statistic: from draws by sums to one value per draw.
        draws: how often as many families as there are get drawn; fewer when they are very many.

    Returns:
        The ends of the 95 % interval; None with fewer than two families or when hardly a draw is defined.
    """
    families = len(sums)
    if families < 2:
        return None
    draws = max(FEWEST_DRAWS, min(draws, MOST_DRAWN // families))
    random = np.random.default_rng(SEED)
    at_once = max(1, min(draws, MOST_WEIGHTS // families))
    found = []
    for begin in range(0, draws, at_once):
        size = min(at_once, draws - begin)
        found.append(statistic(drawn(random, families, size) @ sums))
    values = np.concatenate(found)
    values = values[~np.isnan(values)]
    if len(values) < draws / 2:
        return None
    low, high = np.percentile(values, TAILS)
    return float(low), float(high)


def drawn(random: np.random.Generator, families: int, size: int) -> Sums:
    """Return how often each draw takes each family: draws by families. Each draw takes as many as there are."""
    taken = random.integers(0, families, (size, families))
    taken += np.arange(size)[:, None] * families
    return np.bincount(taken.ravel(), minlength=size * families).reshape(size, families).astype(np.float64)


def per_family(rows: Sums, families: NDArray[np.int64]) -> Sums:
    """Sum rows by family: units by sums becomes families by sums."""
    count = int(families.max(initial=-1)) + 1
    return np.stack([np.bincount(families, weights=column, minlength=count) for column in rows.T], axis=1)


def estimated(sums: Sums, statistic: Statistic, *, units: int, annotators: int, why: str) -> Estimate:
    """Return a statistic with its interval.

    Args:
        sums: families by sums.
        statistic: from draws by sums to one value per draw.
        units: judged by at least two.
        annotators: who judged any of them.
        why: said when the statistic is undefined for the whole.
    """
    value = float(statistic(sums.sum(axis=0, keepdims=True))[0])
    if np.isnan(value):
        return missing(units, annotators, why)
    ends = interval(sums, statistic)
    low, high = ends or (None, None)
    return Estimate(value, low, high, units, annotators)
