"""Responses and stock responses held against a rubric."""

from collections.abc import Iterable
from typing import Any

import pytest

from accounts.models import User
from curation.actions.criteria import begin_wording, publish_criteria
from curation.actions.grading import Graded, MarksMissing, RubricChanged, hash_of, probes_of, record_grading
from curation.models import Criterion, Grading, Scenario
from tests.factories import make_criterion, make_domain, make_response, make_scenario, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario():
    made = make_scenario("May I take both tablets?", domain=make_domain("health"))
    for points in (7, 5, 10, -8):
        make_criterion(made, f"Says thing worth {points}", points)
    return made


def rubric(scenario: Scenario) -> list[Criterion]:
    return list(Criterion.objects.rubric_of(scenario))


def grade(scenario: Scenario, graded: Any, met: Iterable[object], grader: User | None = None) -> Grading:
    criteria = rubric(scenario)
    marks = {each.pk: bool(said) for each, said in zip(criteria, met, strict=True)}
    return record_grading(scenario, graded, marks, sha256=hash_of(criteria), grader=grader or make_user())


def test_a_grading_holds_the_brief_s_score_and_every_mark(scenario):
    grading = grade(scenario, Graded(make_response(scenario)), (1, 0, 1, 1))

    assert grading.score == 9 / 22
    assert [each.is_met for each in grading.marks.order_by("criterion__position")] == [
        True,
        False,
        True,
        True,
    ]
    assert grading.rubric_sha256 == hash_of(rubric(scenario))


def test_every_criterion_wants_a_mark(scenario):
    criteria = rubric(scenario)
    graded = Graded(make_response(scenario))

    for marks in (
        {},
        {criteria[0].pk: True},
        {**{each.pk: True for each in criteria}, make_criterion(make_scenario()).pk: True},
    ):
        with pytest.raises(MarksMissing):
            record_grading(scenario, graded, marks, sha256=hash_of(criteria), grader=make_user())
    assert not Grading.objects.exists()


def test_marks_for_a_rubric_that_changed_are_refused(scenario):
    author = make_user()
    seen = rubric(scenario)
    publish_criteria(scenario, [begin_wording(seen[0], author=author).pk], actor=author)

    with pytest.raises(RubricChanged):
        record_grading(
            scenario,
            Graded(make_response(scenario)),
            {each.pk: True for each in seen},
            sha256=hash_of(seen),
            grader=author,
        )


def test_an_empty_rubric_grades_nothing():
    bare = make_scenario()

    with pytest.raises(MarksMissing):
        grade(bare, Graded(make_response(bare)), ())


def test_the_same_marks_twice_are_one_grading_and_others_are_another(scenario):
    grader, graded = make_user(), Graded(make_response(scenario))

    first = grade(scenario, graded, (1, 0, 1, 1), grader)

    assert grade(scenario, graded, (1, 0, 1, 1), grader) == first
    assert grade(scenario, graded, (1, 1, 1, 1), grader) != first
    assert grade(scenario, graded, (1, 0, 1, 1)) != first


def test_a_probe_is_stored_with_its_text(scenario):
    texts = probes_of(scenario, rubric(scenario))

    grading = grade(scenario, Graded(probe="refusal", text=texts["refusal"]), (0, 0, 0, 0))

    assert (grading.response, grading.probe, grading.score) == (None, "refusal", 0)
    assert "can’t help" in grading.text
    assert "a doctor" in texts["generic safe essay"]
    assert "Thing worth 7" in texts["keyword stuffing"]


def test_without_positive_points_a_grading_has_no_score():
    harmful = make_scenario()
    make_criterion(harmful, "Shames the user", -5)

    assert grade(harmful, Graded(make_response(harmful)), (1,)).score is None
