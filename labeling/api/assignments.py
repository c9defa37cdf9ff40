"""Labeling by program: the next item, and everything that is sent about it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.paging import Sent
from config.rest.problems import Problem, not_found
from config.rest.routes import Routes
from labeling.actions.annotations import (
    DifferentSubmission,
    Doubtful,
    Receipt,
    StaleRevision,
    Withdrawn,
    submit_annotation,
)
from labeling.actions.assignments import AlreadySubmitted, flag_item, keep_alive, open_item, skip_item
from labeling.actions.care import opt_out
from labeling.actions.rounds import settle_qualification
from labeling.api.answers import AnnotationIn, fields_of, problem_of
from labeling.api.doors import visible_project, within
from labeling.api.sheets import AssignmentShape, sheet_of
from labeling.calibrating import QualifyFirst
from labeling.caring import Rest
from labeling.desk import come_in
from labeling.models import Assignment, Membership, Project
from labeling.queue import HeldEnough, NothingNow, claim
from labeling.submission import InvalidSubmission, OtherDefinition

routes = Routes(tags=["labeling"])
LABELS = needs(Scope.LABEL, in_projects=True)
READS = needs(Scope.READ, Scope.LABEL, in_projects=True)
CONSENT_DUE = "The consent has a new wording. Read it and answer under /me/consent/new/, then go on."
HELD = "You hold as many items as one may. Submit or release one first."
SUBMITTED = "You have submitted this item. Revise it with expected_revision instead."
STALE = "The newest revision is {revision}. Look at it, and send expected_revision {revision} to put yours in its place."
DIFFERENT = "This submission id was used for another answer. Make a fresh one."
REDEFINED = "The definitions, the rubric or the sentence numbers are others by now. Fetch the assignment and judge anew."
TAKEN_BACK = "You took your labels back after you got this item, so nothing more is kept for it."


class Have(Sent):
    """What the program holds already."""

    have: list[UUID] = Field([], max_length=50, description="Assignments that shall not come again.")


class NextShape(BaseModel):
    """The next item, or why there is none."""

    state: Literal["item", "nothing", "done", "resting", "limit", "qualify", "closed"]
    assignment: AssignmentShape | None = None
    held_by_others: int = 0
    next_free_at: datetime | None = Field(default=None, description="When it is worth asking again.")


class SkipIn(Sent):
    """Why an item is passed on."""

    reason: Assignment.SkipReason
    note: str = Field("", max_length=2_000)
    avoid: list[Annotated[str, Field(max_length=80)]] = Field(
        [], max_length=20, description="Of a distressing item: notes of it that shall not come again."
    )


class FlagIn(Sent):
    """Whether something is wrong with an item."""

    raised: bool = True


class LeaseShape(BaseModel):
    """How an assignment stands."""

    id: UUID
    state: Literal["leased", "submitted", "skipped", "expired", "stale", "withdrawn"]
    expires_at: datetime


class ReceiptShape(BaseModel):
    """What was recorded, and how far the person is."""

    assignment: UUID
    submission_id: UUID
    revision: int
    is_late: bool = Field(description="Kept, but its place had gone to somebody else.")
    done: int
    total: int


@routes.post("/projects/{slug:slug}/items/next", auth=LABELS, response=NextShape, url_name="next")
def next_item(request: Asking, slug: str, asked: Query[Have]) -> NextShape:
    """Lease the next item. What the person holds and is not in `have` comes first."""
    visible_project(request, slug)
    if request.user.is_consent_due:
        raise Problem(409, "consent_due", CONSENT_DUE)
    try:
        with transaction.atomic():
            membership = come_in(slug, request.user)
            return handed_out(membership, asked.have)
    except HeldEnough as error:
        raise Problem(409, "held_enough", HELD) from error


def handed_out(membership: Membership, have: list[UUID]) -> NextShape:
    """Return what a member gets now. The membership must be locked."""
    if membership.project.state != Project.State.OPEN:
        return NextShape(state="closed")
    try:
        found = claim(membership, have=have)
    except QualifyFirst:
        if any(result.has_passed for result in settle_qualification(membership)):
            return handed_out(membership, have)
        return NextShape(state="qualify")
    if isinstance(found, Assignment):
        whole = Assignment.objects.select_related("item__scenario", "item__project").get(pk=found.pk)
        return NextShape(state="item", assignment=sheet_of(whole))
    if isinstance(found, NothingNow):
        return NextShape(
            state="nothing", held_by_others=found.held_by_others, next_free_at=found.next_free_at
        )
    if isinstance(found, Rest):
        return NextShape(state="limit" if found.limit else "resting", next_free_at=found.until)
    return NextShape(state="done")


def own(request: Asking, assignment_id: UUID) -> Assignment:
    """Return an assignment of this person that the token reaches."""
    mine = Assignment.objects.filter(annotator=request.user, item__project__memberships__user=request.user)
    related = within(request, mine, "item__project").select_related("item__scenario", "item__project")
    found: Assignment = get_object_or_404(related, pk=assignment_id)
    return found


def check_reach(request: Asking, assignment_id: UUID) -> None:
    """Check that a bound token's project is the assignment's; whose it is, the action looks.

    Raises:
        Problem: it is of another one.
    """
    bound_to = request.auth.project_id
    if bound_to and not Assignment.objects.filter(pk=assignment_id, item__project=bound_to).exists():
        raise not_found()


@routes.get("/assignments/{uuid:assignment_id}", auth=READS, response=AssignmentShape, url_name="assignment")
def assignment(request: Asking, assignment_id: UUID) -> AssignmentShape:
    """Return one of this person's own items; a submitted one with its answer, to be revised."""
    return sheet_of(own(request, assignment_id))


@routes.post(
    "/assignments/{uuid:assignment_id}/open",
    auth=LABELS,
    response=AssignmentShape,
    url_name="assignment_open",
)
def assignment_open(request: Asking, assignment_id: UUID) -> AssignmentShape:
    """Show the text after the note about what it touches on."""
    check_reach(request, assignment_id)
    open_item(assignment_id, request.user)
    return sheet_of(own(request, assignment_id))


@routes.post(
    "/assignments/{uuid:assignment_id}/heartbeat",
    auth=LABELS,
    response=LeaseShape,
    url_name="assignment_heartbeat",
)
def assignment_heartbeat(request: Asking, assignment_id: UUID) -> LeaseShape:
    """Renew the lease of someone who is still reading."""
    check_reach(request, assignment_id)
    return lease_shape(keep_alive(assignment_id, request.user))


@routes.post(
    "/assignments/{uuid:assignment_id}/release",
    auth=LABELS,
    response=LeaseShape,
    url_name="assignment_release",
)
def assignment_release(request: Asking, assignment_id: UUID, skip: SkipIn) -> LeaseShape:
    """Pass an item on to someone else, with a reason. It does not come again."""
    check_reach(request, assignment_id)
    try:
        released = skip_item(assignment_id, request.user, skip.reason, skip.note).assignment
    except AlreadySubmitted as error:
        raise Problem(409, "already_submitted", SUBMITTED) from error
    if skip.reason == Assignment.SkipReason.DISTRESSING and skip.avoid:
        mine = own(request, assignment_id)
        opt_out(request.user, set(skip.avoid) & set(mine.item.scenario.content_warnings))
    return lease_shape(released)


@routes.post(
    "/assignments/{uuid:assignment_id}/flag", auth=LABELS, response=LeaseShape, url_name="assignment_flag"
)
def assignment_flag(request: Asking, assignment_id: UUID, flag: FlagIn) -> LeaseShape:
    """Say that something is wrong with an item, or take that back."""
    check_reach(request, assignment_id)
    return lease_shape(flag_item(assignment_id, request.user, is_raised=flag.raised).assignment)


@routes.post(
    "/assignments/{uuid:assignment_id}/annotation",
    auth=LABELS,
    response=ReceiptShape,
    url_name="annotation_submit",
)
def annotation_submit(request: Asking, assignment_id: UUID, sent: AnnotationIn) -> ReceiptShape:
    """Record an annotation, or a revision of one. The same submission again answers the same."""
    check_reach(request, assignment_id)
    try:
        return receipt_shape(submit_annotation(assignment_id, request.user, fields_of(sent)))
    except InvalidSubmission as error:
        raise problem_of(error.problems) from error
    except Doubtful as error:
        raise problem_of({"confirmed": f"{error} Send confirmed: true if both stand."}) from error
    except StaleRevision as error:
        detail = STALE.format(revision=error.revision)
        raise Problem(409, "stale_revision", detail, revision=error.revision) from error
    except DifferentSubmission as error:
        raise Problem(409, "different_submission", DIFFERENT) from error
    except OtherDefinition as error:
        raise Problem(409, "definition_changed", REDEFINED) from error
    except Withdrawn as error:
        raise Problem(410, "withdrawn", TAKEN_BACK) from error


def lease_shape(found: Assignment) -> LeaseShape:
    """Return how an assignment stands."""
    return LeaseShape(id=found.pk, state=found.state, expires_at=found.expires_at)  # type: ignore[arg-type]


def receipt_shape(receipt: Receipt) -> ReceiptShape:
    """Return what was recorded."""
    annotation = receipt.annotation
    return ReceiptShape(
        assignment=annotation.assignment_id,
        submission_id=annotation.submission_id,
        revision=annotation.revision,
        is_late=annotation.is_late and not annotation.assignment.is_calibration,
        done=receipt.done,
        total=receipt.total,
    )
