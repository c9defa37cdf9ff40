"""The matrix as rows for spreadsheets and programs. Knows no Django."""

from collections.abc import Iterator
from typing import NamedTuple

from results.effects import Effect
from results.transfer import Matrix

HEAD = ("trained_on", "domain", "is_same", "change", "low", "high", "p", "q", "prompts", "is_paired")


class Cell(NamedTuple):
    """One box with its place."""

    trained_on: str
    """Slug of a domain, or "others" or "several": without the tested one, or with it."""
    domain: str
    is_same: bool
    """Whether the models were trained on this domain."""
    effect: Effect
    q: float | None
    """The false discovery rate at which it counts."""


def cells(found: Matrix) -> list[Cell]:
    """Return the boxes in which something is known, line by line."""
    return [
        Cell(line.key, slug, box.is_same, box.effect, box.q)
        for line in found.lines
        for (slug, _), box in zip(found.heads, line.boxes, strict=True)
        if box.effect
    ]


def csv_rows(found: Matrix | None) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a CSV file, the head first."""
    yield HEAD
    for cell in cells(found) if found else []:
        effect = cell.effect
        numbers = (effect.value, effect.low, effect.high, effect.p, cell.q)
        rounded = ("" if each is None else f"{each:.6g}" for each in numbers)
        place = (cell.trained_on, cell.domain, str(cell.is_same).lower())
        yield (*place, *rounded, effect.n, str(effect.is_paired).lower())
