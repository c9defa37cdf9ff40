"""Finds releases that hold judgments of people who have withdrawn them, or their consent, since."""

from typing import NamedTuple

from exports.models import Publication, Release
from exports.withdrawn import gone


class Place(NamedTuple):
    """Where a release went, and whether readers still get it there without asking for history."""

    publication: Publication
    is_there: bool


class Affected(NamedTuple):
    """A release with judgments of people who have withdrawn."""

    release: Release
    people: int
    verdicts: int
    places: list[Place]


def affected_releases() -> list[Affected]:
    """Return the releases that hold what was taken back, or is of people whose last word was no, the newest first."""
    found = gone()
    releases = (
        Release.objects.filter(pk__in=found).select_related("recipe").defer("codebook", "terms", "salt")
    )
    return [
        Affected(release, found[release.pk].people, found[release.pk].verdicts, places_of(release))
        for release in releases.order_by("-created_at")
    ]


def places_of(release: Release) -> list[Place]:
    """Return where a release was published, and where it still stands."""
    done = release.publications.done().select_related("destination").order_by("endpoint", "repo_id", "-pk")
    last = done.distinct("endpoint", "repo_id")
    return [Place(publication, stands(publication)) for publication in last]


def stands(publication: Publication) -> bool:
    """Say whether the last publication of a release to a place left its data there."""
    if publication.purpose == Publication.Purpose.ERASE:
        return False
    if not publication.destination.is_hub:
        return True
    live = Publication.objects.at(publication.endpoint, publication.repo_id).live().first()
    return live == publication
