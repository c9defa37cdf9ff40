"""What training changed: differences with intervals, and which of many are more than chance. Knows no Django.

    effect = paired_effect(np.array([.2, .1, .3]), np.array([0, 1, 2]))
    q = benjamini_hochberg([.001, .04, .3])

Intervals are percentiles of a bootstrap that draws whole families. p-values come from flipping the signs of families.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import erfc, sqrt
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from labeling.agreement.estimate import Sums

Floats: TypeAlias = "NDArray[np.float64]"
Codes: TypeAlias = "NDArray[np.int64]"
SEED = 20_260_624
ENUMERATED = 12
"""With so few families all signs are tried."""
FLIPS = 9_999
MOST_FLIPPED = 40
"""With more families the distribution over flips is close to the normal one, which costs nothing to ask."""
Z = 1.959964
TOLERANCE = 1e-9


class Effect(NamedTuple):
    """A difference between trained and untrained, after minus before."""

    value: float
    low: float | None
    """95 % interval; None where nothing tells how far values spread."""
    high: float | None
    p: float | None
    """Of no difference, two-sided; None where there is no interval."""
    n: int
    """Prompts, or replies where prompts are not known."""
    is_paired: bool


class Spread(NamedTuple):
    """A mean whose values are not known one by one."""

    mean: float
    stderr: float | None
    n: int


def paired_effect(differences: Floats, families: Codes) -> Effect:
    """Return the mean difference over prompts that were tested before and after.

    Args:
        differences: after minus before, one a prompt; at least one.
        families: codes from 0; prompts of one family resemble each other.

    Returns:
        With the percentile interval of a cluster bootstrap, and the p-value of the sign-flip test over families.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and only who compares needs it.

    from labeling.agreement.estimate import interval, per_family  # noqa: PLC0415 - heavy, and only who compares needs it.

    rows = np.stack([differences, np.ones_like(differences)], axis=1)
    sums = per_family(rows, families)
    sums = sums[sums[:, 1] > 0]
    ends = interval(sums, mean_of)
    low, high = ends or (None, None)
    p = sign_flip_p(sums[:, 0]) if ends else None
    return Effect(float(differences.mean()), low, high, p, len(differences), is_paired=True)


def mean_of(drawn: "Sums") -> "Sums":
    """Return the mean of each draw, from sums and counts."""
    found: Sums = drawn[:, 0] / drawn[:, 1]
    return found


def sign_flip_p(sums: Floats) -> float:
    """Return how likely so large a sum is if each family's sign were a toss of a coin.

    Args:
        sums: of differences, one a family.

    Source: Fisher's randomisation test; drawn flips count as Phipson and Smyth (2010) say, (b + 1) / (m + 1).
    """
    reached = abs(float(sums.sum())) - TOLERANCE
    if reached <= 0 or not sums.any():
        return 1.0
    if len(sums) > MOST_FLIPPED:
        return normal_p(float(sums.sum()) / sqrt(float((sums**2).sum())))
    flipped = abs(signs(len(sums)) @ sums)
    if len(sums) <= ENUMERATED:
        return float((flipped >= reached).mean())
    return float((1 + (flipped >= reached).sum()) / (1 + FLIPS))


@lru_cache(maxsize=4)
def signs(families: int) -> Floats:
    """Return flips by families: all of them where they are few, else drawn."""
    import numpy as np  # noqa: PLC0415 - heavy, and only who compares needs it.

    if families <= ENUMERATED:
        bits = np.arange(2**families)[:, None] >> np.arange(families)[None, :] & 1
    else:
        bits = np.random.default_rng(SEED).integers(0, 2, (FLIPS, families), dtype=np.int8)
    return np.asarray(1.0 - 2.0 * bits)


def unpaired_effect(after: Spread, before: Spread) -> Effect:
    """Return the difference of two means, with the normal interval of independent samples.

    Returns:
        Without interval and p-value where a standard error is missing.
    """
    value, n = after.mean - before.mean, min(after.n, before.n)
    if after.stderr is None or before.stderr is None:
        return Effect(value, None, None, None, n, is_paired=False)
    stderr = sqrt(after.stderr**2 + before.stderr**2)
    p = normal_p(value / stderr) if stderr else float(not value)
    return Effect(value, value - Z * stderr, value + Z * stderr, p, n, is_paired=False)


def normal_p(z: float) -> float:
    """Return the two-sided p-value of a normal deviate."""
    return erfc(abs(z) / sqrt(2))


def pooled(spreads: Sequence[Spread], *, is_share: bool) -> Spread:
    """Return several means as one, weighted by their replies.

    Args:
        spreads: at least one.
        is_share: whether they are shares, whose standard error their mean tells.

    Returns:
        Without a standard error where one of them has none.
    """
    n = sum(each.n for each in spreads)
    mean = sum(each.mean * each.n for each in spreads) / n
    known = [stderr_of(each, is_share=is_share) for each in spreads]
    squares = [
        (each.n * stderr) ** 2 for each, stderr in zip(spreads, known, strict=True) if stderr is not None
    ]
    return Spread(mean, sqrt(sum(squares)) / n if len(squares) == len(spreads) else None, n)


def stderr_of(spread: Spread, *, is_share: bool) -> float | None:
    """Return a mean's standard error: its own, or that of a share by the binomial distribution."""
    if spread.stderr is None and is_share:
        return sqrt(max(0.0, spread.mean * (1 - spread.mean)) / spread.n)
    return spread.stderr


def benjamini_hochberg(p: Sequence[float | None]) -> list[float | None]:
    """Return the smallest false discovery rate at which each test counts, in the order of the tests.

    Args:
        p: values; those that are None take no part.

    Source: Benjamini and Hochberg (1995), Controlling the False Discovery Rate, as adjusted p-values.
    """
    places = sorted((place for place, each in enumerate(p) if each is not None), key=lambda at: p[at] or 0.0)
    q: list[float | None] = [None] * len(p)
    least = 1.0
    for rank in range(len(places), 0, -1):
        place = places[rank - 1]
        least = min(least, (p[place] or 0.0) * len(places) / rank)
        q[place] = least
    return q


def retention(clean: float, pressed: float) -> float | None:
    """Return which share of a score is left under pressure; None where there was none to lose."""
    return pressed / clean if clean > 0 else None
