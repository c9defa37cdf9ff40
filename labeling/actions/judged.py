"""The verdicts of a project that count, read as numbers: live, in time, by people."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection

from labeling.measures import Codes, Floats, Judged, Sides
from labeling.models import Project

COUNTED = """
JOIN labeling_assignment a ON a.id = n.assignment_id
JOIN labeling_item i ON i.id = a.item_id AND i.project_id = %(project)s
JOIN curation_scenario s ON s.id = i.scenario_id
WHERE n.superseded_by_id IS NULL AND NOT n.is_late AND a.state = 'submitted'
    AND n.source NOT LIKE 'judge:%%' AND (n.source <> 'demo' OR %(is_demo)s)
"""
"""After `… JOIN labeling_annotation n …`. A judge that is a model is measured apart; the demo's rows count in the demo."""
WORDS = """
JOIN labeling_itemresponse x ON x.item_id = i.id AND x.place = 0 JOIN curation_response one ON one.id = x.response_id
JOIN labeling_itemresponse y ON y.item_id = i.id AND y.place = 1 JOIN curation_response other ON other.id = y.response_id
"""
PREFERENCES = f"""
SELECT a.item_id, a.annotator_id, s.family_id, s.domain_id, p.strength, a.order_shown[1],
    ln(greatest(one.words, 1)::float / greatest(other.words, 1))
FROM labeling_preference p JOIN labeling_annotation n ON n.id = p.annotation_id
{COUNTED.replace("WHERE", WORDS + "WHERE")}
    AND p.trait_version_id IS NOT DISTINCT FROM %(version)s AND p.strength IS NOT NULL
"""  # noqa: S608
OUTSIDE = """
SELECT v.item_id, v.annotator_id, s.family_id, s.domain_id, v.strength
FROM labeling_outsideverdict v
JOIN labeling_outsideannotator o ON o.id = v.annotator_id AND o.withdrawn_at IS NULL
JOIN labeling_item i ON i.id = v.item_id AND i.project_id = %(project)s
JOIN curation_scenario s ON s.id = i.scenario_id
WHERE v.superseded_by_id IS NULL
"""
"""Overall preferences of people without an account."""
TOGETHER = f"""
SELECT a.item_id, a.annotator_id, s.family_id, s.domain_id, p.strength
FROM labeling_preference p JOIN labeling_annotation n ON n.id = p.annotation_id
{COUNTED} AND p.trait_version_id IS NULL AND p.strength IS NOT NULL
UNION ALL {OUTSIDE}
"""  # noqa: S608
RATINGS = f"""
SELECT (a.item_id, r.response_id)::text, a.annotator_id, s.family_id, s.domain_id, r.value
FROM labeling_rating r JOIN labeling_annotation n ON n.id = r.annotation_id {COUNTED}
    AND r.trait_version_id = %(version)s AND r.value IS NOT NULL
"""  # noqa: S608
RANKS = f"""
SELECT (a.item_id, r.response_id)::text, a.annotator_id, s.family_id, s.domain_id, r.place
FROM labeling_rank r JOIN labeling_annotation n ON n.id = r.annotation_id {COUNTED}
"""  # noqa: S608
MARKS = f"""
SELECT (a.item_id, m.response_id, m.criterion_id)::text, a.annotator_id, s.family_id, s.domain_id,
    (m.value = 'met')::int, m.criterion_id
FROM labeling_criterionmark m JOIN labeling_annotation n ON n.id = m.annotation_id
JOIN curation_criterion c ON c.id = m.criterion_id {COUNTED}
    AND c.version_id IS NOT DISTINCT FROM %(version)s AND m.value <> 'unsure'
"""  # noqa: S608
# The same person judged the same two responses as another item, where the other one was shown first.
MIRRORED = """
SELECT p.strength, CASE WHEN one.place = there.place THEN q.strength ELSE -q.strength END, s.family_id, a.annotator_id
FROM labeling_item i
JOIN curation_scenario s ON s.id = i.scenario_id
JOIN labeling_itemresponse one ON one.item_id = i.id AND one.place = 0
JOIN labeling_itemresponse other ON other.item_id = i.id AND other.place = 1
JOIN labeling_itemresponse there ON there.response_id = one.response_id AND there.item_id <> i.id
JOIN labeling_itemresponse beside ON beside.item_id = there.item_id AND beside.response_id = other.response_id
JOIN labeling_item j ON j.id = there.item_id
JOIN labeling_assignment a ON a.item_id = i.id AND a.state = 'submitted'
JOIN labeling_assignment b ON b.item_id = j.id AND b.annotator_id = a.annotator_id AND b.state = 'submitted'
JOIN labeling_annotation n ON n.assignment_id = a.id AND n.superseded_by_id IS NULL AND NOT n.is_late
JOIN labeling_annotation m ON m.assignment_id = b.id AND m.superseded_by_id IS NULL AND NOT m.is_late
JOIN labeling_preference p ON p.annotation_id = n.id AND p.trait_version_id IS NOT DISTINCT FROM %(version)s
JOIN labeling_preference q ON q.annotation_id = m.id AND q.trait_version_id IS NOT DISTINCT FROM p.trait_version_id
WHERE i.project_id = %(project)s AND (j.project_id <> i.project_id OR i.id < j.id)
    AND p.strength IS NOT NULL AND q.strength IS NOT NULL
    AND n.source NOT LIKE 'judge:%%' AND (n.source <> 'demo' OR %(is_demo)s)
    AND m.source NOT LIKE 'judge:%%' AND (m.source <> 'demo' OR %(is_demo)s)
    AND (a.order_shown[1] = one.place) <> (b.order_shown[1] = there.place)
"""
ROWS_AT_ONCE = 20_000


class Columns(NamedTuple):
    """Pairs of verdicts by one person on the same responses in both orders."""

    first: Codes
    second: Codes
    families: Codes
    annotators: Codes


class Read(NamedTuple):
    """Verdicts as numbers, and what each number of a domain, an annotator or a criterion stands for."""

    judged: Judged
    domains: Sequence[str | None]
    annotators: Sequence[UUID]
    extra: Floats
    """What stood in the columns after the value: rows by columns; of marks the number of the criterion."""
    criteria: Sequence[UUID] = ()


def scope(project: Project, version: UUID | None) -> dict[str, Any]:
    """Return what the statements ask for."""
    return {"project": project.pk, "version": version, "is_demo": project.is_demo}


def chunks_of(statement: str, asked: dict[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows in chunks, in whatever order they come."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, asked)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


def read(statement: str, asked: dict[str, Any], *, names_criteria: bool = False) -> Read:
    """Return verdicts with a small number for every name: a million UUIDs would take ten times the room.

    Args:
        statement: gives unit, annotator, family, domain and value, then what else is wanted.
        asked: what the statement asks for.
        names_criteria: whether the column after the value is a criterion.
    """
    units, people, families, domains, criteria = [dict[Any, int]() for _ in range(5)]
    columns, extra = [np.empty((0, 5), np.int64)], []
    for rows in chunks_of(statement, asked):
        columns.append(
            np.array(
                [
                    (
                        units.setdefault(unit, len(units)),
                        people.setdefault(person, len(people)),
                        families.setdefault(family, len(families)),
                        domains.setdefault(domain, len(domains)),
                        value,
                    )
                    for unit, person, family, domain, value, *_ in rows
                ],
                np.int64,
            )
        )
        if names_criteria:
            extra.append(np.array([[criteria.setdefault(row[5], len(criteria))] for row in rows], np.float64))
        else:
            extra.append(np.array([row[5:] for row in rows], np.float64))
    beside = np.concatenate(extra) if extra else np.empty((0, 2))
    judged = Judged(*np.concatenate(columns).T)
    return Read(judged, list(domains), list(people), beside, list(criteria))


def mirrored(asked: dict[str, Any]) -> Columns:
    """Return both strengths of pairs that someone judged in both orders, their families and annotators."""
    families, people = dict[Any, int](), dict[Any, int]()
    found = [
        (first, second, families.setdefault(family, len(families)), people.setdefault(person, len(people)))
        for rows in chunks_of(MIRRORED, asked)
        for first, second, family, person in rows
    ]
    return Columns(*np.array(found, np.int64).reshape(-1, 4).T)


def sides_of(found: Read) -> Sides:
    """Return what stood beside preferences."""
    return Sides(found.extra[:, 0].astype(np.int64), found.extra[:, 1])
