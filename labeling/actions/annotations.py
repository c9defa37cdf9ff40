"""An annotation is made: submitted, changed, drafted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from config.statements import planned
from labeling.caring import was_withdrawn
from labeling.consistency import doubts
from labeling.desk import Desk, sit_down
from labeling.models import Annotation, Assignment, Draft
from labeling.queue import retake
from labeling.submission import (
    Fields,
    InvalidSubmission,
    OtherDefinition,
    Submission,
    digest,
    draft_of,
    read_submission,
)

MOST_ELAPSED = timedelta(days=1)
_COLUMNS = [column.attname for column in Annotation._meta.concrete_fields]
_KNOWN = f"""
SELECT {", ".join(_COLUMNS)} FROM labeling_annotation
WHERE submission_id = %s OR (assignment_id = %s AND superseded_by_id IS NULL)
"""  # noqa: S608
# One statement instead of eight: this is what the house does most. Quotes are cut from the stored text here, so
# that they can't differ from it.
_RECORD = f"""
WITH annotation AS (
    INSERT INTO labeling_annotation ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"%({column})s" for column in _COLUMNS)}) RETURNING id
), shown AS (
    SELECT place, response_id FROM labeling_itemresponse WHERE item_id = %(item)s
), {{verdicts}}assignment AS (
    UPDATE labeling_assignment SET state = 'submitted', opened_at = %(opened_at)s WHERE id = %(assignment_id)s
), membership AS (
    UPDATE labeling_membership SET done = done + %(first)s, calibrated = calibrated + %(calibrated)s WHERE id = %(membership)s
)
DELETE FROM labeling_draft WHERE assignment_id = %(assignment_id)s
"""  # noqa: S608
_VERDICTS = {
    "verdicts": """preference AS (
    INSERT INTO labeling_preference (annotation_id, trait_version_id, strength, both_bad, cannot_judge)
    SELECT annotation.id, v.* FROM annotation, unnest(
        %(versions)s::uuid[], %(strengths)s::smallint[], %(both_bad)s::bool[], %(cannot_judge)s::bool[]) v
), """,
    "citations": """evidence AS (
    INSERT INTO labeling_evidence (
        annotation_id, trait_version_id, criterion_id, response_id, sentence, start, "end", quote)
    SELECT annotation.id, c.trait_version_id, c.criterion_id, r.id, c.sentence, span.start, span."end",
        substr(r.text, span.start + 1, span."end" - span.start)
    FROM annotation, unnest(%(places)s::int[], %(sentences)s::int[], %(cited_for)s::uuid[], %(cited_by)s::uuid[])
        c (place, sentence, trait_version_id, criterion_id)
    JOIN shown ON shown.place = c.place
    JOIN curation_response r ON r.id = shown.response_id
    CROSS JOIN LATERAL (
        SELECT (r.sentences -> (c.sentence - 1) ->> 0)::int AS start, (r.sentences -> (c.sentence - 1) ->> 1)::int AS "end"
    ) span
), """,
    "marks": """mark AS (
    INSERT INTO labeling_criterionmark (annotation_id, response_id, criterion_id, value, unsure_because)
    SELECT annotation.id, shown.response_id, v.criterion_id, v.value, v.because
    FROM annotation, unnest(%(marked)s::int[], %(criteria)s::uuid[], %(marks)s::text[], %(because)s::text[])
        v (place, criterion_id, value, because) JOIN shown ON shown.place = v.place
), """,
    "ratings": """rating AS (
    INSERT INTO labeling_rating (annotation_id, response_id, trait_version_id, value)
    SELECT annotation.id, shown.response_id, v.trait_version_id, v.value
    FROM annotation, unnest(%(rated)s::int[], %(rated_on)s::uuid[], %(ratings)s::smallint[])
        v (place, trait_version_id, value) JOIN shown ON shown.place = v.place
), """,
    "ranks": """rank AS (
    INSERT INTO labeling_rank (annotation_id, response_id, place, is_acceptable)
    SELECT annotation.id, shown.response_id, v.rank, v.is_acceptable
    FROM annotation, unnest(%(ranked)s::int[], %(ranks)s::smallint[], %(acceptable)s::bool[])
        v (place, rank, is_acceptable) JOIN shown ON shown.place = v.place
), """,
    "rewrite": """rewrite AS (
    INSERT INTO labeling_rewrite (annotation_id, response_id, text)
    SELECT annotation.id, shown.response_id, %(rewrite)s FROM annotation, shown WHERE shown.place = %(rewritten)s
), """,
    "harms": """harm AS (
    INSERT INTO labeling_harm (annotation_id, response_id)
    SELECT annotation.id, shown.response_id FROM annotation, shown WHERE shown.place = ANY (%(harms)s::int[])
), """,
}
"""What is inserted for each part of a submission that says something."""


class DifferentSubmission(Exception):
    """The same submission id arrived with another body."""


class Doubtful(Exception):
    """Answers pull in different directions, and the person has not confirmed both.

    Attributes:
        doubts: one sentence for each two of them.
    """

    def __init__(self, doubts: Sequence[str]) -> None:
        super().__init__(" ".join(doubts))
        self.doubts = list(doubts)


class StaleRevision(Exception):
    """The annotation was changed, or made, since the page was opened.

    Attributes:
        revision: the newest one; 0 while nothing is submitted.
    """

    def __init__(self, revision: int) -> None:
        super().__init__(f"the newest revision is {revision}")
        self.revision = revision


class Kept(NamedTuple):
    """When a draft was kept, and which of its answers pull in different directions."""

    saved_at: datetime
    doubts: Sequence[str]


class Withdrawn(Exception):
    """The person took this label back, or all of theirs while it was still on its way."""


class Receipt(NamedTuple):
    """What was recorded, and how far the person is."""

    annotation: Annotation
    slug: str
    done: int
    total: int
    has_reference: bool


@transaction.atomic
def submit_annotation(
    assignment_id: UUID, annotator: User, fields: Fields, *, source: str = "native"
) -> Receipt:
    """Record what an annotator submitted. The same submission again changes nothing.

    An answer whose place went to someone else meanwhile is kept as late; while a place is free it is taken again.
    Submitting what was submitted already makes a new revision.

    Args:
        assignment_id: one of the annotator's own.
        annotator: who submitted.
        fields: the posted form.
        source: see `Annotation.source`.

    Raises:
        Assignment.DoesNotExist: it is not theirs, or they left the project.
        DifferentSubmission: this submission id was used for another body.
        StaleRevision: the form answers another revision than the newest one.
        OtherDefinition: the form shows other definitions than the assignment.
        InvalidSubmission: the form is incomplete or malformed.
        Doubtful: answers contradict each other, and the form does not say `confirmed`.
        Withdrawn: they took their labels back since they got the item.
    """
    desk = sit_down(assignment_id, annotator)
    submission_id = (fields.get("submission_id") or [""])[-1]
    known = _known(assignment_id, submission_id)
    _refuse_withdrawn(desk, annotator, is_known=bool(known))
    for annotation in known:
        if str(annotation.submission_id) == submission_id.lower():
            if (annotation.digest, annotation.assignment_id) != (digest(fields), assignment_id):
                raise DifferentSubmission
            annotation.assignment = desk.assignment
            return Receipt(annotation, desk.slug, desk.done, desk.items_total, desk.has_reference)
    submission = read_submission(fields, desk.shown_to(source))
    previous = known[0] if known else None
    # What was judged under a wording that has changed its meaning is judged anew, not corrected.
    is_change = desk.assignment.state == Assignment.State.SUBMITTED
    revision = previous.revision if previous and is_change else 0
    if submission.expected_revision != revision:
        raise StaleRevision(revision)
    if "confirmed" not in fields and (questions := doubts(submission, desk.shown)):
        raise Doubtful(questions)
    annotation = _record(desk, submission, previous, source)
    return Receipt(annotation, desk.slug, desk.done, desk.items_total, desk.has_reference)


def _refuse_withdrawn(desk: Desk, annotator: User, *, is_known: bool) -> None:
    if desk.assignment.state == Assignment.State.WITHDRAWN:
        raise Withdrawn
    # A withdrawal lets go of all leases, so that who holds one needn't be asked about.
    is_held = desk.assignment.state == Assignment.State.LEASED
    if not is_held and not is_known and was_withdrawn(desk.assignment, annotator, desk.project_id):
        raise Withdrawn


def _known(assignment_id: UUID, submission_id: str) -> list[Annotation]:
    """The live annotation of an assignment, and whichever has this submission id."""
    try:
        wanted = UUID(submission_id)
    except ValueError:
        wanted = assignment_id
    with planned() as cursor:
        cursor.execute(_KNOWN, [wanted, assignment_id])
        return [Annotation.from_db(connection.alias, _COLUMNS, row) for row in cursor.fetchall()]


def _record(desk: Desk, submission: Submission, previous: Annotation | None, source: str) -> Annotation:
    opened_at, elapsed_ms = _times(desk.assignment, submission.elapsed_ms)
    is_change = desk.assignment.state == Assignment.State.SUBMITTED
    annotation = Annotation(
        submission_id=submission.id,
        digest=submission.digest,
        assignment=desk.assignment,
        revision=previous.revision + 1 if previous else 1,
        rationale=submission.rationale,
        confidence=submission.confidence,
        reasons=submission.reasons,
        note=submission.note,
        elapsed_ms=elapsed_ms,
        is_late=previous.is_late if previous and is_change else not _keeps_place(desk.assignment),
        source=source,
    )
    if previous:
        # The old one gives way first: only one may be live, and the reference is checked at commit.
        Annotation.objects.filter(pk=previous.pk).update(superseded_by_id=annotation.pk)
    if not is_change:
        desk.done += 1
    row = {column: getattr(annotation, column) for column in _COLUMNS}
    row |= {
        "item": desk.assignment.item_id,
        "membership": desk.membership_id,
        "opened_at": opened_at,
        "first": 0 if is_change else 1,
        "calibrated": 1 if desk.assignment.is_calibration and not is_change else 0,
        **_values(submission),
    }
    said = tuple(part for part in _VERDICTS if getattr(submission, part))
    try:
        with planned() as cursor:
            cursor.execute(_statement(said), row)
    except IntegrityError as error:
        # The id was used for another assignment at this very moment.
        raise DifferentSubmission from error
    return annotation


@cache
def _statement(said: tuple[str, ...]) -> str:
    """The statement that records an annotation with these parts: few differ, so each stays planned."""
    return _RECORD.format(verdicts="".join(_VERDICTS[part] for part in said))


def _values(submission: Submission) -> dict[str, Any]:
    verdicts, citations = submission.verdicts, submission.citations
    values: dict[str, Any] = {
        "versions": [verdict.trait_version_id for verdict in verdicts],
        "strengths": [verdict.strength for verdict in verdicts],
        "both_bad": [verdict.both_bad for verdict in verdicts],
        "cannot_judge": [verdict.cannot_judge for verdict in verdicts],
        "places": [citation.place for citation in citations],
        "sentences": [citation.sentence for citation in citations],
        "cited_for": [citation.trait_version_id for citation in citations],
        "cited_by": [citation.criterion_id for citation in citations],
        "marked": [mark.place for mark in submission.marks],
        "criteria": [mark.criterion_id for mark in submission.marks],
        "marks": [mark.value for mark in submission.marks],
        "because": [mark.unsure_because for mark in submission.marks],
        "rated": [rating.place for rating in submission.ratings],
        "rated_on": [rating.trait_version_id for rating in submission.ratings],
        "ratings": [rating.value for rating in submission.ratings],
        "ranked": [rank.place for rank in submission.ranks],
        "ranks": [rank.rank for rank in submission.ranks],
        "acceptable": [rank.is_acceptable for rank in submission.ranks],
        "harms": submission.harms,
    }
    if submission.rewrite:
        values |= {"rewritten": submission.rewrite.place, "rewrite": submission.rewrite.text}
    return values


def _keeps_place(assignment: Assignment) -> bool:
    """Whether the person still holds a place of the item, or gets one back."""
    if assignment.is_calibration:
        return False
    return assignment.state == Assignment.State.LEASED or retake(assignment.item_id)


def _times(assignment: Assignment, elapsed_ms: int | None) -> tuple[datetime, int]:
    """When the text was first shown, and for how long: the browser's count where there is one."""
    now = timezone.now()
    if elapsed_ms is None:
        opened_at = assignment.opened_at or now
        return opened_at, int(min(now - opened_at, MOST_ELAPSED).total_seconds() * 1000)
    spent = min(timedelta(milliseconds=elapsed_ms), MOST_ELAPSED)
    return assignment.opened_at or now - spent, int(spent.total_seconds() * 1000)


@transaction.atomic
def save_draft(assignment_id: UUID, annotator: User, fields: Fields) -> Kept:
    """Keep an unsubmitted answer.

    Raises:
        Assignment.DoesNotExist: it is not theirs, or they left the project.
        StaleRevision: it was submitted meanwhile, so that this is no draft of anything any more.
        Withdrawn: they took their labels back since they got the item.
    """
    desk = sit_down(assignment_id, annotator)
    newest = Annotation.objects.in_force().filter(assignment=desk.assignment)
    revision = newest.values_list("revision", flat=True).first() or 0
    _refuse_withdrawn(desk, annotator, is_known=bool(revision))
    if (fields.get("expected_revision") or ["0"])[-1] != str(revision):
        raise StaleRevision(revision)
    now = timezone.now()
    Draft.objects.bulk_create(
        [Draft(assignment=desk.assignment, body=draft_of(fields), saved_at=now)],
        update_conflicts=True,
        unique_fields=["assignment"],
        update_fields=["body", "saved_at"],
    )
    try:
        return Kept(now, doubts(read_submission(fields, desk.shown), desk.shown))
    except (InvalidSubmission, OtherDefinition):
        return Kept(now, [])
