"""Works on slots of schedules: from what is new to a release, its files, and its publications.

Each stage is a run of its own that can be watched. A slot goes on when the runs of its stage have ended, so a killed
worker or a second beat changes nothing but time.
"""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from exports.actions.freeze import NothingToRelease
from exports.actions.notices import announce_slot
from exports.actions.publish import NotPublishable, start_publication
from exports.actions.releases import cut_release
from exports.actions.standing import standing
from exports.actions.unchanged import newest_if_unchanged
from exports.models import Publication, Release, ScheduleSlot
from runs.models import Run
from runs.work import Work

State = ScheduleSlot.State
UNCHANGED = "Nothing changed since {release}, which is in every destination."
CANCELLED = "Somebody cancelled it."
GONE = "The release could not be cut."


def run_slot(work: Work) -> dict[str, Any]:
    """Look whether there is something new, and have it cut. Doing it again changes nothing.

    Returns:
        The slot's state and release.
    """
    slot = fetched(work.arguments["slot"])
    if slot.state != State.WAITING:
        return outcome(slot)
    schedule = slot.schedule
    try:
        newest = newest_if_unchanged(schedule.recipe, schedule.bump) if schedule.skip_unchanged else None
    except NothingToRelease as reason:
        end(slot, State.SKIPPED, str(reason))
        return outcome(slot)
    if newest is not None and not_yet_at(slot, newest):
        work.log(f"Nothing changed since {newest}, but it is not in every destination yet.")
        slot.release = newest
    elif newest is not None:
        end(slot, State.SKIPPED, UNCHANGED.format(release=newest))
        return outcome(slot)
    with transaction.atomic():
        # A slot that somebody ended meanwhile must not cut a release.
        work.checkpoint(1, total=1)
        if slot.release is None:
            slot.release, slot.build = cut_release(schedule.recipe, bump=schedule.bump)
        slot.state = State.BUILDING
        slot.save(update_fields=["release", "build", "state"])
    work.log(f"The release is {slot.release}.")
    return outcome(slot)


def outcome(slot: ScheduleSlot) -> dict[str, Any]:
    """Return what the run says of a slot."""
    return {"state": str(slot.state), "release": str(slot.release or ""), "reason": slot.reason}


def advance_slots() -> int:
    """Move every slot on whose runs have ended.

    Returns:
        How many moved.
    """
    return sum(advance(pk) for pk in ScheduleSlot.objects.unfinished().values_list("pk", flat=True))


@transaction.atomic
def advance(pk: Any) -> bool:
    """Move one slot on; False when it waits, or somebody else is at it."""
    rows = ScheduleSlot.objects.unfinished().select_for_update(skip_locked=True, of=("self",))
    slot = rows.select_related("schedule__recipe", "run", "build", "release__recipe").filter(pk=pk).first()
    if slot is None:
        return False
    if slot.state == State.WAITING:
        return advance_waiting(slot)
    if slot.state == State.BUILDING:
        return advance_building(slot)
    return advance_publishing(slot)


def advance_waiting(slot: ScheduleSlot) -> bool:
    """Give a slot up whose run ended without a release."""
    assert slot.run  # noqa: S101 - the database has it so, and this tells the type checker.
    if slot.run.is_unfinished:
        return False
    return end(slot, State.FAILED, why(slot.run))


def advance_building(slot: ScheduleSlot) -> bool:
    """Publish a slot's release once its files are there, unless something is wrong with it."""
    if slot.release is not None and slot.release.is_built:
        return publish(slot, slot.release)
    if slot.build is not None and slot.build.is_unfinished:
        return False
    return end(slot, State.FAILED, why(slot.build) if slot.build else GONE)


def publish(slot: ScheduleSlot, release: Release) -> bool:
    """Start the publications of a slot's release."""
    if wrong := standing(release):
        return end(slot, State.STOPPED, ". ".join(wrong))
    refusals = []
    for destination in slot.schedule.destinations.all():
        try:
            slot.publications.add(start_publication(release, destination, actor=slot.asked_by))
        except NotPublishable as reason:
            refusals.append(f"{destination}: {reason}")
    slot.state, slot.reason = State.PUBLISHING, " ".join(refusals)
    slot.save(update_fields=["state", "reason"])
    return True


def advance_publishing(slot: ScheduleSlot) -> bool:
    """End a slot when all of its publications have."""
    found = list(slot.publications.select_related("run"))
    if any(publication.run.is_unfinished or publication.is_paused for publication in found):
        return False
    reasons = [slot.reason] if slot.reason else []
    for publication in found:
        if publication.state != Publication.State.DONE:
            reasons.append(f"{publication.repo_id}: {why(publication.run)}")
    return end(slot, State.FAILED if reasons else State.DONE, " ".join(reasons))


@transaction.atomic
def end(slot: ScheduleSlot, state: ScheduleSlot.State, reason: str = "") -> bool:
    """Write down what became of a slot, and tell those who want to know. Only the first word counts."""
    unfinished = ScheduleSlot.objects.unfinished().filter(pk=slot.pk)
    if not unfinished.update(state=state, reason=reason, ended_at=Now()):
        return False
    slot.state, slot.reason = state, reason
    announce_slot(slot)
    return True


def not_yet_at(slot: ScheduleSlot, release: Release) -> bool:
    """Say whether a destination of the slot's schedule lacks a release."""
    return any(
        not Publication.objects.at(destination.endpoint, destination.repo_id)
        .done()
        .filter(release=release, purpose=Publication.Purpose.PUBLISH)
        .exists()
        for destination in slot.schedule.destinations.all()
    )


def why(run: Run) -> str:
    """Return why a run ended without being done."""
    return run.error or (CANCELLED if run.state == Run.State.CANCELLED else GONE)


def fetched(pk: str) -> ScheduleSlot:
    """Return a slot with what the work on it needs."""
    return ScheduleSlot.objects.select_related("schedule__recipe", "release__recipe", "asked_by").get(pk=pk)
