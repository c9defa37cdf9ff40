"""What becomes of a lease besides an annotation: opened, kept, skipped, flagged, given up."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from accounts.models import User
from curation.text import sanitise
from labeling.caring import may_return
from labeling.desk import Desk, sit_down
from labeling.models import Assignment, Flag, Membership
from labeling.queue import give_back, renew, retake

State = Assignment.State


class AlreadySubmitted(Exception):
    """The item was answered, be the answer taken back since, so that it can't be skipped any more."""


class UnknownReason(ValueError):
    """The reason for skipping is none of those offered."""


@transaction.atomic
def open_item(assignment_id: UUID, annotator: User) -> Desk:
    """Note that the person chose to see the text.

    Raises:
        Assignment.DoesNotExist: it is not theirs, or they left the project.
    """
    desk = sit_down(assignment_id, annotator)
    _mark_opened(desk)
    return desk


@transaction.atomic
def keep_alive(assignment_id: UUID, annotator: User) -> Assignment:
    """Renew a lease whose holder is still there; one that ran out is taken again while a place is free.

    Raises:
        Assignment.DoesNotExist: it is not theirs, or they left the project.
    """
    desk = sit_down(assignment_id, annotator)
    assignment = desk.assignment
    may = assignment.state == State.EXPIRED and may_return(assignment, annotator, desk.project_id)
    if may and (assignment.is_calibration or retake(assignment.item_id)):
        assignment.state = State.LEASED
    if assignment.state == State.LEASED:
        renew(assignment, desk.lease_minutes)
    return assignment


@transaction.atomic
def skip_item(assignment_id: UUID, annotator: User, reason: str, note: str = "") -> Desk:
    """Pass an item on to someone else. The person does not get it again. Skipping twice changes nothing.

    Raises:
        Assignment.DoesNotExist: it is not theirs, or they left the project.
        UnknownReason: the reason is none of those offered.
        AlreadySubmitted: they answered it.
    """
    if reason not in Assignment.SkipReason:
        raise UnknownReason(reason)
    desk = sit_down(assignment_id, annotator)
    assignment = desk.assignment
    if assignment.state in (State.SUBMITTED, State.WITHDRAWN):
        raise AlreadySubmitted
    if assignment.state == State.SKIPPED:
        return desk
    if assignment.state == State.LEASED and not assignment.is_calibration:
        give_back(desk.project_id, [assignment.item_id])
    assignment.state = State.SKIPPED
    assignment.skip_reason = reason
    assignment.skip_note = sanitise(note).text[:2000]
    assignment.save(update_fields=["state", "skip_reason", "skip_note"])
    return desk


@transaction.atomic
def flag_item(assignment_id: UUID, annotator: User, *, is_raised: bool) -> Desk:
    """Say that something is wrong with an item, or take that back.

    Raises:
        Assignment.DoesNotExist: it is not theirs, or they left the project.
    """
    desk = sit_down(assignment_id, annotator)
    newest = Flag.objects.filter(assignment=desk.assignment).order_by("-id").first()
    if (newest is not None and newest.is_raised) != is_raised:
        Flag.objects.create(assignment=desk.assignment, is_raised=is_raised)
    return desk


@transaction.atomic
def remove_member(membership: Membership) -> None:
    """Take a person out of a project: their leases go back, what they submitted stays."""
    # Locked first, so that nothing of theirs is claimed or submitted meanwhile.
    locked = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if locked is None:
        return
    held = Assignment.objects.live().filter(
        annotator_id=membership.user_id, item__project_id=membership.project_id
    )
    leases = list(held.select_for_update(of=("self",)))
    Assignment.objects.filter(pk__in=[lease.pk for lease in leases]).update(state=State.EXPIRED)
    if places := [lease.item_id for lease in leases if not lease.is_calibration]:
        give_back(membership.project_id, places)
    locked.delete()


def _mark_opened(desk: Desk) -> None:
    Assignment.objects.filter(pk=desk.assignment.pk).update(opened_at=Coalesce(F("opened_at"), Now()))
    desk.assignment.refresh_from_db(fields=["opened_at"])
