"""Agreement in percent, and corrected for chance: Fleiss' kappa, Gwet's AC1, weighted kappa."""

from typing import Literal

import numpy as np

from config.wording import words
from labeling.agreement.alpha import NO_VARIATION, NOBODY_TWICE
from labeling.agreement.estimate import Estimate, Statistic, Sums, estimated, missing, per_family
from labeling.agreement.verdicts import Verdicts

UNEVEN = words("Fleiss' kappa needs the same number of verdicts on every unit.")
ONE_VALUE = words("Only one value occurs, so there is no chance agreement to correct for.")
NOTHING_SHARED = words("The two judged no unit in common.")


def percent_agreement(verdicts: Verdicts) -> Estimate:
    """Return the share of pairs of verdicts on the same unit that are equal, averaged over units."""

    def share(sums: Sums) -> Sums:
        with np.errstate(invalid="ignore"):
            found: Sums = sums[:, 0] / sums[:, 1]
        return found

    return of_units(verdicts, share, why=NOBODY_TWICE)


def gwet_ac1(verdicts: Verdicts) -> Estimate:
    """Return Gwet's AC1, which stays meaningful when nearly everybody gives the same answer.

    Source:
        Gwet, Computing inter-rater reliability and its variance in the presence of high agreement (2008).
    """
    values = len(verdicts.scale)
    if values < 2:
        return missing(*sizes(verdicts), ONE_VALUE)

    def ac1(sums: Sums) -> Sums:
        share = sums[:, 3:] / sums[:, 2:3]
        chance = (share * (1 - share)).sum(axis=1) / (values - 1)
        # A draw may take families without any unit that was judged twice.
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Sums = (sums[:, 0] / sums[:, 1] - chance) / (1 - chance)
        return found

    return of_units(verdicts, ac1, why=NOBODY_TWICE)


def fleiss_kappa(verdicts: Verdicts) -> Estimate:
    """Return Fleiss' kappa over units that all have the same number of verdicts.

    Source:
        Fleiss, Measuring nominal scale agreement among many raters (1971).
    """
    judged = verdicts.counts.sum(axis=1)
    if len(np.unique(judged)) > 1:
        return missing(*sizes(verdicts), UNEVEN)

    def kappa(sums: Sums) -> Sums:
        share = sums[:, 3:] / sums[:, 2:3]
        chance = (share**2).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Sums = np.where(chance < 1, (sums[:, 0] / sums[:, 1] - chance) / (1 - chance), np.nan)
        return found

    return of_units(verdicts, kappa, why=NO_VARIATION)


def of_units(verdicts: Verdicts, statistic: Statistic, *, why: str) -> Estimate:
    """Return a statistic of: agreement summed over units judged twice, their number, all units, shares of values."""
    counts = verdicts.counts
    judged = counts.sum(axis=1)
    paired = judged >= 2
    if not paired.any():
        return missing(*sizes(verdicts), NOBODY_TWICE)
    pairs = np.where(paired, judged * (judged - 1), 1)
    agreeing = np.where(paired, (counts * (counts - 1)).sum(axis=1) / pairs, 0)
    rows = np.column_stack([agreeing, paired, np.ones_like(judged), counts / judged[:, None]])
    units, annotators = sizes(verdicts)
    sums = per_family(rows, verdicts.families)
    return estimated(sums, statistic, units=units, annotators=annotators, why=why)


def sizes(verdicts: Verdicts) -> tuple[int, int]:
    """Return how many units were judged by two or more, and how many annotators judged anything."""
    judged = np.bincount(verdicts.units, minlength=len(verdicts.families))
    return int((judged >= 2).sum()), len(verdicts.annotator_names)


def weighted_kappa(
    verdicts: Verdicts, first: int, second: int, *, weights: Literal["linear", "quadratic"] = "quadratic"
) -> Estimate:
    """Return Cohen's kappa of two annotators, near misses counting in part.

    Args:
        verdicts: on a scale of numbers.
        first: the number of one annotator.
        second: the number of the other.
        weights: whether the cost of a miss grows with the distance or with its square.

    Source:
        Cohen, Weighted kappa (1968).
    """
    tables = verdicts.between(first, second)
    units = int(tables.sum())
    if not units:
        return missing(0, 2, NOTHING_SHARED)
    scale = verdicts.scale.astype(np.float64)
    cost = np.abs(scale[:, None] - scale[None, :]) ** (1 if weights == "linear" else 2)

    def kappa(sums: Sums) -> Sums:
        table = sums.reshape(len(sums), len(scale), len(scale))
        total = table.sum(axis=(1, 2))
        expected = table.sum(axis=2)[:, :, None] * table.sum(axis=1)[:, None, :] / total[:, None, None]
        chance = (expected * cost).sum(axis=(1, 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Sums = np.where(chance > 0, 1 - (table * cost).sum(axis=(1, 2)) / chance, np.nan)
        return found

    rows = tables.reshape(len(tables), -1)
    return estimated(rows[rows.any(axis=1)], kappa, units=units, annotators=2, why=NO_VARIATION)
