"""Every figure of one kind of verdict: whole, by domain, by annotator, and by annotator within a domain. Knows no Django."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeling.agreement import Estimate, Verdicts, krippendorff_alpha, tabulate
from labeling.agreement.chance import gwet_ac1, percent_agreement, weighted_kappa
from labeling.agreement.summary import statistics
from labeling.bias import Shown, length_bias, position_bias

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Scale = Literal["nominal", "ordinal"]
ALPHA = "krippendorff_alpha"


class Judged(NamedTuple):
    """Verdicts in long form, every name a number from 0."""

    units: Codes
    annotators: Codes
    families: Codes
    domains: Codes
    values: Codes

    def where(self, mask: Mask) -> "Judged":
        """Return some of them."""
        return Judged(*(column[mask] for column in self))

    @property
    def verdicts(self) -> Verdicts:
        """The same as statistics want it."""
        return tabulate(self.units, self.annotators, self.values, self.families)


class Sides(NamedTuple):
    """Of preferences, one entry per verdict: which side was shown first, and how the lengths compare."""

    first_shown: Codes
    """Canonical place of the response that was shown first: 0 or 1."""
    log_ratio: Floats
    """Natural logarithm of words at canonical place 0 over words at place 1."""


class Figure(NamedTuple):
    """One statistic of one scope."""

    statistic: str
    domain: int | None
    annotator: int | None
    estimate: Estimate


def shared_figures(judged: Judged, scale: Scale) -> Iterator[Figure]:
    """Yield agreement whole and by domain."""
    for name, estimate in whole(judged, scale).items():
        yield Figure(name, None, None, estimate)
    for domain in np.unique(judged.domains):
        for name, estimate in whole(judged.where(judged.domains == domain), scale).items():
            yield Figure(name, int(domain), None, estimate)


def agreement_figures(judged: Judged, scale: Scale) -> Iterator[Figure]:
    """Yield agreement whole and by domain, of each annotator with everybody else, and their alpha by domain."""
    yield from shared_figures(judged, scale)
    pairs = Pairs.of(judged)
    for annotator in np.unique(judged.annotators):
        theirs = pairs.of_annotator(int(annotator))
        for name, estimate in with_others(theirs, scale).items():
            yield Figure(name, None, int(annotator), estimate)
        for domain in np.unique(theirs.domains):
            here = theirs.where(theirs.domains == domain)
            yield Figure(
                ALPHA, int(domain), int(annotator), here.measured(krippendorff_alpha(here.table, scale))
            )


def whole(judged: Judged, scale: Scale) -> dict[str, Estimate]:
    """Return every statistic that fits the scale, by name without the scale."""
    return {
        name.removesuffix(f"_{scale}").removesuffix("_quadratic"): estimate
        for name, estimate in statistics(judged.verdicts, scale).items()
    }


class Pairs(NamedTuple):
    """Two verdicts on one unit, by two people; each pair stands once from either side."""

    units: Codes
    annotators: Codes
    others: Codes
    families: Codes
    domains: Codes
    said: Codes
    others_said: Codes

    @classmethod
    def of(cls, judged: Judged) -> "Pairs":
        """Return all pairs, by annotator."""
        order = np.argsort(judged.units, kind="stable")
        _, begins, sizes = np.unique(judged.units[order], return_index=True, return_counts=True)
        size_of, begin_of = np.repeat(sizes, sizes), np.repeat(begins, sizes)
        mine = np.repeat(np.arange(len(order)), size_of)
        # Within each verdict's run of partners: 0, 1, 2, … up to the size of its unit.
        step = np.arange(len(mine)) - np.repeat(np.cumsum(size_of) - size_of, size_of)
        other = begin_of[mine] + step
        differ = mine != other
        mine, other = order[mine[differ]], order[other[differ]]
        by_annotator = np.argsort(judged.annotators[mine], kind="stable")
        mine, other = mine[by_annotator], other[by_annotator]
        return cls(
            judged.units[mine],
            judged.annotators[mine],
            judged.annotators[other],
            judged.families[mine],
            judged.domains[mine],
            judged.values[mine],
            judged.values[other],
        )

    def of_annotator(self, annotator: int) -> "Pairs":
        """Return those of one annotator."""
        begin, end = np.searchsorted(self.annotators, [annotator, annotator + 1])
        return Pairs(*(column[begin:end] for column in self))

    def where(self, mask: Mask) -> "Pairs":
        """Return some of them."""
        return Pairs(*(column[mask] for column in self))

    @property
    def table(self) -> Verdicts:
        """One annotator against all others as if these were a single person; each pair is a unit of its own."""
        count = len(self.units)
        return tabulate(
            np.tile(np.arange(count), 2),
            np.repeat([0, 1], count),
            np.concatenate([self.said, self.others_said]),
            np.tile(self.families, 2),
        )

    def measured(self, estimate: Estimate) -> Estimate:
        """Return an estimate with what people count: units, and everybody who judged them."""
        units, others = len(np.unique(self.units)), len(np.unique(self.others))
        return estimate._replace(units=units, annotators=others + bool(others))


def with_others(theirs: Pairs, scale: Scale) -> dict[str, Estimate]:
    """Return how far one annotator agrees with everybody else."""
    table = theirs.table
    found = {ALPHA: krippendorff_alpha(table, scale), "percent_agreement": percent_agreement(table)}
    if scale == "ordinal":
        found["weighted_kappa"] = weighted_kappa(table, 0, 1)
    else:
        found["gwet_ac1"] = gwet_ac1(table)
    return {name: theirs.measured(estimate) for name, estimate in found.items()}


def bias_figures(judged: Judged, sides: Sides) -> Iterator[Figure]:
    """Yield position and length bias: whole, by domain and by annotator.

    Args:
        judged: preferences, in canonical order: below 0 the response at place 0 is better.
        sides: in the same order.
    """
    everything = np.ones(len(judged.values), bool)
    yield from biases(judged, sides, everything, None, None)
    for domain in np.unique(judged.domains):
        yield from biases(judged, sides, judged.domains == domain, int(domain), None)
    for annotator in np.unique(judged.annotators):
        yield from biases(judged, sides, judged.annotators == annotator, None, int(annotator))


def biases(
    judged: Judged, sides: Sides, mask: Mask, domain: int | None, annotator: int | None
) -> Iterator[Figure]:
    """Yield both biases of some verdicts; ties say nothing."""
    decided = mask & (judged.values != 0)
    first = sides.first_shown[decided]
    shown = Shown(
        (judged.values[decided] > 0) == (first == 1), judged.families[decided], judged.annotators[decided]
    )
    ratio = np.where(first == 0, sides.log_ratio[decided], -sides.log_ratio[decided])
    yield Figure("position_bias", domain, annotator, position_bias(shown))
    yield Figure("length_bias", domain, annotator, length_bias(shown, ratio))


def criterion_figures(judged: Judged, criteria: Codes, most: int) -> Mapping[int, dict[str, Estimate]]:
    """Return agreement on each criterion that two or more judged somewhere, those judged most first.

    Args:
        judged: marks.
        criteria: of each mark, in the same order.
        most: how many criteria at most.
    """
    order = np.argsort(criteria, kind="stable")
    names, begins, sizes = np.unique(criteria[order], return_index=True, return_counts=True)
    found: dict[int, dict[str, Estimate]] = {}
    for place in np.argsort(-sizes, kind="stable"):
        rows = order[begins[place] : begins[place] + sizes[place]]
        units, times = np.unique(judged.units[rows], return_counts=True)
        if len(units) and times.max() > 1 and len(found) < most:
            found[int(names[place])] = whole(Judged(*(column[rows] for column in judged)), "nominal")
    return found
