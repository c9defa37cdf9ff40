"""The trait versions that a page shows. They never change once published, so each is read once per process."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from config.wording import words
from curation.models import Behaviour, TraitVersion
from labeling.submission import ShownTrait

HEADINGS = {
    Behaviour.Kind.EXHIBITS: words("Look for"),
    Behaviour.Kind.VIOLATES: words("Counts against"),
    Behaviour.Kind.COUNTERFEIT: words("Don’t be misled by"),
}


class Definition(NamedTuple):
    """A trait version as people read it."""

    version_id: UUID
    code: str
    name: str
    number: int
    published_at: datetime | None
    definition: str
    parts: Sequence[tuple[str, list[str]]]
    boundaries: Sequence[str]

    @property
    def shown(self) -> ShownTrait:
        """The part that answers are read against."""
        return ShownTrait(self.version_id, self.code, self.name)


@lru_cache(maxsize=256)
def definitions(version_ids: tuple[UUID, ...]) -> tuple[Definition, ...]:
    """Return the definitions of pinned trait versions, in the order given."""
    versions = TraitVersion.objects.select_related("trait").prefetch_related("behaviours")
    found = versions.in_bulk(version_ids)
    return tuple(_definition(found[version_id]) for version_id in version_ids)


def _definition(version: TraitVersion) -> Definition:
    behaviours = list(version.behaviours.all())
    return Definition(
        version_id=version.id,
        code=version.trait.code,
        name=version.trait.name,
        number=version.number,
        published_at=version.published_at,
        definition=version.definition,
        parts=[
            (heading, _of_kind(behaviours, kind))
            for kind, heading in HEADINGS.items()
            if _of_kind(behaviours, kind)
        ],
        boundaries=_of_kind(behaviours, Behaviour.Kind.BOUNDARY),
    )


def _of_kind(behaviours: Iterable[Behaviour], kind: str) -> list[str]:
    return [behaviour.text for behaviour in behaviours if behaviour.kind == kind]
