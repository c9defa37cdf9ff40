import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from labeling.models import Annotation, Assignment, Flag, Project
from tests.factories import make_scenario
from tests.labeling.pages import JSON, assignment_on, next_of, one_item, open_session
from tests.labeling.scenes import (
    answer_to,
    codes_of,
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
)

pytestmark = pytest.mark.django_db


def test_a_plain_form_is_submitted_and_leads_to_the_next_item() -> None:
    project = make_labeling_project(items=2)
    client = signed_in(make_member(project))
    assignment = assignment_on(open_session(client, project))

    response = client.post(
        reverse("labeling:submit", args=[assignment.pk]), answer_to(assignment), follow=True
    )

    page = response.content.decode()
    assert "Label saved" in page
    assert assignment_on(page) != assignment
    assert "1 of 2" in page


def test_an_incomplete_form_comes_back_with_what_was_typed() -> None:
    project, person, client = one_item(traits=2)
    assignment = take(project, person)
    first, second = codes_of(assignment)
    form = answer_to(assignment, **{f"p_{first}": "3", f"p_{second}": "", "rationale": "", "note": "hm"})

    response = client.post(reverse("labeling:submit", args=[assignment.pk]), form)

    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#f-p_{second}"' in page
    assert 'href="#f-rationale"' in page
    assert re.search(rf'name="p_{first}"\s+value="3"[^>]*checked', page)
    assert ">hm</textarea>" in page


def test_a_script_is_told_which_fields_are_missing() -> None:
    project, person, client = one_item(traits=1)
    assignment = take(project, person)
    field = f"p_{codes_of(assignment)[0]}"

    response = client.post(
        reverse("labeling:submit", args=[assignment.pk]), answer_to(assignment, **{field: ""}), headers=JSON
    )

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_a_script_gets_the_same_receipt_for_the_same_submission() -> None:
    project, person, client = one_item()
    assignment = take(project, person)
    url, form = reverse("labeling:submit", args=[assignment.pk]), answer_to(assignment)

    first, again = (client.post(url, form, headers=JSON) for _ in range(2))

    assert first.json() == again.json()
    assert first.json() == {
        "state": "saved",
        "assignment": str(assignment.pk),
        "revision": 1,
        "late": False,
        "done": 1,
        "total": 1,
        "url": reverse("labeling:assignment", args=[assignment.pk]),
        "reference": "",
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"submission_id": "same"}, "different_submission"),
        ({}, "stale_revision"),
        ({"expected_revision": "1", "renderer": "0"}, "definition_changed"),
    ],
)
def test_a_conflict_is_named_and_the_words_come_back(change: dict[str, str], reason: str) -> None:
    project, person, client = one_item()
    assignment = take(project, person)
    first = submit(assignment).annotation
    if change.get("submission_id") == "same":
        change = {"submission_id": str(first.submission_id)}
    form = answer_to(assignment, **change, rationale="my other words")
    url = reverse("labeling:submit", args=[assignment.pk])

    told, shown = client.post(url, form, headers=JSON), client.post(url, form)

    assert (told.status_code, told.json()["reason"]) == (409, reason)
    assert shown.status_code == 409
    assert "my other words</textarea>" in shown.content.decode()
    assert Annotation.objects.count() == 1


def test_a_submitted_item_opens_with_its_answers_and_becomes_a_new_revision() -> None:
    project, person, client = one_item(traits=1)
    assignment = take(project, person)
    code = codes_of(assignment)[0]
    open_session(client, project)
    form = answer_to(assignment, **{f"p_{code}": "-2", "rationale": "A1 says so", "cite": f"A1:{code}"})
    client.post(reverse("labeling:submit", args=[assignment.pk]), form)

    page = client.get(reverse("labeling:assignment", args=[assignment.pk])).content.decode()

    assert 'data-revision="1"' in page
    assert re.search(rf'name="p_{code}"\s+value="-2"[^>]*checked', page)
    assert f'value="A1:{code}"' in page
    again = {**form, "submission_id": str(uuid4()), "expected_revision": "1", f"p_{code}": "2"}
    client.post(reverse("labeling:submit", args=[assignment.pk]), again)
    assert Annotation.objects.live().get().revision == 2


def test_undo_leads_back_to_what_was_submitted() -> None:
    project, person, client = one_item()
    assignment = submit(take(project, person)).annotation.assignment

    response = client.post(reverse("labeling:undo", args=[assignment.pk]), headers=JSON)

    assert response.json() == {
        "state": "reopened",
        "url": reverse("labeling:assignment", args=[assignment.pk]),
    }


def test_a_draft_fills_the_form_again() -> None:
    project, person, client = one_item()
    assignment = take(project, person)
    saved = client.post(
        reverse("labeling:draft", args=[assignment.pk]),
        answer_to(assignment, rationale="half a thought"),
        headers=JSON,
    )

    page = open_session(client, project)

    assert re.fullmatch(r"\d\d:\d\d", saved.json()["saved_at"])
    assert "half a thought</textarea>" in page


def test_flagging_without_scripts_keeps_what_was_typed() -> None:
    project, person, client = one_item()
    assignment = take(project, person)
    form = answer_to(assignment, rationale="typed before", raised="1")

    page = client.post(reverse("labeling:flag", args=[assignment.pk]), form, follow=True).content.decode()

    assert Flag.objects.get().is_raised
    assert "typed before</textarea>" in page
    assert 'aria-pressed="true"' in page


def test_skipping_moves_on() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    client = signed_in(person)
    assignment = take(project, person)

    response = client.post(reverse("labeling:skip", args=[assignment.pk]), {"reason": "unclear"}, follow=True)

    assert assignment_on(response.content.decode()) != assignment


def test_skipping_for_no_known_reason_is_refused() -> None:
    project, person, client = one_item()
    url = reverse("labeling:skip", args=[take(project, person).pk])

    assert client.post(url, {"reason": "bored"}).status_code == 422
    assert client.post(url, {}, headers=JSON).json()["errors"][0]["field"] == "reason"


def test_a_lease_of_a_paused_project_can_still_be_answered() -> None:
    project, person, client = one_item()
    assignment = take(project, person)
    Project.objects.update(state=Project.State.PAUSED)

    response = client.post(
        reverse("labeling:submit", args=[assignment.pk]), answer_to(assignment), headers=JSON
    )

    assert response.json()["state"] == "saved"


@pytest.mark.parametrize("verb", ["submit", "draft", "skip", "flag", "open", "heartbeat", "undo"])
def test_the_assignments_of_others_do_not_exist(verb: str) -> None:
    project, person, _ = one_item()
    assignment = take(project, person)
    stranger = signed_in(make_member(project))
    url = reverse(f"labeling:{verb}", args=[assignment.pk])
    form = {**answer_to(assignment), "reason": "unclear"}

    assert stranger.post(url, form).status_code == 404
    assert stranger.post(url, form, headers=JSON).json()["state"] == "gone"
    assert stranger.get(reverse("labeling:assignment", args=[assignment.pk])).status_code == 404
    assert Assignment.objects.get().state == Assignment.State.LEASED


def test_a_forged_request_is_refused() -> None:
    project, person, _ = one_item()
    assignment = take(project, person)
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    response = client.post(reverse("labeling:submit", args=[assignment.pk]), answer_to(assignment))

    assert response.status_code == 403


def test_a_heartbeat_says_until_when_the_item_is_held() -> None:
    project, person, client = one_item()
    url = reverse("labeling:heartbeat", args=[take(project, person).pk])

    answer = client.post(url, headers=JSON).json()

    assert answer["state"] == "leased"
    assert datetime.fromisoformat(answer["expires_at"]) > datetime.now(UTC)


def test_hostile_text_is_shown_as_text() -> None:
    project = make_labeling_project()
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3))"
    make_item(project, scenario=make_scenario(attack), texts=(attack, "Fine."))
    person = make_member(project)
    client = signed_in(person)
    assignment = assignment_on(open_session(client, project))
    form = answer_to(
        assignment, rationale="</textarea><script>alert(4)</script>\x00\ud83d", cite='A1"><script>'
    )

    page = client.post(
        reverse("labeling:submit", args=[assignment.pk]),
        "&".join(f"{name}={value}" for name, values in form.items() for value in values).encode(
            "utf-8", "surrogatepass"
        ),
        content_type="application/x-www-form-urlencoded",
    ).content.decode()

    assert "alert(1)" in page
    assert not re.search(r"<script>alert|<img src=x|href=\"javascript|</textarea><script", page)


def test_a_submission_costs_seven_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    project, _, client = one_item()
    assignment = assignment_on(next_of(client, project))
    form = answer_to(assignment, cite="A1")

    with django_assert_num_queries(7):
        client.post(reverse("labeling:submit", args=[assignment.pk]), form, headers=JSON)
