"""Verdicts as arrays: who said what of which unit."""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Counts = NDArray[np.float64]


class Verdicts(NamedTuple):
    """Verdicts in long form, every name a number from 0."""

    units: Codes
    """Of each verdict: which unit it judges."""
    annotators: Codes
    """Of each verdict: who gave it."""
    codes: Codes
    """Of each verdict: the place of its value in `scale`."""
    scale: NDArray[Any]
    """The values that occur, in ascending order."""
    families: Codes
    """Of each unit: the family that the bootstrap draws with it."""
    annotator_names: NDArray[Any]

    @property
    def counts(self) -> Counts:
        """How often each unit was given each value: units by values."""
        units, values = len(self.families), len(self.scale)
        flat = np.bincount(self.units * values + self.codes, minlength=units * values)
        return flat.reshape(units, values).astype(np.float64)

    def between(self, first: int, second: int) -> NDArray[np.float64]:
        """How often two annotators gave a unit these two values, per family: families by values by values.

        Args:
            first: the number of one annotator, whose values are the rows.
            second: the number of the other.
        """
        values = len(self.scale)
        said = np.full((2, len(self.families)), -1)
        for row, annotator in enumerate((first, second)):
            theirs = self.annotators == annotator
            said[row, self.units[theirs]] = self.codes[theirs]
        both = (said >= 0).all(axis=0)
        cells = (self.families[both] * values + said[0, both]) * values + said[1, both]
        families = int(self.families.max(initial=-1)) + 1
        return (
            np.bincount(cells, minlength=families * values * values)
            .reshape(families, values, values)
            .astype(np.float64)
        )


def tabulate(
    units: Sequence[Hashable] | NDArray[Any],
    annotators: Sequence[Hashable] | NDArray[Any],
    values: Sequence[Any] | NDArray[Any],
    families: Sequence[Hashable] | NDArray[Any] | None = None,
) -> Verdicts:
    """Return verdicts as arrays.

    Args:
        units: what was judged, one entry per verdict.
        annotators: who judged it; nobody judges a unit twice.
        values: what they said: all numbers, or all text for a nominal scale.
        families: which family each verdict's unit is in; without it, each unit is a family of its own.

    Raises:
        ValueError: the four differ in length, somebody judged a unit twice, or a value is no number (NaN).
    """
    given = [np.asarray(each) for each in (units, annotators, values)]
    if len({len(each) for each in given}) != 1:
        raise ValueError("There must be one unit, one annotator and one value per verdict.")
    if given[2].dtype.kind == "f" and np.isnan(given[2]).any():
        raise ValueError("A value is missing; leave the whole verdict out instead.")
    _, first, unit = np.unique(given[0], return_index=True, return_inverse=True)
    names, annotator = np.unique(given[1], return_inverse=True)
    scale, code = np.unique(given[2], return_inverse=True)
    if len(np.unique(unit * max(len(names), 1) + annotator)) != len(unit):
        raise ValueError("Somebody judged the same unit twice.")
    family = np.arange(len(first))
    if families is not None:
        asked = np.asarray(families)
        if len(asked) != len(unit):
            raise ValueError("There must be one family per verdict.")
        family = np.unique(asked[first], return_inverse=True)[1]
    return Verdicts(unit, annotator, code, scale, family, names)
