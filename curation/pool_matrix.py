"""What a policy gives to each cell, pool by pool, as a table to look at. Knows no Django."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from config.wording import words
from curation.allotment import POOLS, TRAIN

SHADES = 6
NOWHERE = ""


class Box(NamedTuple):
    """The families of one cell."""

    pools: dict[str, int]
    """By pool; those without a family are left out."""

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.pools.values())

    @property
    def shade(self) -> int:
        """From 1, all for training, to 6, all kept away from it; 0 where there is none."""
        if not self.total:
            return 0
        return 1 + (self.total - self.pools.get(TRAIN, 0)) * (SHADES - 1) // self.total


class Line(NamedTuple):
    """One trait in all domains."""

    name: str
    boxes: list[Box]


class PoolMatrix(NamedTuple):
    """The whole table."""

    heads: list[str]
    lines: list[Line]


def pool_matrix(
    cells: Iterable[tuple[str, str, str, int]], traits: Mapping[str, str], domains: Mapping[str, str]
) -> PoolMatrix:
    """Arrange families by trait, domain and pool.

    Args:
        cells: slug of the trait, slug of the domain, pool and number; slugs are empty where a scenario has none.
        traits: names by slug, in the order of the lines.
        domains: names by slug, in the order of the columns.
    """
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for trait, domain, pool, number in cells:
        counts.setdefault((trait, domain), {})[pool] = number
    lines = shown(traits, {trait for trait, _ in counts}, words("No trait"))
    columns = shown(domains, {domain for _, domain in counts}, words("No domain"))
    return PoolMatrix(
        [name for _, name in columns],
        [Line(name, [box(counts.get((slug, domain), {})) for domain, _ in columns]) for slug, name in lines],
    )


def shown(names: Mapping[str, str], used: set[str], nowhere: str) -> list[tuple[str, str]]:
    """Return slugs with names, those first that have a name, and what belongs nowhere last."""
    known = [(slug, name) for slug, name in names.items() if slug in used]
    strange = sorted((slug, slug) for slug in used if slug and slug not in names)
    return [*known, *strange, *([(NOWHERE, nowhere)] if NOWHERE in used else [])]


def box(pools: Mapping[str, int]) -> Box:
    """Return one cell with its pools from the strictest to the loosest."""
    return Box({pool: pools[pool] for pool in reversed(POOLS) if pools.get(pool)})
