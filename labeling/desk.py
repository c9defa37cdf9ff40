"""One person at work on one assignment: both locked, with what is needed to judge what they send."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from accounts.models import User
from config.statements import planned
from curation.text import RENDERER_VERSION
from labeling.definitions import definitions
from labeling.models import Assignment, Membership, Project
from labeling.submission import Shown

_MEMBERSHIP_COLUMNS = [column.attname for column in Membership._meta.concrete_fields]
_PROJECT_COLUMNS = [column.attname for column in Project._meta.concrete_fields]
_MEMBERSHIP = f"""
SELECT {", ".join(f"m.{column}" for column in _MEMBERSHIP_COLUMNS)},
    {", ".join(f"p.{column}" for column in _PROJECT_COLUMNS)}
FROM labeling_membership m JOIN labeling_project p ON p.id = m.project_id
WHERE p.slug = %s AND m.user_id = %s FOR UPDATE OF m
"""  # noqa: S608
_COLUMNS = [column.attname for column in Assignment._meta.concrete_fields]
_DESK = f"""
SELECT p.id, p.slug, p.rationale_from, p.lease_minutes, p.items_total, m.id, m.done, i.is_gold,
    ARRAY(SELECT ir.response_id FROM labeling_itemresponse ir WHERE ir.item_id = a.item_id ORDER BY ir.place),
    ARRAY(SELECT coalesce(jsonb_array_length(r.sentences), 0)
          FROM labeling_itemresponse ir JOIN curation_response r ON r.id = ir.response_id
          WHERE ir.item_id = a.item_id ORDER BY ir.place),
    p.questions,
    ARRAY(SELECT c.points::float8 FROM unnest(a.criteria) WITH ORDINALITY k (id, n)
          JOIN curation_criterion c ON c.id = k.id ORDER BY k.n),
    {", ".join(f"a.{column}" for column in _COLUMNS)}
FROM labeling_assignment a
JOIN labeling_item i ON i.id = a.item_id
JOIN labeling_project p ON p.id = i.project_id
JOIN labeling_membership m ON m.project_id = i.project_id AND m.user_id = a.annotator_id
WHERE a.id = %s AND a.annotator_id = %s
FOR UPDATE OF m, a
"""  # noqa: S608

NEVER = 4
"""No preference is as strong."""


def come_in(slug: str, annotator: User) -> Membership:
    """Lock a person's place in a project for this transaction: what one person does there happens in turn.

    Raises:
        Membership.DoesNotExist: there is no such project, or they take no part in it.
    """
    with planned() as cursor:
        cursor.execute(_MEMBERSHIP, [slug, annotator.pk])
        row = cursor.fetchone()
    if row is None:
        raise Membership.DoesNotExist
    width = len(_MEMBERSHIP_COLUMNS)
    membership = Membership.from_db(connection.alias, _MEMBERSHIP_COLUMNS, row[:width])
    membership.project = Project.from_db(connection.alias, _PROJECT_COLUMNS, row[width:])
    return membership


@dataclass
class Desk:
    """A locked assignment and the place of its annotator in the project."""

    assignment: Assignment
    project_id: UUID
    slug: str
    rationale_from: int
    lease_minutes: int
    items_total: int
    membership_id: int
    done: int
    has_reference: bool
    """Whether the person sees afterwards what others hold to be right."""
    response_ids: list[UUID]
    """In canonical order."""
    sentences: list[int]
    """How many each response has, in canonical order."""
    questions: list[str]
    points: list[float]
    """What each criterion of the assignment is worth."""

    @property
    def shown(self) -> Shown:
        """What the answer is read against."""
        return Shown(
            traits=[each.shown for each in definitions(tuple(self.assignment.trait_versions))],
            order=self.assignment.order_shown,
            sentences=self.sentences,
            renderer=str(RENDERER_VERSION),
            rationale_from=self.rationale_from,
            questions=self.questions,
            criteria=self.assignment.criteria,
            points=self.points,
        )

    def shown_to(self, source: str) -> Shown:
        """What an answer from some source is read against: Label Studio can't ask why of some answers only."""
        return replace(self.shown, rationale_from=NEVER) if source == "label_studio" else self.shown


def sit_down(assignment_id: UUID, annotator: User) -> Desk:
    """Lock an own assignment and the membership for this transaction.

    Without the locks a person's second tab could submit, skip or let go of the item in the middle of this.

    Raises:
        Assignment.DoesNotExist: it is someone else's, or the person has left the project.
    """
    with planned() as cursor:
        cursor.execute(_DESK, [assignment_id, annotator.pk])
        row = cursor.fetchone()
    if row is None:
        raise Assignment.DoesNotExist
    return Desk(Assignment.from_db(connection.alias, _COLUMNS, row[12:]), *row[:12])
