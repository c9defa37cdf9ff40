"""What later storeys know about curation's things.

Imports go one way, so curation can't ask labeling how many annotations a trait version carries. An app that knows
registers a function when it starts:

    beyond.consequences.append(stale_labels)      # in LabelingConfig.ready
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise

from config.wording import words

COUNTED_TO = 10_000
"""Whoever counts for a page stops one later: the page says “more than” then."""


class Consequence(NamedTuple):
    """One thing that a new meaning of a trait makes stale."""

    number: int
    """At most `COUNTED_TO` + 1."""
    what: str | Promise
    """In the plural, as it stands before the number: “Annotations”."""
    detail: str = ""
    """Which, when they are few: names of projects, for instance."""

    @property
    def amount(self) -> str:
        """The number as a page says it."""
        return (
            words("more than {counted_to}", counted_to=f"{COUNTED_TO:,}")
            if self.number > COUNTED_TO
            else f"{self.number:,}"
        )


class CellTally(NamedTuple):
    """What one cell has in a later storey."""

    trait_id: UUID
    domain_id: str
    items: int
    annotations: int


consequences: list[Callable[[Sequence[UUID]], Iterable[Consequence]]] = []
"""Given ids of versions of one trait: what rests on any of them and would be stale under a new meaning."""

tallies: list[Callable[[], Iterable[CellTally]]] = []
"""What each cell has; asked by the run that counts, never by a page."""

released: list[str] = []
"""SQL for the ids of families whose texts have left for training: no policy can hold those out any more."""
