"""Holding a response, or a stock response, against a scenario's rubric."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import User
from curation.models import Criterion, Grading, GradingMark, Response, Scenario
from curation.rubric.probes import stock_responses
from curation.rubric.score import Mark, rubric_score, rubric_sha256


class RubricChanged(Exception):
    """The rubric is not the one that was graded against."""


class MarksMissing(Exception):
    """Some criteria have no mark, or there are none at all."""


class Graded(NamedTuple):
    """What is graded: a response, or a probe with its text."""

    response: Response | None = None
    probe: str = ""
    text: str = ""


def hash_of(rubric: Iterable[Criterion]) -> str:
    """Return what changes with the criteria of a rubric, their wordings and their points."""
    return rubric_sha256((str(each.key), each.number, each.points) for each in rubric)


def probes_of(scenario: Scenario, rubric: Sequence[Criterion]) -> dict[str, str]:
    """Return the stock responses of a scenario under its rubric, by name."""
    last = scenario.messages[-1]["content"] if scenario.messages else ""
    return stock_responses(last, rubric, scenario.domain_id or "")


@transaction.atomic
def record_grading(
    scenario: Scenario, graded: Graded, marks: Mapping[UUID, bool], *, sha256: str, grader: User
) -> Grading:
    """Store what a grader marked, and the score. The same marks again by the same person add nothing.

    Args:
        scenario: whose rubric is held against the response.
        graded: of that scenario.
        marks: by criterion, whether it was met.
        sha256: of the rubric that the grader saw.
        grader: who marked.

    Raises:
        RubricChanged: the rubric is another one now.
        MarksMissing: not every criterion has a mark.
    """
    # Whoever publishes a criterion waits for the marks, and the marks for whoever publishes.
    Scenario.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=scenario.pk)
    rubric = list(Criterion.objects.rubric_of(scenario))
    if hash_of(rubric) != sha256:
        raise RubricChanged
    if not rubric or {each.pk for each in rubric} != set(marks):
        raise MarksMissing
    if again := same_grading(scenario, graded, marks, sha256=sha256, grader=grader):
        return again
    grading = Grading.objects.create(
        scenario=scenario,
        response=graded.response,
        probe=graded.probe,
        text=graded.text,
        rubric_sha256=sha256,
        score=rubric_score([Mark(float(each.points), marks[each.pk]) for each in rubric]),
        grader=grader,
    )
    GradingMark.objects.bulk_create(
        GradingMark(grading=grading, criterion=each, is_met=marks[each.pk]) for each in rubric
    )
    return grading


def same_grading(
    scenario: Scenario, graded: Graded, marks: Mapping[UUID, bool], *, sha256: str, grader: User
) -> Grading | None:
    """Return this person's newest grading of the same thing when it says the same."""
    mine = Grading.objects.filter(scenario=scenario, grader=grader, rubric_sha256=sha256)
    newest = mine.filter(response=graded.response, probe=graded.probe).order_by("-created_at", "-pk").first()
    if newest is None or newest.text != graded.text:
        return None
    said = dict(newest.marks.values_list("criterion", "is_met"))
    return newest if said == dict(marks) else None
