"""Finds releases that hold judgments of people who have withdrawn them, or their consent, since."""

from collections import Counter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import ConsentRecord
from exports.models import Publication, Release, ReleaseJudgement, ReleaseRating


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
    """Return the releases that hold judgments taken back, or of people whose last word was no, the newest first."""
    newest = ConsentRecord.objects.order_by("user_id", "-created_at", "-pk").distinct("user_id")
    refused = ConsentRecord.objects.filter(pk__in=newest.values("pk"), is_given=False).values("user_id")
    taken_back = Q(annotation__assignment__state="withdrawn") | Q(
        annotation__assignment__annotator__in=refused
    )
    people: dict[UUID, set[str]] = {}
    verdicts: Counter[UUID] = Counter()
    outside = Q(outside__annotator__withdrawn_at__isnull=False)
    for table, wanted in ((ReleaseRating, taken_back | outside), (ReleaseJudgement, taken_back)):
        rows = table._default_manager.filter(wanted).order_by().values_list("release", "annotator")
        for release, annotator, count in rows.annotate(Count("pk")):
            people.setdefault(release, set()).add(annotator)
            verdicts[release] += count
    releases = (
        Release.objects.filter(pk__in=people).select_related("recipe").defer("codebook", "terms", "salt")
    )
    return [
        Affected(release, len(people[release.pk]), verdicts[release.pk], places_of(release))
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
