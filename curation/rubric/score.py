"""What a response is worth under a rubric.

rubric_score([Mark(7, True), Mark(5, False), Mark(10, True), Mark(-8, True)])   # 9 / 22 = .4091
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from math import fsum
from typing import NamedTuple

import orjson

PASSES_AT = 0.5
"""A stock response that gets this share of the positive points shows that the rubric can be passed without an answer."""


class Mark(NamedTuple):
    """One criterion's points, and whether a response met it."""

    points: float
    is_met: bool


def rubric_score(marks: Sequence[Mark]) -> float | None:
    """Return the score of one response.

    Args:
        marks: in the order of the rubric, because adding floats in another order may change the last bit.

    Returns:
        Points of met criteria / all positive points: at most 1, may be negative; None without positive points.

    Source:
        HealthBench, arXiv:2505.08775, section 3; `calculate_score` of openai/simple-evals.
    """
    possible = sum(mark.points for mark in marks if mark.points > 0)
    if possible == 0:
        return None
    return sum(mark.points for mark in marks if mark.is_met) / possible


def mean_score(scores: Iterable[float | None]) -> float | None:
    """Return the mean of a data set's scores, clipped to [0, 1]; None when none of them has a score."""
    known = [score for score in scores if score is not None]
    if not known:
        return None
    return min(1.0, max(0.0, fsum(known) / len(known)))


def rubric_sha256(criteria: Iterable[tuple[str, int, Decimal]]) -> str:
    """Return what is equal exactly for rubrics that score alike, in whatever order their criteria stand.

    Args:
        criteria: key, number of the wording, and points of each.
    """
    rows = sorted([key, number, f"{points.normalize():f}"] for key, number, points in criteria)
    return sha256(orjson.dumps(rows)).hexdigest()
