"""What stands behind the rows of a frozen release: the annotations, people, projects and traits that they come from.

All that a release may ask of labeling goes through here, so that no check looks at a whole project by mistake, or at
pairs alone.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from labeling.models import Project

# A rewrite stands in a release without its annotation; its key is made of that.
ANNOTATIONS = """
SELECT annotation_id FROM exports_releaserating WHERE release_id = %s AND annotation_id IS NOT NULL
UNION SELECT annotation_id FROM exports_releasejudgement WHERE release_id = %s
UNION SELECT w.annotation_id FROM exports_releasedemonstration d
    JOIN labeling_rewrite w ON w.response_id = d.response_id
        AND d.key = left(encode(sha256(convert_to('rewrite:' || w.annotation_id, 'UTF8')), 'hex'), 24)
    WHERE d.release_id = %s AND d.kind = 'rewrite'
"""
"""Everything that somebody submitted and that has a row in it, of whatever kind."""
MADE = f"""
({ANNOTATIONS}) released JOIN labeling_annotation n ON n.id = released.annotation_id
JOIN labeling_assignment a ON a.id = n.assignment_id
"""
OUTSIDE = """
exports_releaserating r JOIN labeling_outsideverdict v ON v.id = r.outside_id
JOIN labeling_outsideannotator o ON o.id = v.annotator_id WHERE r.release_id = %s
"""
"""What people without an account said that is in it."""
PROJECTS = f"""
SELECT i.project_id FROM {MADE} JOIN labeling_item i ON i.id = a.item_id
UNION SELECT o.project_id FROM {OUTSIDE}
"""  # noqa: S608 - our own text.
PEOPLE = f"SELECT DISTINCT a.annotator_id FROM {MADE}"  # noqa: S608 - our own text.
TRAITS = """
SELECT DISTINCT trait_id FROM curation_traitversion WHERE id IN (
    SELECT trait_version_id FROM exports_releaseitem WHERE release_id = %s
    UNION SELECT trait_version_id FROM exports_releasejudgement WHERE release_id = %s)
"""
WORDS = """
SELECT n.id, n.rationale
    || coalesce((SELECT string_agg(E'\\n\\n' || w.text, '' ORDER BY w.id)
        FROM labeling_rewrite w WHERE w.annotation_id = n.id), '')
    || coalesce((SELECT string_agg(E'\\n\\n' || m.unsure_because, '' ORDER BY m.id)
        FROM labeling_criterionmark m WHERE m.annotation_id = n.id AND m.unsure_because <> ''), '')
    || coalesce((SELECT string_agg(E'\\n\\n' || e.quote, '' ORDER BY e.id)
        FROM labeling_evidence e JOIN curation_response r ON r.id = e.response_id
        WHERE e.annotation_id = n.id AND strpos(r.text, e.quote) = 0), '')
FROM labeling_annotation n WHERE n.id = ANY(%s)
"""


def annotations_of(release_id: UUID) -> RawSQL:
    """Return the annotations of which anything is in a release, as a subquery of their ids."""
    return RawSQL(ANNOTATIONS, [release_id] * ANNOTATIONS.count("%s"))  # noqa: S611 - our own text.


def projects_of(release_id: UUID) -> list[Project]:
    """Return the projects of which anything that people said is in a release."""
    return list(Project.objects.filter(pk__in=ids(PROJECTS, release_id)).order_by("pk"))


def outside_of(release_id: UUID) -> tuple[int, int, list[str]]:
    """Return how many outside annotators are in a release, how many were taken back since, and under which licenses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT o.id), count(DISTINCT o.id) FILTER (WHERE o.withdrawn_at IS NOT NULL),"  # noqa: S608
            f" array_agg(DISTINCT v.license) FROM {OUTSIDE}",
            [release_id],
        )
        people, withdrawn, licenses = cursor.fetchone()
    return people, withdrawn, licenses or []


def people_of(release_id: UUID) -> frozenset[UUID]:
    """Return the ids of those who said anything that is in a release."""
    return frozenset(ids(PEOPLE, release_id))


def traits_of(release_id: UUID) -> list[UUID]:
    """Return the ids of the traits on which a release holds verdicts."""
    return ids(TRAITS, release_id)


def words_of(annotations: Iterable[UUID]) -> dict[UUID, str]:
    """Return all that each of these annotations says in words: the reason, a rewrite, why a mark is unsure, quotes.

    A passage that stands word for word in its response is left out: whoever reads that has read it.
    """
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [list(annotations)])
        return dict(cursor.fetchall())


def ids(statement: str, release_id: UUID) -> list[UUID]:
    """Return the one column of a statement about a release."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [release_id] * statement.count("%s"))
        return [row[0] for row in cursor.fetchall()]
