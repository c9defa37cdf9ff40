import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from labeling.actions.annotations import save_draft
from labeling.models import Care, Project
from tests.factories import make_project, make_scenario, make_user
from tests.labeling.scenes import (
    answer_to,
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
)

pytestmark = pytest.mark.django_db


def home_of(user: User) -> str:
    return str(signed_in(user).get(reverse("labeling:home")).content.decode())


def test_home_greets_and_offers_the_queues() -> None:
    project = make_labeling_project(items=3, name="Honest help")
    person = make_member(project, make_user(name="A Reader"))

    page = home_of(person)

    assert "Hello, A Reader" in page
    assert "0 of 3" in page
    assert reverse("labeling:session", args=[project.slug]) in page


def test_home_resumes_what_was_begun() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario("Just tell me yes."))
    person = make_member(project)
    assignment = take(project, person)
    assert "Resume" not in home_of(person)

    save_draft(assignment.pk, person, answer_to(assignment))

    page = home_of(person)
    assert "Just tell me yes." in page
    assert reverse("labeling:assignment", args=[assignment.pk]) in page


def test_home_does_not_spell_out_what_stands_behind_a_note() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario("A hard thing to read", content_warnings=["Self-harm"]))
    person = make_member(project)
    submit(take(project, person))

    assert "A hard thing to read" not in home_of(person)


def test_home_lists_what_was_done_last() -> None:
    project = make_labeling_project()
    make_item(project, scenario=make_scenario("Is it safe to wait?"))
    person = make_member(project)
    annotation = submit(take(project, person)).annotation

    page = home_of(person)

    assert "Is it safe to wait?" in page
    assert reverse("labeling:assignment", args=[annotation.assignment_id]) in page


def test_home_of_someone_without_projects_says_what_will_come() -> None:
    page = home_of(make_user())

    assert "No queue is open to you" in page
    assert "Get started" not in page


def test_stewards_are_shown_how_to_begin() -> None:
    assert "Get started" in home_of(make_user(roles=(Role.STEWARDS,)))


def test_an_administrator_finds_the_demo_project() -> None:
    make_project(is_demo=True, name="The demo")

    page = home_of(make_user(roles=(Role.ADMINISTRATORS,)))

    assert "The demo" in page
    assert Project.objects.get().memberships.count() == 1


def test_a_paused_project_is_no_queue() -> None:
    project = make_labeling_project(name="At rest", state=Project.State.PAUSED)

    assert "At rest" not in home_of(make_member(project))


def test_more_queues_cost_no_more_queries_for_who_set_limits() -> None:
    person = make_member(make_labeling_project(items=1))
    Care.objects.create(person=person, sensitive_per_day=5)
    client = signed_in(person)
    client.get(reverse("labeling:home"))

    with CaptureQueriesContext(connection) as one:
        client.get(reverse("labeling:home"))
    for _ in range(3):
        make_member(make_labeling_project(items=1), person)
    with CaptureQueriesContext(connection) as four:
        client.get(reverse("labeling:home"))

    assert len(four) == len(one)
