"""How far training in one domain carries into others, and where it does not. Knows no Django."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from results.effects import Effect, benjamini_hochberg
from results.groups import CLEAR, Group, Tried, between, grouped

OTHERS, SEVERAL = "others", "several"
"""Models trained on several domains, without the tested one or with it. Domains never have these slugs alone."""
BOUNDS = (0.03, 0.07, 0.12, 0.15, 0.19)
"""Where one shade ends and the next begins."""
MOST_GAPS = 6


class Box(NamedTuple):
    """Models of one training set, tested in one domain."""

    effect: Effect | None
    """None where nothing can be compared."""
    q: float | None
    """The false discovery rate at which it counts, among all boxes."""
    is_same: bool
    """Whether the models were trained on this domain."""

    @property
    def is_clear(self) -> bool:
        """Whether the difference is more than chance."""
        return self.q is not None and self.q <= CLEAR

    @property
    def is_worse(self) -> bool:
        """Whether training took something away."""
        return self.effect is not None and self.effect.value < 0

    @property
    def shade(self) -> int:
        """From 1, next to nothing, to 6, very much; 0 where nothing is known, or it is worse."""
        if self.effect is None or self.is_worse:
            return 0
        return 1 + sum(self.effect.value >= bound for bound in BOUNDS)


class Line(NamedTuple):
    """Models of one training set, tested in all domains."""

    key: str
    """Slug of the domain they were trained on, or OTHERS or SEVERAL."""
    name: str
    """Of the domain; empty for the other two."""
    boxes: list[Box]

    @property
    def elsewhere(self) -> float | None:
        """The mean change in domains that they were not trained on; None where there is none."""
        found = [box.effect.value for box in self.boxes if box.effect and not box.is_same]
        return sum(found) / len(found) if found else None


class Matrix(NamedTuple):
    """Training sets by tested domains."""

    heads: list[tuple[str, str]]
    """Slug and name of each tested domain."""
    lines: list[Line]
    untrained: list[str]
    """Names of tested domains that no model was trained on alone."""

    @property
    def boxes(self) -> list[Box]:
        """All boxes in which something is known."""
        return [box for line in self.lines for box in line.boxes if box.effect]

    @property
    def counts(self) -> "Counts":
        """How many are better and worse, in domains that the models were not trained on."""
        new = [box for box in self.boxes if not box.is_same]
        return Counts(
            boxes=len(new),
            better=sum(box.effect.value > 0 for box in new if box.effect),
            clearly_better=sum(box.is_clear and not box.is_worse for box in new),
            clearly_worse=sum(box.is_clear and box.is_worse for box in new),
        )


class Counts(NamedTuple):
    """How many boxes are what."""

    boxes: int
    better: int
    clearly_better: int
    clearly_worse: int


class Gap(NamedTuple):
    """A trait in a domain into which training elsewhere does not carry."""

    trait: str
    domain: str
    effect: Effect
    is_clear: bool
    """Whether it is clearly worse; else nothing can be told from chance."""


def row_of(trained_on: tuple[str, ...], domain: str) -> str | None:
    """Return the line that a figure stands in; None for the untrained model."""
    if len(trained_on) == 1:
        return trained_on[0]
    if not trained_on:
        return None
    return SEVERAL if domain in trained_on else OTHERS


def matrix(figures: Iterable[Tried], domains: Mapping[str, str]) -> Matrix:
    """Arrange trait scores.

    Args:
        figures: trait scores of scenarios as they stand; those without a domain take no part.
        domains: names by slug, in the order of lines and columns.
    """
    known = [each for each in figures if each.domain in domains]
    before = grouped((each for each in known if not each.trained_on), lambda each: each.domain)
    heads = [(slug, name) for slug, name in domains.items() if slug in before]
    rows: dict[str, list[Tried]] = {}
    for each in known:
        row = row_of(each.trained_on, each.domain)
        if row is not None and each.domain in before:
            rows.setdefault(row, []).append(each)
    keys = [slug for slug in domains if slug in rows] + [key for key in (OTHERS, SEVERAL) if key in rows]
    effects = [effects_of(rows[key], before, [slug for slug, _ in heads]) for key in keys]
    q = iter(benjamini_hochberg([each.p if each else None for line in effects for each in line]))
    lines = [
        Line(
            key,
            domains.get(key, ""),
            [Box(effect, next(q), is_same(key, slug)) for effect, (slug, _) in zip(line, heads, strict=True)],
        )
        for key, line in zip(keys, effects, strict=True)
    ]
    return Matrix(heads, lines, [name for slug, name in heads if slug not in rows])


def effects_of(
    figures: list[Tried], before: Mapping[str, Group], domains: list[str]
) -> "list[Effect | None]":
    """Return what changed in each domain."""
    after = grouped(figures, lambda each: each.domain)
    return [between(after[slug], before[slug]) if slug in after else None for slug in domains]


def is_same(key: str, domain: str) -> bool:
    """Whether models of a line were trained on a domain."""
    return key in (SEVERAL, domain)


def gaps(figures: Iterable[Tried]) -> list[Gap]:
    """Return where training elsewhere does not carry: what is clearly worse first, then the smallest change first.

    Args:
        figures: trait scores of scenarios as they stand.
    """
    known = [each for each in figures if each.domain and each.trait]
    new = [each for each in known if each.trained_on and each.domain not in each.trained_on]
    before = grouped((each for each in known if not each.trained_on), cell_of)
    after = grouped(new, cell_of)
    cells = [(cell, between(after[cell], before[cell])) for cell in sorted(after) if cell in before]
    compared = [(cell, effect) for cell, effect in cells if effect]
    rates = benjamini_hochberg([effect.p for _, effect in compared])
    found = []
    for (cell, effect), q in zip(compared, rates, strict=True):
        is_clear = q is not None and q <= CLEAR
        if effect.value < 0 or not is_clear:
            trait, _, domain = cell.partition(" ")
            found.append(Gap(trait, domain, effect, is_clear))
    return sorted(found, key=lambda gap: (not gap.is_clear, gap.effect.value))[:MOST_GAPS]


def cell_of(figure: Tried) -> str:
    """Return trait and domain as one key."""
    return f"{figure.trait} {figure.domain}"
