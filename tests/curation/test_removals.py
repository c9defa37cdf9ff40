"""Scenarios that are taken out, and taken back in."""

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from curation.actions.removals import AlreadyRemoved, StillADraft, remove, restore
from curation.models import Removal, Scenario
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.django_db
LIST = "/removals/"


@pytest.fixture
def curator(client: Client) -> Client:
    """A browser in which a curator is signed in."""
    client.force_login(make_user("curator@example.org", roles=(Role.CURATORS,)))
    return client


def take_out(client: Client, scenario: Scenario, **fields: str) -> Any:
    return client.post(reverse("curation:scenario_remove", args=[scenario.pk]), fields)


def test_a_removed_scenario_is_not_among_those_that_are_kept() -> None:
    kept, gone = make_scenario(), make_scenario()

    remove(gone, "request", note="Asked by mail.", actor=None)

    assert list(Scenario.objects.kept()) == [kept]
    assert AuditEvent.objects.get().detail == {"reason": "request", "note": "Asked by mail."}


def test_a_removal_can_be_taken_back_once() -> None:
    scenario = make_scenario()
    removal = remove(scenario, "other", note="By mistake.", actor=None)

    restore(removal, actor=None)
    restore(Removal(pk=1), actor=None)

    assert list(Scenario.objects.kept()) == [scenario]
    acts = list(AuditEvent.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["scenario.removed", "scenario.restored"]


def test_the_second_of_two_is_told() -> None:
    scenario = make_scenario()
    remove(scenario, "other", actor=None)

    with pytest.raises(AlreadyRemoved):
        remove(scenario, "request", actor=None)

    assert Removal.objects.get().reason == "other"


def test_a_draft_is_not_removed(curator: Client) -> None:
    draft = make_scenario(state="draft")

    answer = take_out(curator, draft, reason="request")

    assert answer.status_code == 422
    assert "Delete it instead" in answer.content.decode()
    with pytest.raises(StillADraft):
        remove(draft, "request", actor=None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a reason."),
        ({"reason": "x"}, "Select a valid choice"),
        ({"reason": "other"}, "Write the reason down."),
    ],
)
def test_the_form_says_what_is_missing(curator: Client, fields: dict[str, str], said: str) -> None:
    answer = take_out(curator, make_scenario(), **fields)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Removal.objects.exists()


def test_the_list_shows_who_took_out_what_and_takes_it_back(curator: Client) -> None:
    scenario = make_scenario("May he keep it?")
    assert "Nothing was taken out" in curator.get(LIST).content.decode()
    taken = take_out(curator, scenario, reason="other", note="Written \N{RIGHT-TO-LEFT OVERRIDE} twice.")

    page = curator.get(LIST).content.decode()
    back = curator.post(reverse("curation:removal_restore", args=[Removal.objects.get().pk]))

    assert taken["Location"] == back["Location"] == LIST
    assert "May he keep it?" in page
    assert "curator@example.org" in page
    assert not Removal.objects.exists()


def test_nobody_is_led_to_another_site(curator: Client) -> None:
    answer = take_out(curator, make_scenario(), reason="request", next="https://example.org/")

    assert answer["Location"] == LIST


def test_stewards_read_the_list_and_take_nothing_back(client: Client) -> None:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    removal = remove(make_scenario("May he keep it?"), "request", actor=None)

    page = client.get(LIST).content.decode()
    answer = client.post(reverse("curation:removal_restore", args=[removal.pk]))

    assert "May he keep it?" in page
    assert "Take back" not in page
    assert answer.status_code == 404


def test_the_file_holds_no_formula(curator: Client) -> None:
    notes = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain, with “signs”"]
    for note in notes:
        remove(make_scenario(source="=source"), "other", note=note, actor=None)

    answer = curator.get(reverse("curation:removals_file"))

    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))
    assert [row["note"] for row in rows] == [*(f"'{note}" for note in notes[:-1]), notes[-1]]
    assert {row["source"] for row in rows} == {"'=source"}
    assert rows[0]["content_sha256"] == Removal.objects.earliest("pk").scenario.content_sha256
    assert answer["Content-Disposition"] == 'attachment; filename="removals.csv"'


def test_many_removals_cost_no_query_each(curator: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        remove(make_scenario(), "request", actor=None)

    with django_assert_max_num_queries(10):
        page = curator.get(LIST).content.decode()

    assert page.count("Take back</button>") == 20
