"""Labels that were taken back and stand in releases which were frozen before."""

from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.models import User
from exports.models import Release
from labeling.models import Project

# Ratings have no index by annotation, which would slow freezing down: the way leads over the keys of pairs.
_KEY = """i.key = left(encode(sha256(convert_to(
        a.item_id || ':' || coalesce(p.trait_version_id::text, 'overall'), 'UTF8')), 'hex'), 24)"""
_SINCE = f"""
SELECT count(DISTINCT r.id), count(DISTINCT a.annotator_id) FROM labeling_annotation w
JOIN labeling_assignment a ON a.id = w.assignment_id
JOIN labeling_annotation n ON n.assignment_id = w.assignment_id
JOIN labeling_preference p ON p.annotation_id = n.id
JOIN exports_releaseitem i ON i.release_id = %(release)s AND {_KEY}
JOIN exports_releaserating r ON r.item_id = i.id AND r.annotation_id = n.id
WHERE w.source = 'withdrawn' AND w.created_at >= %(cut_at)s - interval '1 hour'
"""  # noqa: S608 - only our own constant is put in.
_HOLDING = f"""
SELECT e.id FROM exports_release e WHERE e.state <> 'draft' AND EXISTS (
    SELECT 1 FROM labeling_assignment a
    JOIN labeling_item t ON t.id = a.item_id AND (%(project)s::uuid IS NULL OR t.project_id = %(project)s::uuid)
    JOIN labeling_annotation n ON n.assignment_id = a.id
    JOIN labeling_preference p ON p.annotation_id = n.id
    JOIN exports_releaseitem i ON i.release_id = e.id AND {_KEY}
    JOIN exports_releaserating r ON r.item_id = i.id AND r.annotation_id = n.id
    WHERE a.annotator_id = %(person)s)
"""  # noqa: S608 - only our own constant is put in.


class Since(NamedTuple):
    """What was taken back since a release was frozen."""

    ratings: int
    people: int


def withdrawn_since(release: Release) -> Since:
    """Count the ratings in a frozen release whose authors have taken them back since."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, {"release": release.pk, "cut_at": release.cut_at or timezone.now()})
        return Since(*cursor.fetchone())


def releases_holding(person: User, project: Project | None = None) -> list[Release]:
    """Return the frozen releases that hold labels of a person, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, {"person": person.pk, "project": project.pk if project else None})
        ids = [row[0] for row in cursor.fetchall()]
    found = Release.objects.select_related("recipe").defer("codebook", "terms", "salt")
    return list(found.filter(pk__in=ids).order_by("-created_at"))
