"""Grading responses on a page, and what a rubric's page says about their scores."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.actions.grading import Graded, hash_of
from curation.models import Criterion, Grading, Scenario
from tests.curation.rubrics import author, client, grade, grow, make_graded, page, url
from tests.factories import make_criterion, make_response, make_scenario, make_user

__all__ = ["author", "client"]
pytestmark = pytest.mark.django_db


def test_the_spread_is_shown_with_its_range(client, author):
    body = page(client, make_graded(author, (1, 0, 1, 1), (1, 1, 1, 0)))

    assert 'From <b class="tnum">41 %</b> to <b class="tnum">100 %</b> over 2 responses' in body
    assert "No spread." not in body


def test_no_spread_is_flagged(client, author):
    body = page(client, make_graded(author, (1, 0, 1, 1), (1, 0, 1, 1)))

    assert "No spread." in body
    assert "4 criteria tell no responses apart" in body
    assert "Met by none" in body


def test_two_graders_of_a_response_count_as_their_mean(client, author):
    scenario = make_graded(author, (1, 0), points=(5, 5))
    grade(scenario, Graded(scenario.responses.get()), (1, 1), make_user())

    assert "<b>75 %</b><small>mean of 2</small>" in page(client, scenario)


def test_gradings_of_an_earlier_rubric_are_said_to_be_old(client, author):
    scenario = make_graded(author, (1, 0, 1, 1))
    make_criterion(scenario, points=2)

    body = page(client, scenario)
    assert "41 %, of an earlier rubric" in body
    assert "Grade at least two responses" in body


def test_a_stock_response_that_passes_flags_the_rubric(client, author):
    scenario = make_graded(author, points=(5, 4))
    grade(scenario, Graded(probe="refusal", text="No."), (1, 0), author)
    grade(scenario, Graded(probe="generic safe essay", text="It depends."), (0, 1), author)

    body = page(client, scenario)
    assert "A refusal passes this rubric." in body
    assert "A generic safe essay passes" not in body
    assert "Fails, 44 %" in body


def test_more_of_everything_costs_no_more_questions(client, author, django_assert_num_queries):
    scenario = make_graded(author, (1, 0, 1, 1), (1, 1, 1, 0))
    grow(scenario)
    page(client, scenario)
    with CaptureQueriesContext(connection) as asked:
        page(client, scenario)
    for _ in range(3):
        grow(scenario)
        grade(scenario, Graded(make_response(scenario)), (1, 0, 0, 1), author)

    with django_assert_num_queries(len(asked)):
        page(client, scenario)


def marks_for(scenario: Scenario, *met: int) -> dict[str, Any]:
    rubric = list(Criterion.objects.rubric_of(scenario))
    marks = {f"mark-{each.pk}": "met" if said else "notmet" for each, said in zip(rubric, met, strict=False)}
    return {**marks, "rubric": hash_of(rubric)}


def test_a_response_is_graded_without_learning_who_made_it(client, author):
    scenario = make_graded(author)
    response = make_response(scenario, "It may be.", model="lab/secret-7b")
    where = url("grade", scenario.pk, response.pk)

    before = client.get(where).content.decode()
    answer = client.post(where, marks_for(scenario, 1, 0, 1, 1))
    after = client.get(where).content.decode()

    assert "It may" in before
    assert "secret-7b" not in before + after
    assert "Graded:" not in before
    assert answer["Location"] == where
    assert "Graded: 41 %" in after
    assert Grading.objects.get().score == 9 / 22


def test_marks_that_are_missing_are_named_and_the_others_kept(client, author):
    scenario = make_graded(author)
    where = url("grade", scenario.pk, make_response(scenario).pk)

    answer = client.post(where, marks_for(scenario, 1, 0, 1))

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "1 criterion has no mark yet" in body
    assert 'href="#q-4"' in body
    assert body.count("checked") == 3


def test_marks_for_a_rubric_that_changed_are_kept_on_the_page_and_not_stored(client, author):
    scenario = make_graded(author)
    where, marks = url("grade", scenario.pk, make_response(scenario).pk), marks_for(scenario, 1, 0, 1, 1)
    make_criterion(scenario, "A newcomer")

    answer = client.post(where, marks)

    assert answer.status_code == 409
    assert "the rubric changed while you were grading" in answer.content.decode()
    assert answer.content.decode().count("checked") == 4
    assert not Grading.objects.exists()


def test_a_probe_is_graded_like_a_response_and_the_next_thing_is_offered(client, author):
    scenario = make_graded(author)
    where = url("probe", scenario.pk, "keyword-stuffing")

    client.post(where, marks_for(scenario, 1, 1, 1, 0))

    assert Grading.objects.get().probe == "keyword stuffing"
    body = client.get(where).content.decode()
    assert "Graded: 100 %" in body
    assert url("probe", scenario.pk, "safe-essay") in body


def test_what_is_not_there_can_t_be_graded(client, author):
    scenario = make_graded(author)

    assert client.get(url("probe", scenario.pk, "another")).status_code == 404
    assert client.get(url("grade", scenario.pk, make_response().pk)).status_code == 404
    assert client.get(url("grade", UUID(int=0), make_response(scenario).pk)).status_code == 404


def test_an_empty_rubric_says_where_to_begin(client):
    scenario = make_scenario()
    response = make_response(scenario)

    assert (
        "The rubric has no published criteria yet"
        in client.get(url("grade", scenario.pk, response.pk)).content.decode()
    )
    assert "No criteria yet." in page(client, scenario)


def test_text_with_a_content_note_stands_behind_a_door(client, author):
    scenario = make_graded(author)
    scenario.content_warnings = ["self-harm"]
    scenario.save(update_fields=["content_warnings"])

    body = client.get(url("grade", scenario.pk, make_response(scenario).pk)).content.decode()
    assert "Content note: self-harm." in body
    assert body.index("<details") < body.index('class="conversation"')
    assert "For a scenario with a content note" in page(client, scenario)
