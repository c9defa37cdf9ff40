"""Krippendorff's alpha, for any number of annotators and any pattern of missing verdicts."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from config.wording import words
from labeling.agreement.estimate import Estimate, Sums, estimated, missing, per_family
from labeling.agreement.verdicts import Verdicts

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = get_args(Level)
NOBODY_TWICE = words("No unit was judged by two annotators.")
NO_VARIATION = words(
    "Everybody gave the same answer everywhere, so no disagreement could be expected by chance."
)


def krippendorff_alpha(verdicts: Verdicts, level: Level) -> Estimate:
    """Return alpha = 1 - observed / expected disagreement: 1 is perfect, 0 is chance, below 0 is systematic.

    Args:
        verdicts: units judged once are left out; a nominal scale may hold text, the others numbers.
        level: how two values differ: at all, by rank, by distance, or by proportion (not below 0).

    Raises:
        ValueError: the values are text but the level asks for numbers, or there is no such level.

    Source:
        Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
    """
    if level not in LEVELS:
        raise ValueError(f"{level} is no level of measurement; they are {', '.join(LEVELS)}.")
    counts = verdicts.counts
    judged = counts.sum(axis=1)
    paired = judged >= 2
    annotators = len(np.unique(verdicts.annotators[paired[verdicts.units]]))
    if not paired.any():
        return missing(0, annotators, NOBODY_TWICE)
    scale = numbers(verdicts, level)
    sums = per_family(pairs(counts[paired], judged[paired]), verdicts.families[paired])
    return estimated(
        sums[sums.any(axis=1)],
        lambda drawn: alphas(unfolded(drawn, len(scale)), scale, level),
        units=int(paired.sum()),
        annotators=annotators,
        why=NO_VARIATION,
    )


def numbers(verdicts: Verdicts, level: Level) -> NDArray[np.float64]:
    """Return the scale as numbers; a nominal scale by place."""
    if level == "nominal":
        return np.arange(len(verdicts.scale), dtype=np.float64)
    if verdicts.scale.dtype.kind not in "biuf":
        raise ValueError(f"The values are text, which has no {level} scale.")
    scale: NDArray[np.float64] = verdicts.scale.astype(np.float64)
    return scale


def pairs(counts: Sums, judged: Sums) -> Sums:
    """Return each unit's pairs of values, the upper triangle of its coincidence matrix as a row."""
    upper, lower = np.triu_indices(counts.shape[1])
    weight = (1 / (judged - 1))[:, None]
    found: Sums = counts[:, upper] * (counts[:, lower] - (upper == lower)) * weight
    return found


def unfolded(rows: Sums, values: int) -> Sums:
    """Return rows of upper triangles as whole matrices."""
    upper, lower = np.triu_indices(values)
    whole = np.zeros((len(rows), values, values))
    whole[:, upper, lower] = rows
    whole[:, lower, upper] = rows
    return whole


def alphas(coincidences: Sums, scale: NDArray[np.float64], level: Level) -> Sums:
    """Return the alpha of each coincidence matrix, NaN where no disagreement is expected."""
    marginals = coincidences.sum(axis=2)
    total = marginals.sum(axis=1)
    apart = distances(marginals, scale, level)
    observed = (coincidences * apart).sum(axis=(1, 2))
    expected = (marginals[:, :, None] * marginals[:, None, :] * apart).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Sums = np.where(expected > 0, 1 - (total - 1) * observed / expected, np.nan)
    return found


def distances(marginals: Sums, scale: NDArray[np.float64], level: Level) -> Sums:
    """Return the squared distance of any two values, for each draw: draws by values by values."""
    if level == "nominal":
        return 1 - np.broadcast_to(np.eye(len(scale)), (len(marginals), len(scale), len(scale)))
    places = np.broadcast_to(scale, marginals.shape)
    if level == "ordinal":
        # The values between two ranks, each end counted half: the distance of their mean ranks.
        places = marginals.cumsum(axis=1) - marginals / 2
    one, other = places[:, :, None], places[:, None, :]
    if level == "ratio":
        both = one + other
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio: Sums = np.where(both > 0, (one - other) / both, 0)
        return ratio**2
    square: Sums = (one - other) ** 2
    return square
