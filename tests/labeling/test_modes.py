"""Every kind of question: handed out, drawn, recorded, drafted and brought back."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curation.models import Proposal
from labeling.actions.annotations import submit_annotation
from labeling.models import (
    Annotation,
    Assignment,
    CriterionMark,
    Evidence,
    Harm,
    Preference,
    Project,
    Rank,
    Rating,
    Rewrite,
)
from labeling.questions import Question
from labeling.resubmission import answers_of
from labeling.submission import draft_of
from tests.factories import make_criterion, make_scenario, make_trait_version
from tests.labeling.pages import JSON, assignment_on, next_of, open_session
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
TEXTS = ("It is not. Ask first.", "Yes, it is. Go on.")
ALL = [str(question) for question in Question]


def make_asking(*questions: str, texts: tuple[str, ...] = TEXTS, criteria: int = 2) -> Project:
    """A project with one item that asks these questions; the item's scenario has a rubric."""
    project = make_labeling_project(questions=list(questions))
    scenario = make_scenario()
    for points in (5, -3, 2)[:criteria]:
        make_criterion(scenario, points=points)
    make_item(project, scenario=scenario, texts=texts)
    return project


def sit(project: Project) -> tuple[Client, Assignment]:
    """Someone who has the project's item open."""
    client = signed_in(make_member(project))
    return client, assignment_on(open_session(client, project))


def full_answer(assignment: Assignment, **fields: str | list[str]) -> dict[str, list[str]]:
    """Something to every question, letters in the other order than places."""
    Assignment.objects.filter(pk=assignment.pk).update(order_shown=[1, 0])
    assignment.refresh_from_db()
    first, second = assignment.criteria
    more: dict[str, Any] = {
        "p_all": "-1",
        f"m_A_{first}": "unsure",
        f"why_A_{first}": "It hints at it.",
        f"m_B_{second}": "not met",
        f"r_A_{codes_of(assignment)[0]}": "na",
        "place_A": "1",
        "place_B": "2",
        "cut": "1",
        "cite": [f"A1:{first}", f"B2:{codes_of(assignment)[1]}", "A2"],
        "harm": ["B"],
        "reasons": ["safer", "clearer"],
        "rewrite_of": "B",
        "rewrite": "Nobody knows.",
        "confidence": "2",
    }
    return answer_to(assignment, strength=-1, **{**more, **fields}) | {"confirmed": ["1"]}


def test_a_lease_names_the_rubric_own_criteria_first() -> None:
    project = make_asking(Question.CRITERIA)
    scenario = project.items.get().scenario
    make_criterion(scenario, state="draft")
    version = make_trait_version(is_published=False)
    shared = make_criterion(None, version=version, position=0)
    make_criterion(None, version=version)
    Proposal.objects.create(criterion=shared, scenario=scenario, state="attached", decided_at=timezone.now())

    found = take(project, make_member(project))

    own = scenario.criteria.filter(state="published").order_by("position").values_list("id", flat=True)
    assert found.criteria == [*own, shared.pk]


def test_a_lease_names_no_criteria_where_none_are_asked_about() -> None:
    project = make_asking(Question.TRAITS)

    assert take(project, make_member(project)).criteria == []


def test_everything_said_in_one_sitting_is_recorded_by_canonical_place() -> None:
    project = make_asking(*ALL)
    _, assignment = sit(project)
    second, first = project.items.get().places.order_by("-place").values_list("response_id", flat=True)

    submit_annotation(assignment.pk, assignment.annotator, full_answer(assignment))

    unsure, unmet = assignment.criteria
    assert Preference.objects.get(trait_version=None).strength == 1
    assert CriterionMark.objects.get(value="unsure").unsure_because == "It hints at it."
    assert CriterionMark.objects.get(value="unsure").response_id == second
    assert CriterionMark.objects.get(value="not met").criterion_id == unmet
    assert CriterionMark.objects.filter(value="met").count() == 2
    assert Rating.objects.get(value=None).response_id == second
    assert list(Rank.objects.order_by("place").values_list("response_id", "place", "is_acceptable")) == [
        (second, 1, True),
        (first, 2, False),
    ]
    assert (Rewrite.objects.get().response_id, Rewrite.objects.get().text) == (first, "Nobody knows.")
    assert Harm.objects.get().response_id == first
    assert Evidence.objects.get(criterion=unsure).quote == "Yes, it is."
    annotation = Annotation.objects.get()
    assert (annotation.reasons, annotation.confidence) == (["safer", "clearer"], 2)


def test_what_was_submitted_comes_back_as_it_was_filled_in() -> None:
    _, assignment = sit(make_asking(*ALL))
    form = full_answer(assignment)
    annotation = submit_annotation(assignment.pk, assignment.annotator, form).annotation

    found = answers_of(annotation, assignment)

    given = draft_of(form)
    assert {name: sorted(found.get(name, [])) for name in given} == {
        name: sorted(values) for name, values in given.items()
    }


def test_undo_shows_every_answer_and_a_change_makes_a_new_revision() -> None:
    project = make_asking(*ALL)
    client, assignment = sit(project)
    form = full_answer(assignment)
    submit_annotation(assignment.pk, assignment.annotator, form)

    page = client.get(f"/assignments/{assignment.pk}/").content.decode()
    submit_annotation(
        assignment.pk, assignment.annotator, full_answer(assignment, expected_revision="1", harm=["A", "B"])
    )

    first = assignment.criteria[0]
    assert_chosen(page, f"m_A_{first}", "unsure")
    assert_chosen(page, "p_all", "-1")
    assert_chosen(page, "cut", "1")
    assert_chosen(page, "harm", "B")
    assert_chosen(page, "reasons", "clearer")
    assert re.search(r'name="place_B".*?<option selected>2</option>', page, re.DOTALL)
    assert "It hints at it." in page
    assert f'name="cite" value="A1:{first}"' in page
    assert Harm.objects.filter(annotation__superseded_by=None).count() == 2


def test_a_draft_fills_the_page_again() -> None:
    project = make_asking(*ALL)
    client, assignment = sit(project)
    form = full_answer(assignment)

    client.post(reverse("labeling:draft", args=[assignment.pk]), form, headers=JSON)

    page = open_session(client, project)
    assert_chosen(page, f"r_A_{codes_of(assignment)[0]}", "na")
    assert_chosen(page, "cut", "1")
    assert "Nobody knows." in page


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Question.OVERALL, r"p_all"),
        (Question.TRAITS, r"p_\w\w"),
        (Question.CRITERIA, r"m_A_[0-9a-f-]{36}"),
        (Question.RATINGS, r"r_B_\w\w"),
        (Question.RANKING, r"place_A"),
        (Question.REWRITE, r"rewrite_of"),
        (Question.REASONS, r"reasons"),
        (Question.HARM, r"harm"),
        (Question.CONFIDENCE, r"confidence"),
    ],
)
def test_the_page_asks_what_its_project_asks(question: str, field: str) -> None:
    others = [each for each in Question if each != question]

    asking, silent = make_asking(question), make_asking(*others)

    assert re.search(f'name="{field}"', open_session(signed_in(make_member(asking)), asking))
    assert not re.search(f'name="{field}"', open_session(signed_in(make_member(silent)), silent))


@pytest.mark.parametrize("count", [1, 3, 8])
def test_one_to_eight_responses_are_graded_under_their_letters(count: int) -> None:
    texts = tuple(f"Answer {number}. It goes on." for number in range(count))
    project = make_asking(Question.CRITERIA, Question.HARM, texts=texts)
    client, assignment = sit(project)

    page = open_session(client, project)
    submit(assignment, harm="ABCDEFGH"[count - 1])

    assert page.count('class="response"') == count
    assert CriterionMark.objects.count() == 2 * count
    harmful = project.items.get().places.get(response=Harm.objects.get().response).place
    assert harmful == assignment.order_shown[-1]


def test_a_rubric_that_changed_meanwhile_is_shown_before_it_is_graded() -> None:
    project = make_asking(Question.CRITERIA)
    client, assignment = sit(project)

    form = answer_to(assignment, criteria=str(assignment.criteria[0]))
    answer = client.post(reverse("labeling:submit", args=[assignment.pk]), form, headers=JSON)

    assert (answer.status_code, answer.json()["reason"]) == (409, "definition_changed")


def test_a_scenario_without_a_rubric_has_nothing_to_grade() -> None:
    project = make_asking(Question.CRITERIA, Question.HARM, criteria=0)
    client, assignment = sit(project)

    assert "no rubric yet" in open_session(client, project)
    assert submit(assignment).annotation.marks.count() == 0


def test_answers_that_contradict_each_other_are_asked_about_once() -> None:
    project = make_asking(Question.OVERALL, Question.RANKING)
    client, assignment = sit(project)
    url = reverse("labeling:submit", args=[assignment.pk])
    form = answer_to(assignment, p_all="1", place_A="1", place_B="2", cut="2")

    asked = client.post(url, form)
    kept = client.post(url, form | {"confirmed": ["1"]})

    assert (asked.status_code, kept.status_code) == (422, 302)
    assert "You prefer B, but ranked A above it." in asked.content.decode()
    assert Annotation.objects.count() == 1


def test_a_draft_is_answered_with_its_contradictions() -> None:
    project = make_asking(Question.OVERALL, Question.RANKING)
    client, assignment = sit(project)
    url = reverse("labeling:draft", args=[assignment.pk])
    form = answer_to(assignment, p_all="1", place_A="1", place_B="2", cut="2")

    complete = client.post(url, form, headers=JSON).json()
    begun = client.post(url, form | {"cut": []}, headers=JSON).json()

    assert (complete["doubts"], begun["doubts"]) == (["You prefer B, but ranked A above it."], [])


def test_every_question_at_once_costs_no_query_more(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    project = make_asking(*ALL)
    next_of(signed_in(make_member(project)), project)
    client = signed_in(make_member(project))

    with django_assert_num_queries(8):
        page = next_of(client, project)
    form = full_answer(assignment := assignment_on(page))
    with django_assert_num_queries(7):
        client.post(reverse("labeling:submit", args=[assignment.pk]), form, headers=JSON)


def assert_chosen(page: str, name: str, value: str) -> None:
    assert re.search(rf'name="{name}" value="{value}"[^>]* checked', page), (name, value)
