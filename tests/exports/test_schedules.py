"""Every slot is taken once or recorded as skipped, whoever looks at the clock."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from exports.actions.schedules import (
    Plan,
    StillAtWork,
    change_schedule,
    create_schedule,
    pause_schedule,
    run_now,
    start_due_slots,
    unpause_schedule,
)
from exports.models import Schedule, ScheduleSlot
from runs.models import Run
from tests.exports.releases import make_recipe
from tests.exports.scheduled import FIRST, make_schedule, make_slot, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_is_due_is_started_with_a_run():
    schedule = make_schedule()

    assert start_due_slots(FIRST) == 1

    slot = schedule.slots.get()
    assert (slot.slot_at, slot.state) == (FIRST, "waiting")
    assert slot.run
    assert slot.run.arguments == {"slot": str(slot.pk)}
    schedule.refresh_from_db()
    assert (schedule.last_at, schedule.next_at) == (FIRST, FIRST + DAY)


def test_what_is_not_due_is_not_started():
    make_schedule()

    assert start_due_slots(FIRST - timedelta(seconds=1)) == 0


def test_a_slot_is_started_once_however_often_somebody_looks():
    schedule = make_schedule()

    assert [start_due_slots(FIRST) for _ in range(3)] == [1, 0, 0]
    assert schedule.slots.count() == Run.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_start_it_once():
    schedule = make_schedule()
    barrier = threading.Barrier(2)
    started: list[int] = []

    def beat() -> None:
        barrier.wait()
        started.append(start_due_slots(FIRST))
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for each in beats:
        each.start()
    for each in beats:
        each.join()

    assert sorted(started) == [0, 1]
    assert schedule.slots.count() == Run.objects.count() == 1


def test_after_a_stop_the_newest_slot_is_made_up_for_and_the_others_recorded():
    schedule = make_schedule()

    start_due_slots(FIRST + 2 * DAY + timedelta(hours=5))

    assert told(schedule) == [
        ("03-01 06:00", "skipped"),
        ("03-02 06:00", "skipped"),
        ("03-03 06:00", "waiting"),
    ]
    slots = list(schedule.slots.order_by("slot_at"))
    assert "made up for" in slots[0].reason
    assert [slot.previous_at for slot in slots] == [None, FIRST, FIRST + DAY]
    assert Run.objects.count() == 1
    schedule.refresh_from_db()
    assert schedule.next_at == FIRST + 3 * DAY


def test_a_slot_that_comes_while_the_one_before_is_at_work_is_skipped():
    schedule = make_schedule()
    start_due_slots(FIRST)

    start_due_slots(FIRST + DAY)

    assert told(schedule) == [("03-01 06:00", "waiting"), ("03-02 06:00", "skipped")]
    assert "The slot of 1 March, 06:00 UTC was still at work." in schedule.slots.get(state="skipped").reason


def test_a_clock_that_goes_back_starts_nothing_again():
    schedule = make_schedule()
    start_due_slots(FIRST + DAY)

    assert start_due_slots(FIRST) == 0
    assert schedule.slots.count() == 2


def test_a_paused_schedule_is_not_due_and_goes_on_with_the_next_slot():
    schedule = make_schedule()
    pause_schedule(schedule)
    assert start_due_slots(FIRST + DAY) == 0

    unpause_schedule(schedule)

    schedule.refresh_from_db()
    assert schedule.next_at
    assert schedule.next_at.hour == 6
    assert schedule.slots.count() == 0


def test_a_slot_can_be_asked_for_at_any_time():
    schedule = make_schedule()

    slot = run_now(schedule)

    assert slot.run
    assert slot.previous_at is None
    with pytest.raises(StillAtWork, match="still at work"):
        run_now(schedule)


def test_a_change_counts_from_the_next_slot_on():
    schedule = make_schedule()
    plan = Plan("0 7 * * *", "Asia/Kathmandu", "minor", True, [])

    change_schedule(schedule, plan)

    schedule.refresh_from_db()
    assert schedule.next_at
    assert (schedule.next_at.hour, schedule.next_at.minute) == (1, 15)


def test_a_change_does_not_wake_a_paused_schedule():
    schedule = make_schedule(next_at=None)

    change_schedule(schedule, Plan("0 7 * * *", "UTC", "minor", True, []))

    assert Schedule.objects.get().is_paused


def test_a_new_schedule_shows_its_next_three_slots():
    schedule = create_schedule(make_recipe(), Plan("0 6 * * MON#1", "Europe/Berlin", "minor", True, []))

    assert [slot.strftime("%a %H:%M") for slot in schedule.coming] == ["Mon 06:00"] * 3
    assert schedule.words == "At 06:00 on the first Monday of the month, Europe/Berlin time"


def test_the_database_refuses_a_slot_twice():
    slot = make_slot(make_schedule())

    with pytest.raises(IntegrityError, match="slot_once"), transaction.atomic():
        ScheduleSlot.objects.create(schedule=slot.schedule, slot_at=slot.slot_at, state="skipped", reason="x")


def test_the_database_refuses_that_a_slot_vanishes():
    slot = make_slot(make_schedule())

    with pytest.raises(Exception, match="slot_kept"), transaction.atomic():
        slot.delete()


@pytest.mark.parametrize("state", ["skipped", "stopped", "failed"])
def test_the_database_wants_to_know_why(state: str):
    slot = make_slot(make_schedule())

    with pytest.raises(IntegrityError, match="slot_says_why"), transaction.atomic():
        ScheduleSlot.objects.filter(pk=slot.pk).update(state=state)
