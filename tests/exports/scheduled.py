"""Schedules for tests."""

from datetime import UTC, datetime
from typing import Any

from exports.actions.schedules import start_due_slots
from exports.models import Destination, Recipe, Schedule, ScheduleSlot
from tests.exports.releases import make_recipe

FIRST = datetime(2027, 3, 1, 6, tzinfo=UTC)
"""A Monday."""


def make_schedule(recipe: Recipe | None = None, *destinations: Destination, **fields: Any) -> Schedule:
    """A schedule that is due each morning from FIRST on."""
    schedule = Schedule.objects.create(
        **{"recipe": recipe or make_recipe(), "expression": "0 6 * * *", "next_at": FIRST, **fields}
    )
    schedule.destinations.set(destinations)
    return schedule


def make_slot(schedule: Schedule) -> ScheduleSlot:
    """The first slot of a schedule, as a beat starts it."""
    start_due_slots(FIRST)
    return schedule.slots.get()


def told(schedule: Schedule) -> list[tuple[str, str]]:
    """The slots, oldest first: when and what became of them."""
    return [(f"{slot.slot_at:%m-%d %H:%M}", slot.state) for slot in schedule.slots.order_by("slot_at")]
