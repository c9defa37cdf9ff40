"""Answers beside their references, and the pace of people, as the database holds them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from config.wording import words
from labeling.comparing import Compared, Pace, pace_of
from labeling.models import Measurement, Project

LOOKED_AT = 500
"""Answers of each person that pace and repetition are told by, the newest ones."""
ALL_IN_ALL = words("All in all")
ANYBODY: dict[str, Any] = {
    "project": None,
    "person": None,
    "round": None,
    "since": None,
    "until": None,
    "traits": None,
    "all_in_all": ALL_IN_ALL,
}
# The first revision counts: whoever has seen the reference can't improve the number. What was answered before there
# was any reference is not held against it.
_COMPARED = """
SELECT a.annotator_id AS person, a.id, coalesce(t.name, %(all_in_all)s), p.strength AS answer, g.strength AS reference,
    n.created_at AS at
FROM labeling_goldreference g
JOIN labeling_item i ON i.id = g.item_id
JOIN labeling_assignment a ON a.item_id = i.id AND a.state <> 'withdrawn'
JOIN labeling_annotation n ON n.assignment_id = a.id AND n.revision = 1 AND n.source IN ('native', 'demo')
JOIN labeling_preference p ON p.annotation_id = n.id AND p.trait_version_id IS NOT DISTINCT FROM g.trait_version_id
LEFT JOIN curation_traitversion v ON v.id = g.trait_version_id
LEFT JOIN curation_trait t ON t.id = v.trait_id
WHERE g.retired_at IS NULL AND p.strength IS NOT NULL
    AND (%(project)s::uuid IS NULL OR i.project_id = %(project)s)
    AND (%(person)s::uuid IS NULL OR a.annotator_id = %(person)s)
    AND (%(round)s::uuid IS NULL OR (
        i.id IN (SELECT m.item_id FROM labeling_round_items m WHERE m.round_id = %(round)s)
        AND (g.trait_version_id IS NULL OR g.trait_version_id IN (
            SELECT x.trait_version_id FROM labeling_projecttrait x WHERE x.project_id = i.project_id))))
    AND (%(since)s::timestamptz IS NULL OR n.created_at > %(since)s)
    AND (%(until)s::timestamptz IS NULL OR n.created_at <= %(until)s)
    AND (%(traits)s::uuid[] IS NULL OR v.id IS NULL OR v.trait_id = ANY(%(traits)s))
    AND n.created_at >= (
        SELECT min(e.created_at) FROM labeling_goldreference e
        WHERE e.item_id = g.item_id AND e.trait_version_id IS NOT DISTINCT FROM g.trait_version_id)
ORDER BY n.created_at, n.id, 3
"""
_STANDINGS = f"""
INSERT INTO labeling_goldstanding (measurement_id, annotator_id, answers, same, recent, recent_same)
SELECT %(measurement)s, person, count(*), count(*) FILTER (WHERE is_same), count(*) FILTER (WHERE is_recent),
    count(*) FILTER (WHERE is_same AND is_recent)
FROM (
    SELECT person, sign(answer) = sign(reference) AS is_same, at > now() - interval '28 days' AS is_recent
    FROM ({_COMPARED}) compared
) said GROUP BY person
"""  # noqa: S608
# As pressed: to the left of the scale or to its right, whatever lay there.
_PACE = """
SELECT m.user_id, said.answer, said.elapsed_ms
FROM labeling_membership m
CROSS JOIN LATERAL (
    SELECT n.id, n.elapsed_ms,
        (SELECT array_agg(coalesce(CASE WHEN a.order_shown[1] = 0 THEN p.strength ELSE -p.strength END, 9)
                          ORDER BY p.trait_version_id)
         FROM labeling_preference p WHERE p.annotation_id = n.id) AS answer
    FROM labeling_assignment a
    JOIN labeling_item i ON i.id = a.item_id AND i.project_id = m.project_id
    JOIN labeling_annotation n ON n.assignment_id = a.id AND n.revision = 1
    WHERE a.annotator_id = m.user_id AND a.state = 'submitted'
    ORDER BY a.leased_at DESC LIMIT %(most)s
) said
WHERE m.project_id = %(project)s ORDER BY m.user_id, said.id
"""


class Answered(NamedTuple):
    """An answer beside its reference, and whose it is."""

    person: UUID
    assignment: UUID
    compared: Compared


def answered(
    *,
    project: UUID | None = None,
    person: UUID | None = None,
    round_: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    traits: Sequence[UUID] | None = None,
) -> list[Answered]:
    """Return first answers to items that had a reference, the earliest first.

    Args:
        project: only those in this project.
        person: only those of this person.
        round_: only to items of this round, under the versions that its project pins now.
        since: only those given later.
        until: only those given by then.
        traits: only those on one of these, and those all in all.
    """
    wanted = {"project": project, "person": person, "round": round_, "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, ANYBODY | wanted | {"traits": traits})
        return [Answered(who, assignment, Compared(*rest)) for who, assignment, *rest in cursor.fetchall()]


def store_standings(measurement: Measurement) -> None:
    """Count for each person how many first answers agree with gold, in all and of late."""
    wanted = ANYBODY | {"project": measurement.project_id, "measurement": measurement.pk}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, wanted)


def paces(project: Project) -> tuple[dict[UUID, Pace], float]:
    """Return the pace of each member who answered anything, and the project's median of seconds per item."""
    said: dict[UUID, list[tuple[Any, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PACE, {"project": project.pk, "most": LOOKED_AT})
        for person, answer, elapsed_ms in cursor.fetchall():
            said.setdefault(person, []).append((tuple(answer or ()), elapsed_ms))
    everyone = [row for rows in said.values() for row in rows]
    return {person: _pace(rows) for person, rows in said.items()}, _pace(everyone).seconds


def _pace(rows: Sequence[tuple[Any, int]]) -> Pace:
    return pace_of([answer for answer, _ in rows], [elapsed for _, elapsed in rows])
