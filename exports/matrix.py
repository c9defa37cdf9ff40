"""Pairs by trait and domain as a table to look at. Knows no Django."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from config.wording import words
from exports.papers.facts import Cell

SHADES = 6


class Box(NamedTuple):
    """One trait in one domain."""

    decided: int
    validation: int
    """How many of them are in the validation split."""
    shade: int
    """From 1, among the fewest, to 6, among the most; 0 for nothing decided."""

    @property
    def train(self) -> int:
        """How many are for training, where the domain isn't held out."""
        return self.decided - self.validation


class Line(NamedTuple):
    """One trait in all domains."""

    name: str
    boxes: list[Box]
    decided: int
    undecided: int


class Head(NamedTuple):
    """One domain."""

    name: str
    is_held_out: bool


class Matrix(NamedTuple):
    """The whole table; without lines when there are no pairs."""

    heads: list[Head]
    lines: list[Line]

    @property
    def has_validation(self) -> bool:
        """Whether any pair is in the validation split."""
        return any(box.validation for line in self.lines for box in line.boxes)


def matrix(cells: Iterable[Cell], traits: Mapping[str, str], domains: Mapping[str, str]) -> Matrix:
    """Arrange the pairs of a release.

    Args:
        cells: counts, in any order.
        traits: names of traits by their ids.
        domains: names of domains by their ids, in the order of the columns; others come last.
    """
    found = list(cells)
    order = {id: place for place, id in enumerate(domains)}
    columns = sorted({cell.domain for cell in found}, key=lambda id: (order.get(id, len(order)), id))
    held_out = {cell.domain for cell in found if cell.split == "test_heldout_domain"}
    groups = grouped(found)
    amounts = sorted({sum(cell.decided for cell in group) for group in groups.values()} - {0})
    lines = [
        line(name, [groups.get((*key, domain), []) for domain in columns], amounts)
        for key, name in names(found, traits).items()
    ]
    return Matrix([Head(domains.get(id, id), id in held_out) for id in columns], lines)


def names(cells: list[Cell], traits: Mapping[str, str]) -> dict[tuple[str, int], str]:
    """Return what each line is called, in order; the version is said where there are several."""
    keys = sorted({(cell.trait, cell.version) for cell in cells}, key=lambda k: (traits.get(k[0], k[0]), k))
    several = {trait for trait, _ in keys if sum(trait == other for other, _ in keys) > 1}
    return {
        (trait, version): words("{name}, version {version}", name=traits.get(trait, trait), version=version)
        if trait in several
        else traits.get(trait, trait)
        for trait, version in keys
    }


def grouped(cells: list[Cell]) -> dict[tuple[str, int, str], list[Cell]]:
    """Return the cells of each trait version and domain, one for every split."""
    groups: dict[tuple[str, int, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.trait, cell.version, cell.domain), []).append(cell)
    return groups


def line(name: str, groups: list[list[Cell]], amounts: list[int]) -> Line:
    """Return one trait's boxes and sums."""
    decided = sum(cell.decided for group in groups for cell in group)
    pairs = sum(cell.pairs for group in groups for cell in group)
    return Line(name, [box(group, amounts) for group in groups], decided, pairs - decided)


def box(group: list[Cell], amounts: list[int]) -> Box:
    """Return one trait in one domain."""
    decided = sum(cell.decided for cell in group)
    validation = sum(cell.decided for cell in group if cell.split == "validation")
    return Box(decided, validation, shade(decided, amounts))


def shade(amount: int, amounts: list[int]) -> int:
    """Return the place of an amount among all that occur, from 1 to 6; 0 for nothing."""
    if not amount:
        return 0
    # One pair more than elsewhere is no reason for the darkest of six shades.
    darkest = min(SHADES, len(amounts) + 1)
    return 1 + bisect_left(amounts, amount) * (darkest - 1) // max(1, len(amounts) - 1)
