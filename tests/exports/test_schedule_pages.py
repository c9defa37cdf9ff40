"""Stewards set schedules up on pages and see what became of each slot."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from exports.models import Destination, Schedule
from tests.exports.releases import make_recipe
from tests.exports.scheduled import FIRST, make_schedule, make_slot
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    return client


def said(**fields: Any) -> dict[str, Any]:
    return {
        "expression": "0 6 * * mon#1",
        "zone": "Europe/Berlin",
        "bump": "minor",
        "skip_unchanged": "on",
        **fields,
    }


def test_a_steward_adds_a_schedule_and_sees_its_next_times(steward: Client):
    Destination.objects.create(slug="hub", name="Our Hub", repo_id="org/traits")
    recipe = make_recipe()

    page = steward.post(
        reverse("exports:schedule_new", args=[recipe.slug]), said(destinations=["hub"]), follow=True
    ).content.decode()

    schedule = Schedule.objects.get()
    assert schedule.expression == "0 6 * * MON#1"
    assert page.count("Monday, ") == 3
    assert "06:00</time>" in page
    assert AuditEvent.objects.get(act="schedule.created").detail["destinations"] == ["hub"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expression": ""}, "Enter when it is due"),
        ({"expression": "every day"}, "no cron expression"),
        ({"expression": "* * * * *"}, "more often than every half hour"),
        ({"zone": "Europe/Atlantis"}, "There is no such time zone"),
        ({"bump": "patch"}, "Choose a version from the list"),
        ({"destinations": ["none"]}, "There is no such destination"),
    ],
)
def test_what_is_no_schedule_is_said_at_its_field(steward: Client, fields: dict[str, Any], words: str):
    answer = steward.post(reverse("exports:schedule_new", args=[make_recipe().slug]), said(**fields))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Schedule.objects.exists()


def test_a_steward_changes_pauses_and_resumes_a_schedule(steward: Client):
    schedule = make_schedule()
    page = reverse("exports:schedule", args=[schedule.pk])

    steward.post(page, said(expression="0 7 * * *"))
    paused = steward.post(reverse("exports:schedule_pause", args=[schedule.pk]), follow=True).content.decode()
    resumed = steward.post(
        reverse("exports:schedule_resume", args=[schedule.pk]), follow=True
    ).content.decode()

    schedule.refresh_from_db()
    assert schedule.expression == "0 7 * * *"
    assert "None while it is paused" in paused
    assert resumed.count("07:00</time>") == 3


def test_a_slot_that_is_asked_for_is_listed_with_who_asked(steward: Client):
    schedule = make_schedule()

    page = steward.post(reverse("exports:schedule_run", args=[schedule.pk]), follow=True).content.decode()
    again = steward.post(reverse("exports:schedule_run", args=[schedule.pk]), follow=True).content.decode()

    assert "Begun. Its slot is below." in page
    assert "asked</span>" in page
    assert "was still at work" in again
    assert schedule.slots.count() == 1


def test_a_skipped_slot_says_why(steward: Client):
    slot = make_slot(make_schedule())
    type(slot).objects.update(state="skipped", reason="Nothing changed since traits@0.1.0.", ended_at=FIRST)

    page = steward.get(reverse("exports:schedule", args=[slot.schedule_id])).content.decode()

    assert "Nothing changed since traits@0.1.0." in page
    assert "Skipped" in page


def test_schedules_are_shown_where_they_belong(steward: Client):
    schedule = make_schedule()

    listed = steward.get(reverse("exports:schedules")).content.decode()
    recipe = steward.get(reverse("exports:recipe", args=[schedule.recipe.slug])).content.decode()

    assert reverse("exports:schedule", args=[schedule.pk]) in listed
    assert reverse("exports:schedule", args=[schedule.pk]) in recipe
