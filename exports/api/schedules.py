"""Schedules for programs: when recipes are released, and what became of each time."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem
from config.rest.routes import Routes
from exports.actions.schedules import (
    StillAtWork,
    change_schedule,
    create_schedule,
    pause_schedule,
    run_now,
    unpause_schedule,
)
from exports.api.doors import stewards_only
from exports.forms.schedules import ScheduleForm
from exports.models import Recipe, Schedule, ScheduleSlot

routes = Routes(tags=["schedules"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)


class ScheduleShape(BaseModel):
    """A recipe that is released again and again."""

    id: UUID
    recipe: str
    expression: str
    zone: str
    words: str
    bump: Literal["minor", "major"]
    skip_unchanged: bool
    destinations: list[str]
    is_paused: bool
    next_at: datetime | None
    last_at: datetime | None


class SlotShape(BaseModel):
    """One time at which a schedule was due, and what became of it."""

    id: UUID
    slot_at: datetime
    state: Literal["waiting", "building", "publishing", "done", "skipped", "stopped", "failed"]
    reason: str
    release: UUID | None
    run: UUID | None
    ended_at: datetime | None


class ScheduleIn(Sent):
    """When a recipe is released, and where its releases go."""

    expression: str = Field(min_length=1, max_length=100, description="Five fields of cron.")
    zone: str = Field("UTC", max_length=60)
    bump: Literal["minor", "major"] = "minor"
    destinations: list[str] = Field([], max_length=20, description="Slugs; none: a person publishes.")
    skip_unchanged: bool = True


def schedule_shape(schedule: Schedule) -> ScheduleShape:
    """Return a schedule as it is sent."""
    return ScheduleShape(
        id=schedule.pk,
        recipe=schedule.recipe.slug,
        expression=schedule.expression,
        zone=schedule.zone,
        words=schedule.words,
        bump=schedule.bump,  # type: ignore[arg-type]  # One of the choices of its column.
        skip_unchanged=schedule.skip_unchanged,
        destinations=[each.slug for each in schedule.destinations.all()],
        is_paused=schedule.is_paused,
        next_at=schedule.next_at,
        last_at=schedule.last_at,
    )


def slot_shape(slot: ScheduleSlot) -> SlotShape:
    """Return a slot as it is sent."""
    return SlotShape(
        id=slot.pk,
        slot_at=slot.slot_at,
        state=slot.state,  # type: ignore[arg-type]  # One of the choices of its column.
        reason=slot.reason,
        release=slot.release_id,
        run=slot.run_id,
        ended_at=slot.ended_at,
    )


def schedules_of(request: Asking) -> "QuerySet[Schedule]":
    """Return all schedules, to stewards."""
    stewards_only(request)
    return Schedule.objects.select_related("recipe").prefetch_related("destinations")


def find(request: Asking, schedule_id: UUID) -> Schedule:
    """Return a schedule."""
    found: Schedule = get_object_or_404(schedules_of(request), pk=schedule_id)
    return found


def checked(asked: ScheduleIn, schedule: Schedule | None = None) -> ScheduleForm:
    """Return what was asked, held to the rules of the page.

    Raises:
        Problem: it can't be read, never comes, or comes too often.
    """
    form = ScheduleForm(asked.model_dump(), schedule=schedule)
    if not form.is_valid():
        raise problem_of(form)
    return form


@routes.get("/schedules", auth=READS, response=Page[ScheduleShape], url_name="schedules")
def schedules(request: Asking, asked: Query[Paging]) -> Page[ScheduleShape]:
    """List schedules, newest first."""
    return page_of(schedules_of(request), asked, schedule_shape)


@routes.post(
    "/recipes/{slug:slug}/schedules", auth=WRITES, response={201: ScheduleShape}, url_name="schedule_create"
)
@once
def schedule_create(request: Asking, slug: str, asked: ScheduleIn) -> Status[ScheduleShape]:
    """Add a schedule to a recipe."""
    stewards_only(request)
    recipe = get_object_or_404(Recipe, slug=slug)
    created = create_schedule(recipe, checked(asked).plan, actor=request)
    return Status(201, schedule_shape(find(request, created.pk)))


@routes.get("/schedules/{uuid:schedule_id}", auth=READS, response=ScheduleShape, url_name="schedule")
def schedule(request: Asking, schedule_id: UUID) -> ScheduleShape:
    """Return a schedule."""
    return schedule_shape(find(request, schedule_id))


@routes.put("/schedules/{uuid:schedule_id}", auth=WRITES, response=ScheduleShape, url_name="schedule")
def schedule_change(request: Asking, schedule_id: UUID, asked: ScheduleIn) -> ScheduleShape:
    """Change a schedule."""
    found = find(request, schedule_id)
    change_schedule(found, checked(asked, found).plan, actor=request)
    return schedule_shape(find(request, schedule_id))


@routes.get(
    "/schedules/{uuid:schedule_id}/slots", auth=READS, response=Page[SlotShape], url_name="schedule_slots"
)
def schedule_slots(request: Asking, schedule_id: UUID, asked: Query[Paging]) -> Page[SlotShape]:
    """List the times at which a schedule was due, newest first."""
    return page_of(ScheduleSlot.objects.filter(schedule=find(request, schedule_id)), asked, slot_shape)


@routes.post(
    "/schedules/{uuid:schedule_id}/pause", auth=WRITES, response=ScheduleShape, url_name="schedule_pause"
)
def schedule_pause(request: Asking, schedule_id: UUID) -> ScheduleShape:
    """Pause a schedule. A release that is at work ends as usual."""
    pause_schedule(find(request, schedule_id), actor=request)
    return schedule_shape(find(request, schedule_id))


@routes.post(
    "/schedules/{uuid:schedule_id}/resume", auth=WRITES, response=ScheduleShape, url_name="schedule_resume"
)
def schedule_resume(request: Asking, schedule_id: UUID) -> ScheduleShape:
    """Go on with a schedule that was paused."""
    unpause_schedule(find(request, schedule_id), actor=request)
    return schedule_shape(find(request, schedule_id))


@routes.post(
    "/schedules/{uuid:schedule_id}/run", auth=WRITES, response={202: SlotShape}, url_name="schedule_run"
)
@once
def schedule_run(request: Asking, schedule_id: UUID) -> Status[SlotShape]:
    """Do now what the schedule does when it is due."""
    try:
        return Status(202, slot_shape(run_now(find(request, schedule_id), actor=request)))
    except StillAtWork as error:
        raise Problem(409, "still_at_work", str(error)) from error
