"""Whether preferences follow what they should not, position or length, and hold when mirrored. Knows no Django."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.wording import words
from labeling.agreement.estimate import Estimate, Sums, estimated, missing, per_family

STEPS = 50
CONVERGED = 1e-9
NORMAL_95 = 1.959964
NO_PREFERENCE = words("Nobody preferred one response to the other.")
ONE_SIDED = words(
    "Length alone tells every preference apart, or none varies in length, so no slope can be estimated."
)
NOT_MIRRORED = words("Nobody judged the same pair in both orders.")

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Shown(NamedTuple):
    """Preferences between what was shown first and second, one entry per verdict that was no tie."""

    first_won: NDArray[np.bool_]
    families: Codes
    annotators: Codes


def position_bias(shown: Shown, *, why: str = NO_PREFERENCE) -> Estimate:
    """Return P(what was shown first is preferred) - 1/2: 0 is none, .5 means that the first always wins.

    Args:
        shown: preferences.
        why: what to say when there are none.
    """
    annotators = len(np.unique(shown.annotators))
    if not len(shown.first_won):
        return missing(0, annotators, why)
    rows = np.column_stack([shown.first_won, np.ones(len(shown.first_won))]).astype(np.float64)
    return estimated(
        occupied(per_family(rows, shown.families)),
        lambda sums: sums[:, 0] / sums[:, 1] - 0.5,
        units=len(shown.first_won),
        annotators=annotators,
        why=why,
    )


def length_bias(shown: Shown, log_ratio: Floats) -> Estimate:
    """Return the logistic coefficient of log(length of first / length of second), beside an intercept.

    0 is none. At 1, a response twice as long as the other is preferred with odds of 2 to 1.

    Args:
        shown: preferences.
        log_ratio: natural logarithm of the ratio of lengths, in the same order.
    """
    annotators = len(np.unique(shown.annotators))
    if not len(shown.first_won):
        return missing(0, annotators, NO_PREFERENCE)
    found = logistic(log_ratio, shown.first_won.astype(np.float64), shown.families)
    if found is None:
        return missing(len(shown.first_won), annotators, ONE_SIDED)
    value, error = found
    low, high = (None, None) if error is None else (value - NORMAL_95 * error, value + NORMAL_95 * error)
    return Estimate(value, low, high, len(shown.first_won), annotators)


def logistic(ratio: Floats, won: Floats, families: Codes) -> tuple[float, float | None] | None:
    """Return the slope of a logistic regression and its standard error, clustered by family.

    Returns:
        None when the slope has no finite maximum; no error with a single family.

    Source:
        Liang and Zeger, Longitudinal data analysis using generalized linear models (1986).
    """
    if np.ptp(ratio) == 0 or is_separated(ratio, won):
        return None
    design = np.column_stack([np.ones(len(ratio)), ratio])
    weights = np.zeros(2)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ weights))
        bread = np.linalg.inv(design.T @ (design * (chance * (1 - chance))[:, None]))
        step = bread @ (design.T @ (won - chance))
        weights += step
        if np.abs(step).max() < CONVERGED:
            break
    scores = occupied(per_family(design * (won - chance)[:, None], families))
    if len(scores) < 2:
        return float(weights[1]), None
    spread = bread @ (scores.T @ scores) @ bread * len(scores) / (len(scores) - 1)
    return float(weights[1]), float(np.sqrt(spread[1, 1]))


def is_separated(ratio: Floats, won: Floats) -> bool:
    """Whether a threshold of the ratio tells all wins from all losses, so that the slope would be infinite."""
    wins, losses = ratio[won == 1], ratio[won == 0]
    if not len(wins) or not len(losses):
        return True
    return bool(wins.min() >= losses.max() or losses.min() >= wins.max())


def self_consistency(first: Codes, second: Codes, families: Codes, annotators: Codes) -> Estimate:
    """Return the share of pairs that someone judged in both orders and preferred the same response, or none, twice.

    Args:
        first: strength of the first verdict, in the canonical order of the responses.
        second: of the same person's verdict on the mirrored pair, in the same canonical order.
        families: of each pair.
        annotators: who judged it.
    """
    people = len(np.unique(annotators))
    if not len(first):
        return missing(0, people, NOT_MIRRORED)
    rows = np.column_stack([np.sign(first) == np.sign(second), np.ones(len(first))]).astype(np.float64)
    return estimated(
        occupied(per_family(rows, families)),
        lambda sums: sums[:, 0] / sums[:, 1],
        units=len(first),
        annotators=people,
        why=NOT_MIRRORED,
    )


def occupied(sums: Sums) -> Sums:
    """Return the families that have any row."""
    return sums[sums.any(axis=1)]
