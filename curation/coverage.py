"""How much of each cell there is against what is wanted, as a table to look at. Knows no Django."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

SHADES = 6
GAPS = 6


class Amount(NamedTuple):
    """One trait in one domain."""

    trait: str
    """Slugs of the trait and the domain."""
    domain: str
    number: int
    target: int

    @property
    def missing(self) -> int:
        """How many are still wanted."""
        return max(0, self.target - self.number)

    @property
    def percent(self) -> int | None:
        """The share of the target that is there, at most 100; None without a target."""
        return min(100, self.number * 100 // self.target) if self.target else None

    @property
    def shade(self) -> int:
        """From 1, far from the target, to 6, reached; 0 without a target."""
        if not self.target:
            return 0
        return 1 + min(self.number, self.target) * (SHADES - 1) // self.target


class Line(NamedTuple):
    """One trait in all domains."""

    trait: str
    name: str
    amounts: list[Amount]

    @property
    def number(self) -> int:
        """How much there is in all."""
        return sum(each.number for each in self.amounts)

    @property
    def target(self) -> int:
        """How much is wanted in all."""
        return sum(each.target for each in self.amounts)


class Coverage(NamedTuple):
    """The whole table."""

    heads: list[tuple[str, str]]
    """Slug and name of each domain, in the order of the columns."""
    lines: list[Line]

    @property
    def number(self) -> int:
        """How much there is in all cells together."""
        return sum(line.number for line in self.lines)

    @property
    def target(self) -> int:
        """How much is wanted in all cells together."""
        return sum(line.target for line in self.lines)

    @property
    def columns(self) -> list[tuple[int, int]]:
        """Number and target of each domain."""
        columns = zip(*(line.amounts for line in self.lines), strict=True)
        return [
            (sum(each.number for each in column), sum(each.target for each in column)) for column in columns
        ]

    @property
    def gaps(self) -> list[tuple[str, str, Amount]]:
        """The cells that lack most, with the names of trait and domain, the emptiest first."""
        names = dict(self.heads)
        found = [
            (line.name, names[each.domain], each)
            for line in self.lines
            for each in line.amounts
            if each.missing
        ]
        return sorted(found, key=lambda gap: (gap[2].percent, -gap[2].missing, gap[:2]))[:GAPS]


def coverage(
    traits: Sequence[tuple[str, str]],
    domains: Sequence[tuple[str, str]],
    numbers: Mapping[tuple[str, str], int],
    targets: Mapping[tuple[str, str], int],
) -> Coverage:
    """Arrange numbers and targets.

    Args:
        traits: slug and name, in the order of the lines.
        domains: slug and name, in the order of the columns.
        numbers: how much there is, by slugs of trait and domain; 0 where nothing stands.
        targets: how much is wanted, in the same way.
    """
    return Coverage(
        list(domains),
        [
            Line(slug, name, [amount(slug, domain, numbers, targets) for domain, _ in domains])
            for slug, name in traits
        ],
    )


def amount(
    trait: str, domain: str, numbers: Mapping[tuple[str, str], int], targets: Mapping[tuple[str, str], int]
) -> Amount:
    """Return one box."""
    key = (trait, domain)
    return Amount(trait, domain, numbers.get(key, 0), targets.get(key, 0))


def lines_of(text: str) -> Iterable[str]:
    """Return the lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
