"""Writes schedules down, and starts what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from django.db import connection, transaction

from accounts.audit import Actor, person_behind, record
from config.ids import uuid7
from config.wording import words
from exports.actions.notices import announce_slot
from exports.models import Destination, Recipe, Schedule, ScheduleSlot
from exports.slots import moments
from runs.actions import start

State = ScheduleSlot.State
MISSED = "Nobody was there to start it. Only the newest of the slots that were missed is made up for."


class StillAtWork(Exception):
    """A slot of this schedule hasn't ended. The text says which."""


@dataclass(frozen=True)
class Plan:
    """What people say about a schedule; the expression is checked."""

    expression: str
    zone: str
    bump: str
    skip_unchanged: bool
    destinations: Iterable[Destination]


def overlap(busy: ScheduleSlot) -> str:
    """Return that another slot was still at work, for people."""
    return words("The slot of {slot_at} UTC was still at work.", slot_at=f"{busy.slot_at:%-d %B, %H:%M}")


def database_now() -> datetime:
    """Return the time by the clock that all beats and workers share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found


def create_schedule(recipe: Recipe, plan: Plan, *, actor: Actor = None) -> Schedule:
    """Add a schedule; it is due from now on."""
    schedule = Schedule(recipe=recipe, created_by=person_behind(actor))
    return written(schedule, plan, actor, "schedule.created")


def change_schedule(schedule: Schedule, plan: Plan, *, actor: Actor = None) -> Schedule:
    """Change a schedule. One that is paused stays so."""
    return written(schedule, plan, actor, "schedule.changed")


@transaction.atomic
def written(schedule: Schedule, plan: Plan, actor: Actor, act: str) -> Schedule:
    """Save what was said."""
    is_new = schedule._state.adding
    if not is_new:
        # Without the lock a beat could write the old expression's next slot over the new one's.
        schedule = Schedule.objects.select_for_update().get(pk=schedule.pk)
    for field in ("expression", "zone", "bump", "skip_unchanged"):
        setattr(schedule, field, getattr(plan, field))
    if is_new or not schedule.is_paused:
        schedule.next_at = next(moments(plan.expression, plan.zone, database_now()))
    schedule.save()
    schedule.destinations.set(plan.destinations)
    record(
        actor,
        act,
        schedule,
        recipe=schedule.recipe.slug,
        expression=plan.expression,
        zone=plan.zone,
        destinations=[destination.slug for destination in plan.destinations],
    )
    return schedule


@transaction.atomic
def pause_schedule(schedule: Schedule, *, actor: Actor = None) -> None:
    """Let no slot be due any more. One that is at work ends as usual."""
    if Schedule.objects.filter(pk=schedule.pk, next_at__isnull=False).update(next_at=None):
        record(actor, "schedule.paused", schedule)


@transaction.atomic
def unpause_schedule(schedule: Schedule, *, actor: Actor = None) -> None:
    """Let slots be due again, from the next one on."""
    coming = next(moments(schedule.expression, schedule.zone, database_now()))
    if Schedule.objects.filter(pk=schedule.pk, next_at=None).update(next_at=coming):
        record(actor, "schedule.resumed", schedule)


@transaction.atomic
def run_now(schedule: Schedule, *, actor: Actor = None) -> ScheduleSlot:
    """Start a slot outside of the schedule's times.

    Raises:
        StillAtWork: another one hasn't ended.
    """
    schedule = Schedule.objects.select_for_update().get(pk=schedule.pk)
    if busy := schedule.slots.unfinished().first():
        raise StillAtWork(overlap(busy))
    slot = started(ScheduleSlot(schedule=schedule, slot_at=database_now(), asked_by=person_behind(actor)))
    record(actor, "schedule.run", schedule)
    return slot


def start_due_slots(now: datetime | None = None) -> int:
    """Start the slots that are due, whoever asks and however often; those that were missed are recorded.

    Args:
        now: the moment by the database's clock, when None.

    Returns:
        How many slots were written down.
    """
    now = now or database_now()
    with transaction.atomic():
        # Another beat that is at it has the row; what it leaves is found the next time.
        due = Schedule.objects.filter(next_at__lte=now).select_for_update(skip_locked=True)
        return sum(catch_up(schedule, now) for schedule in due)


def catch_up(schedule: Schedule, now: datetime) -> int:
    """Write down every slot from the next one to now, and start the last of them. The schedule must be locked."""
    assert schedule.next_at  # noqa: S101 - chosen by it, and tells the type checker.
    later = moments(schedule.expression, schedule.zone, schedule.next_at)
    *missed, last = [schedule.next_at, *takewhile(lambda moment: moment <= now, later)]
    rows, before = [], schedule.last_at
    for slot_at in missed:
        rows.append(
            skipped(ScheduleSlot(schedule=schedule, slot_at=slot_at, previous_at=before), MISSED, now)
        )
        before = slot_at
    ScheduleSlot.objects.bulk_create(rows)
    if rows:
        # One word for all of them: after a long stop there may be thousands.
        announce_slot(rows[-1])
    slot = ScheduleSlot(schedule=schedule, slot_at=last, previous_at=before)
    if busy := schedule.slots.unfinished().first():
        skipped(slot, overlap(busy), now).save(force_insert=True)
        announce_slot(slot)
    else:
        started(slot)
    schedule.last_at = last
    schedule.next_at = next(moments(schedule.expression, schedule.zone, now))
    schedule.save(update_fields=["last_at", "next_at"])
    return len(rows) + 1


def skipped(slot: ScheduleSlot, reason: str, now: datetime) -> ScheduleSlot:
    """Return a slot that is only recorded."""
    slot.state, slot.reason, slot.ended_at = State.SKIPPED, reason, now
    return slot


def started(slot: ScheduleSlot) -> ScheduleSlot:
    """Save a slot with the run that works on it."""
    slot.pk = uuid7()
    slot.run = start("exports.slot", {"slot": str(slot.pk)}, created_by=slot.asked_by, unit="steps")
    slot.save(force_insert=True)
    return slot
