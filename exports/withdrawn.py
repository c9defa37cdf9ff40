"""What was taken back and stands in releases which were frozen before: labels of every kind, and scenarios."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import ngettext_lazy

from accounts.models import User
from exports.models import Release
from labeling.models import Project

KINDS = {
    "pair": ngettext_lazy("%(shown)s comparison", "%(shown)s comparisons", "n"),
    "criterion": ngettext_lazy("%(shown)s criterion mark", "%(shown)s criterion marks", "n"),
    "rating": ngettext_lazy("%(shown)s rating", "%(shown)s ratings", "n"),
    "ranking": ngettext_lazy("%(shown)s ranking", "%(shown)s rankings", "n"),
    "rewrite": ngettext_lazy("%(shown)s rewritten response", "%(shown)s rewritten responses", "n"),
}
"""What one person says of one thing, in the order of the page."""

# No row of a release has an index by annotation, which would slow freezing down: the way leads over the keys, which
# `exports/freezing` makes of the same parts.
_KEYS = """
SELECT t.id, t.annotator_id, 'pair' AS kind, t.item_id || ':' || coalesce(p.trait_version_id::text, 'overall') AS made_of
FROM theirs t JOIN labeling_preference p ON p.annotation_id = t.id
UNION ALL
SELECT t.id, t.annotator_id, 'criterion', concat_ws(':', 'criterion', t.id, m.response_id, m.criterion_id)
FROM theirs t JOIN labeling_criterionmark m ON m.annotation_id = t.id
UNION ALL
SELECT t.id, t.annotator_id, 'rating', concat_ws(':', 'rating', t.id, g.response_id, g.trait_version_id)
FROM theirs t JOIN labeling_rating g ON g.annotation_id = t.id
UNION ALL
SELECT t.id, t.annotator_id, 'ranking', 'ranking:' || t.id
FROM theirs t WHERE EXISTS (SELECT 1 FROM labeling_rank k WHERE k.annotation_id = t.id)
UNION ALL
SELECT t.id, t.annotator_id, 'rewrite', 'rewrite:' || t.id
FROM theirs t JOIN labeling_rewrite w ON w.annotation_id = t.id
"""
_HELD = f"""
said AS MATERIALIZED (
    SELECT id, annotator_id, kind, left(encode(sha256(convert_to(made_of, 'UTF8')), 'hex'), 24) AS key FROM ({_KEYS}) made
), frozen AS MATERIALIZED (
    SELECT id FROM exports_release WHERE state <> 'draft' AND (%(release)s::uuid IS NULL OR id = %(release)s::uuid)
), held AS (
    SELECT f.id AS release_id, s.annotator_id, s.kind FROM said s CROSS JOIN frozen f
    JOIN exports_releaseitem i ON i.release_id = f.id AND i.key = s.key
    JOIN exports_releaserating r ON r.item_id = i.id AND r.annotation_id = s.id WHERE s.kind = 'pair'
    UNION ALL
    SELECT f.id, s.annotator_id, s.kind FROM said s CROSS JOIN frozen f
    JOIN exports_releasejudgement j ON j.release_id = f.id AND j.key = s.key WHERE s.kind IN ('criterion', 'rating', 'ranking')
    UNION ALL
    SELECT f.id, s.annotator_id, s.kind FROM said s CROSS JOIN frozen f
    JOIN exports_releasedemonstration d ON d.release_id = f.id AND d.key = s.key WHERE s.kind = 'rewrite'
)
"""  # noqa: S608 - only our own constant is put in.
_GONE = f"""
WITH newest AS (
    SELECT DISTINCT ON (user_id) user_id, is_given FROM accounts_consentrecord ORDER BY user_id, created_at DESC, id DESC
), theirs AS MATERIALIZED (
    SELECT n.id, a.annotator_id, a.item_id FROM labeling_annotation w
    JOIN labeling_assignment a ON a.id = w.assignment_id JOIN labeling_annotation n ON n.assignment_id = a.id AND n.id <> w.id
    WHERE w.source = 'withdrawn' AND w.created_at >= %(since)s::timestamptz - interval '1 hour'
    UNION
    SELECT n.id, a.annotator_id, a.item_id FROM newest
    JOIN labeling_assignment a ON a.annotator_id = newest.user_id JOIN labeling_annotation n ON n.assignment_id = a.id
    WHERE NOT newest.is_given
), {_HELD}
SELECT release_id, kind, annotator_id, count(*) FROM held GROUP BY 1, 2, 3
UNION ALL
SELECT f.id, 'pair', o.id, count(*) FROM labeling_outsideannotator o
JOIN labeling_outsideverdict v ON v.annotator_id = o.id CROSS JOIN frozen f
JOIN exports_releaseitem i ON i.release_id = f.id
    AND i.key = left(encode(sha256(convert_to(v.item_id || ':overall', 'UTF8')), 'hex'), 24)
JOIN exports_releaserating r ON r.item_id = i.id AND r.outside_id = v.id
WHERE o.withdrawn_at >= %(since)s::timestamptz - interval '1 hour' GROUP BY 1, 3
"""  # noqa: S608 - only our own constant is put in.
_HOLDING = f"""
WITH theirs AS MATERIALIZED (
    SELECT n.id, a.annotator_id, a.item_id FROM labeling_assignment a JOIN labeling_annotation n ON n.assignment_id = a.id
    JOIN labeling_item t ON t.id = a.item_id AND (%(project)s::uuid IS NULL OR t.project_id = %(project)s::uuid)
    WHERE a.annotator_id = %(person)s
), {_HELD}
SELECT DISTINCT release_id FROM held
"""  # noqa: S608 - only our own constant is put in.
LONG_AGO = "-infinity"


class Gone(NamedTuple):
    """What was taken back of that which a release holds."""

    kinds: Mapping[str, int]
    """How many of each of `KINDS`."""
    people: int
    """Who took them back, or whose last word on consent was no."""
    scenarios: int = 0
    """Those that were taken out."""

    @property
    def verdicts(self) -> int:
        """How much people said that is taken back."""
        return sum(self.kinds.values())

    @property
    def words(self) -> list[str]:
        """What was taken back, kind by kind."""
        return [
            str(KINDS[kind] % {"n": n, "shown": number_format(n, force_grouping=True)})
            for kind, n in self.kinds.items()
            if n
        ]


def withdrawn_since(release: Release) -> Gone:
    """Return what was taken back since a release was frozen."""
    cut_at = release.cut_at or timezone.now()
    found = gone(since=cut_at.isoformat(), release=release.pk).get(release.pk, Gone({}, 0))
    removed = release.prompts.filter(scenario__removal__created_at__gte=cut_at).count()
    return found._replace(scenarios=removed)


def gone(*, since: str = LONG_AGO, release: UUID | None = None) -> dict[UUID, Gone]:
    """Return what was taken back of frozen releases, by release; of those alone that hold any of it."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, {"release": release, "since": since})
        rows = cursor.fetchall()
    return {each: summed(row[1:] for row in rows if row[0] == each) for each in {row[0] for row in rows}}


def summed(rows: Iterable[tuple[str, UUID, int]]) -> Gone:
    """Return what rows of kind, person and number come to."""
    kinds: Counter[str] = Counter()
    people = set()
    for kind, person, number in rows:
        kinds[kind] += number
        people.add(person)
    return Gone({kind: kinds[kind] for kind in KINDS}, len(people))


def releases_holding(person: User, project: Project | None = None) -> list[Release]:
    """Return the frozen releases that hold labels of a person, of whatever kind, the newest first."""
    wanted = {"release": None, "person": person.pk, "project": project.pk if project else None}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, wanted)
        ids = [row[0] for row in cursor.fetchall()]
    found = Release.objects.select_related("recipe").defer("codebook", "terms", "salt")
    return list(found.filter(pk__in=ids).order_by("-created_at"))
