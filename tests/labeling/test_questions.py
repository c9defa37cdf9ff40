"""The questions of a project, and what the database refuses as an answer to them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from labeling.actions.annotations import submit_annotation
from labeling.models import Annotation, CriterionMark, Harm, Project, Rank, Rating, Rewrite
from labeling.questions import Question, fits
from tests.factories import make_criterion
from tests.labeling.scenes import answer_to, make_labeling_project, make_member, take


@pytest.fixture
def annotation(db: None) -> Annotation:
    project = make_labeling_project(items=1)
    member = make_member(project)
    assignment = take(project, member)
    return submit_annotation(assignment.pk, member, answer_to(assignment)).annotation


@pytest.mark.parametrize(
    ("questions", "responses", "expected"),
    [
        ([Question.TRAITS], 2, True),
        ([Question.TRAITS], 3, False),
        ([Question.OVERALL, Question.RATINGS], 1, False),
        ([Question.CRITERIA, Question.REWRITE], 1, True),
        ([Question.RANKING], 1, False),
        ([Question.RANKING, Question.RATINGS], 4, True),
    ],
)
def test_questions_fit_a_number_of_responses(questions: list[str], responses: int, expected: bool):
    assert fits(questions, responses) is expected


def test_a_project_asks_only_questions_that_exist(db: None):
    project = make_labeling_project()

    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(questions=["mood"])


def test_a_project_asks_something(db: None):
    project = make_labeling_project()

    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(questions=[])


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Rating, {"value": 5}),
        (Rank, {"place": 0}),
        (Rewrite, {"text": ""}),
        (CriterionMark, {"value": "perhaps"}),
        (CriterionMark, {"value": "met", "unsure_because": "Hard to say."}),
    ],
)
def test_verdicts_out_of_range_are_refused(annotation: Annotation, model: Any, fields: dict[str, Any]):
    kept = complete(annotation, model, fields)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**kept)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Rating, {"value": 4}),
        (Rank, {"place": 1}),
        (Harm, {}),
        (CriterionMark, {"value": "unsure", "unsure_because": "It depends on the dose."}),
    ],
)
def test_a_verdict_is_given_once_and_stays(annotation: Annotation, model: Any, fields: dict[str, Any]):
    kept = complete(annotation, model, fields)
    given = model.objects.create(**kept)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**kept)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=given.pk).delete()


def complete(annotation: Annotation, model: Any, fields: dict[str, Any]) -> dict[str, Any]:
    place = annotation.assignment.item.places.select_related("response").first()
    assert place is not None
    more: dict[str, Any] = {"annotation": annotation, "response": place.response}
    if model is Rating:
        more["trait_version_id"] = annotation.assignment.trait_versions[0]
    if model is CriterionMark:
        more["criterion"] = make_criterion()
    return more | fields
