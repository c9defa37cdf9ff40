from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from labeling.actions.care import Wishes, opt_out, pause, set_care
from labeling.actions.withdrawals import withdraw
from labeling.hours import hours_of
from labeling.models import Assignment, Care, Membership
from tests.factories import make_scenario, make_user
from tests.labeling.pages import FRAGMENT, open_session, state_of
from tests.labeling.scenes import make_item, make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db
CARE = "/me/care/"


def limits(person: User, **wishes: int | None) -> None:
    empty = {
        "sensitive_per_day": None,
        "sensitive_per_week": None,
        "minutes_per_day": None,
        "break_after": 50,
    }
    set_care(person, Wishes(avoided=[], **{**empty, **wishes}))


def rest(client: Client, what: str, **more: str) -> str:
    answer = client.post(reverse("labeling:rest"), {"rest": what, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_page_keeps_what_is_ticked_and_typed() -> None:
    person = make_user()
    client = signed_in(person)

    client.post(CARE, {"avoided": ["suicide", "violence"], "sensitive_per_week": "15", "break_after": "45"})

    care = Care.objects.get(person=person)
    assert care.avoided == ["suicide", "violence"]
    assert (care.sensitive_per_week, care.sensitive_per_day, care.break_after) == (15, None, 45)
    assert 'value="suicide" id="id_avoided_' in client.get(CARE).content.decode()


def test_notes_of_the_house_can_be_chosen_in_any_case() -> None:
    make_scenario(content_warnings=["Self-harm, described"])
    client = signed_in(make_user())

    client.post(CARE, {"avoided": ["self-harm, described"]})

    assert Care.objects.get().avoided == ["self-harm, described"]


@pytest.mark.parametrize(
    ("name", "value"), [("sensitive_per_day", "-1"), ("minutes_per_day", "x"), ("break_after", "1")]
)
def test_what_cannot_be_a_limit_is_refused_at_its_field(name: str, value: str) -> None:
    client = signed_in(make_user())

    answer = client.post(CARE, {name: value})

    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert not Care.objects.exists()


def test_a_pause_of_ten_minutes_leads_home_and_shows_in_the_session() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    client = signed_in(person)

    assert rest(client, "10", next=f"/label/{project.slug}/") == "/"

    page = open_session(client, project)
    assert state_of(page) == "resting"
    assert rest(client, "end", next=f"/label/{project.slug}/") == f"/label/{project.slug}/"
    assert state_of(open_session(client, project)) == "item"


def test_a_pause_until_a_day_and_a_day_that_is_over() -> None:
    person = make_user()
    client = signed_in(person)
    tomorrow = timezone.now() + timedelta(days=1)

    assert client.post("/me/rest/", {"rest": "until", "until": "2020-01-01"}).status_code == 422
    rest(client, "until", until=f"{tomorrow:%Y-%m-%d}")

    until = Care.objects.get().paused_until
    assert until is not None
    assert until.date() == tomorrow.date()


def test_nobody_is_led_elsewhere() -> None:
    assert rest(signed_in(make_user()), "end", next="https://example.org/") == "/"


def test_home_offers_a_break_and_shows_the_limits() -> None:
    project = make_labeling_project(items=1)
    make_item(project, scenario=make_scenario(content_warnings=["violence"]))
    person = make_member(project)
    limits(person, sensitive_per_week=15, break_after=30)
    submit(take(project, person), elapsed_ms=31 * 60_000)
    submit(take(project, person))

    page = signed_in(person).get("/").content.decode()

    assert "Time for a pause?" in page
    assert "You have read for 32 minutes" in page
    assert "1 of 15" in page
    assert "You set this limit." in page


def test_a_reached_limit_is_said_with_both_ways_on() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    limits(person, sensitive_per_day=0)
    client = signed_in(person)

    page = open_session(client, project, **FRAGMENT)

    assert state_of(page) == "limit"
    assert "0 sensitive items today" in page
    assert "Go on with items without content notes" in page
    rest(client, "go on")
    assert state_of(open_session(client, project)) == "item"


def test_the_session_offers_a_break_and_goes_on_all_the_same() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    limits(person, break_after=30)
    submit(take(project, person), elapsed_ms=31 * 60_000)

    page = open_session(signed_in(person), project)

    assert state_of(page) == "item"
    assert "Remind me later" in page


def test_the_gate_names_the_notes_and_says_that_skipping_is_free() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario("The words themselves", content_warnings=["violence", "abuse"]))

    page = open_session(signed_in(make_member(project)), project)

    assert state_of(page) == "gate"
    assert '<li class="tag">violence</li><li class="tag">abuse</li>' in page
    assert "The words themselves" not in page
    assert "Skipping never affects your standing" in page


def test_a_distressing_skip_can_opt_out_of_the_note() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario(content_warnings=["violence"]))
    person = make_member(project)
    held = take(project, person)
    url = reverse("labeling:skip", args=[held.pk])

    signed_in(person).post(url, {"reason": "distressing", "avoid": ["violence", "anything else"]})

    assert Care.objects.get(person=person).avoided == ["violence"]


def test_another_reason_opts_out_of_nothing() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario(content_warnings=["violence"]))
    person = make_member(project)
    url = reverse("labeling:skip", args=[take(project, person).pk])

    signed_in(person).post(url, {"reason": "unclear", "avoid": ["violence"]})

    assert not Care.objects.exists()


def test_skipping_changes_nothing_that_anybody_counts() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    before = Membership.objects.values("done", "role").get(user=person)

    signed_in(person).post(
        reverse("labeling:skip", args=[take(project, person).pk]), {"reason": "distressing", "note": ""}
    )

    assert Membership.objects.values("done", "role").get(user=person) == before
    assert list(hours_of(person.pk)) == []


def test_a_finished_queue_says_that_some_of_it_was_kept_away() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario(content_warnings=["violence"]))
    person = make_member(project)
    opt_out(person, ["violence"])

    page = open_session(signed_in(person), project)

    assert state_of(page) == "done"
    assert "What you chose not to be given" in page


def test_hours_are_summed_by_day_and_project_and_stay_after_a_withdrawal() -> None:
    project = make_labeling_project(items=2, name="=Pay")
    person = make_member(project, make_user(name="=1+1"))
    first = take(project, person)
    submit(first, elapsed_ms=60_000)
    submit(take(project, person), elapsed_ms=120_000)
    withdraw(person)

    (spent,) = hours_of(person.pk)

    assert (spent.labels, spent.elapsed_ms, spent.day) == (2, 180_000, timezone.now().date())
    assert "3.0" in signed_in(person).get("/me/hours/").content.decode()
    lead = make_member(project, role="lead")
    file = signed_in(lead).get(f"/projects/{project.slug}/hours.csv").getvalue().decode()
    assert f",'=1+1,{person.email},{project.slug},2,3.0,0.05" in file
    assert person.email in signed_in(lead).get(f"/projects/{project.slug}/hours/").content.decode()


def test_time_of_a_correction_is_no_longer_than_since_the_label() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    assignment = take(project, person)
    submit(assignment, elapsed_ms=60_000)
    submit(assignment, elapsed_ms=80_000_000, expected_revision=1)

    (spent,) = hours_of(person.pk)

    assert spent.labels == 1
    assert 60_000 <= spent.elapsed_ms < 120_000


def test_hours_are_for_leads_alone() -> None:
    project = make_labeling_project()
    client = signed_in(make_member(project))

    assert client.get(f"/projects/{project.slug}/hours/").status_code == 404
    assert client.get(f"/projects/{project.slug}/hours.csv").status_code == 404


def test_what_a_person_set_is_seen_by_nobody_else() -> None:
    person = make_user()
    pause(person, timezone.now() + timedelta(days=1))

    page = signed_in(make_user()).get(CARE).content.decode()

    assert "Nothing is handed out to you until" not in page
    assert Assignment.objects.count() == 0
