"""Seeds of what must never happen around schedules and news."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connection

from exports.models import (
    Delivery,
    Destination,
    Listener,
    News,
    Publication,
    Recipe,
    Release,
    Schedule,
    ScheduleSlot,
)
from runs.models import Run

FIRST = datetime(2027, 3, 1, 6, tzinfo=UTC)


def without(table: str, constraint: str) -> None:
    """Take away what makes the violation impossible, for this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")


def make_slot() -> ScheduleSlot:
    """A slot that was skipped."""
    recipe = Recipe.objects.create(slug="timed", name="Timed")
    schedule = Schedule.objects.create(recipe=recipe, expression="0 6 * * *", last_at=FIRST)
    return ScheduleSlot.objects.create(
        schedule=schedule, slot_at=FIRST, state="skipped", reason="Nothing new."
    )


def slot_twice() -> None:
    slot = make_slot()
    without("exports_scheduleslot", "slot_once")
    ScheduleSlot.objects.create(schedule=slot.schedule, slot_at=FIRST, state="skipped", reason="Again.")


def told_twice() -> None:
    without("exports_delivery", "delivered_once")
    listener = Listener.objects.create(kind="email", name="Someone", address="someone@example.org")
    news = News.objects.create(kind="test", subject=make_slot().pk)
    for _ in range(2):
        Delivery.objects.create(listener=listener, news=news, run=Run.objects.create(kind="exports.deliver"))


def published_without_commit() -> None:
    without("exports_publication", "done_publication_has_a_commit")
    recipe = Recipe.objects.create(slug="done", name="Done")
    release = Release.objects.create(recipe=recipe, major=1, minor=0, patch=0, salt=b"x")
    destination = Destination.objects.create(slug="hub", name="Hub", repo_id="some/repo")
    Publication.objects.create(
        run=Run.objects.create(kind="exports.publish"),
        release=release,
        destination=destination,
        repo_id="some/repo",
        endpoint=destination.endpoint,
        state="done",
    )


SEEDS: dict[str, Callable[[], None]] = {
    "publication is done without a commit, or twice": published_without_commit,
    "schedule slot ran twice, or vanished": slot_twice,
    "news were delivered twice": told_twice,
}
