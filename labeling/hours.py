"""How long people had items in front of them, for records of pay. What was withdrawn later counts as well."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import connection

# Without a script the time of a correction runs from the first opening: it can't be longer than since the last revision.
_HOURS = """
SELECT (n.created_at AT TIME ZONE 'UTC')::date AS day, p.slug, p.name, u.name, u.email,
    count(*) FILTER (WHERE n.revision = 1),
    sum(least(n.elapsed_ms, coalesce(extract(epoch FROM n.created_at - b.created_at) * 1000, n.elapsed_ms)))::bigint
FROM labeling_annotation n
JOIN labeling_assignment a ON a.id = n.assignment_id
JOIN labeling_item i ON i.id = a.item_id
JOIN labeling_project p ON p.id = i.project_id
JOIN accounts_user u ON u.id = a.annotator_id
LEFT JOIN labeling_annotation b ON b.superseded_by_id = n.id
WHERE n.source = 'native' AND {} = %s
GROUP BY 1, 2, 3, 4, 5 ORDER BY {}
"""
COLUMNS = ("day", "project", "labels", "minutes", "hours")
TEAM_COLUMNS = ("day", "name", "email", *COLUMNS[1:])


class Hours(NamedTuple):
    """What one person did in one project on one day, by UTC."""

    day: date
    slug: str
    project: str
    name: str
    email: str
    labels: int
    """First submissions; time spent on corrections is in the time."""
    elapsed_ms: int

    @property
    def minutes(self) -> str:
        """The time in minutes, with one decimal."""
        return f"{self.elapsed_ms / 60_000:.1f}"

    @property
    def hours(self) -> str:
        """The time in hours, with two decimals."""
        return f"{self.elapsed_ms / 3_600_000:.2f}"

    @property
    def row(self) -> tuple[object, ...]:
        """The columns of one's own file."""
        return (self.day, self.slug, self.labels, self.minutes, self.hours)

    @property
    def team_row(self) -> tuple[object, ...]:
        """The columns of a lead's file."""
        return (self.day, self.name, self.email, *self.row[1:])


def hours_of(person_id: UUID) -> Iterator[Hours]:
    """Yield a person's hours by day and project, the newest first."""
    return rows(_HOURS.format("a.annotator_id", "day DESC, p.slug"), person_id)


def hours_in(project_id: UUID) -> Iterator[Hours]:
    """Yield everybody's hours in a project by day, the newest first."""
    return rows(_HOURS.format("i.project_id", "day DESC, u.name, u.email"), project_id)


def rows(query: str, wanted: UUID) -> Iterator[Hours]:
    """Yield the rows of one of the queries."""
    with connection.cursor() as cursor:
        cursor.execute(query, [wanted])
        for row in cursor.fetchall():
            yield Hours(*row)


def total(spent: list[Hours]) -> str:
    """Return the sum in hours, with two decimals."""
    return f"{sum(each.elapsed_ms for each in spent) / 3_600_000:.2f}"
