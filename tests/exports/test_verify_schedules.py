"""A slot that vanished, or ran twice, is seen in each of its ways."""

from collections.abc import Callable

import pytest
from django.db import connection

from config.invariants import violations
from exports.models import Destination, Publication, Release, Schedule, ScheduleSlot
from exports.models.recipes import Recipe
from runs.actions import start
from runs.models import Run
from tests.exports.violations import FIRST, make_slot

pytestmark = pytest.mark.django_db
NAME = "schedule slot ran twice, or vanished"


def vanished_before_the_next() -> None:
    ScheduleSlot.objects.filter(pk=make_slot().pk).update(previous_at=FIRST.replace(day=2))


def vanished_as_the_last() -> None:
    make_slot()
    Schedule.objects.update(last_at=FIRST.replace(day=2))


def two_runs_for_one() -> None:
    slot = make_slot()
    for _ in range(2):
        start("exports.slot", {"slot": str(slot.pk)})


@pytest.mark.parametrize("seed", [vanished_before_the_next, vanished_as_the_last, two_runs_for_one])
def test_each_way_is_seen(seed: Callable[[], None]):
    seed()

    assert list(violations()) == [NAME]


def test_a_skipped_slot_is_no_violation():
    make_slot()

    assert violations() == {}


def test_one_tag_for_two_releases_is_a_publication_done_twice():
    recipe = Recipe.objects.create(slug="twice", name="Twice")
    destination = Destination.objects.create(slug="hub", name="Hub", repo_id="some/repo")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exports_release DISABLE TRIGGER USER")
    for minor in range(2):
        release = Release.objects.create(recipe=recipe, major=1, minor=minor, patch=0, salt=b"x")
        Publication.objects.create(
            run=Run.objects.create(kind="exports.publish"), release=release, destination=destination,
            repo_id="some/repo", endpoint=destination.endpoint, state="done", commit_oid="a", tag="v1.0.0",
        )  # fmt: skip

        Release.objects.filter(pk=release.pk).update(state="built", path="x", digest="x", cut_at=FIRST)

    assert "publication is done without a commit, or twice" in violations()
