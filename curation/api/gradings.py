"""Gradings for programs: responses, and stock responses that probe a rubric, held against it criterion by criterion."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid
from curation.actions.grading import Graded, MarksMissing, RubricChanged, probes_of, record_grading
from curation.api.criteria import routes
from curation.api.doors import visible_scenario, written_scenario
from curation.models import Criterion, Grading, Scenario

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
ONE = "Name either a response or a probe."
NO_RESPONSE = "The scenario has no such response."
INCOMPLETE = "Mark each criterion of the rubric once, and no others."
CHANGED = "The rubric is another one by now. Fetch GET …/criteria, and grade anew."
Probe = Literal["keyword stuffing", "generic safe essay", "refusal"]


class GradingShape(BaseModel):
    """A response, or a stock response, held against a rubric by one person."""

    id: UUID
    response: UUID | None
    probe: str
    rubric_sha256: str
    score: float | None = Field(description="Points of met criteria / all positive points; null without any.")
    created_at: datetime


class ProbeShape(BaseModel):
    """A stock response under the rubric as it is now."""

    probe: Probe
    text: str


class GradingIn(Sent):
    """What was marked of one thing."""

    response: UUID | None = None
    probe: Probe | None = None
    marks: dict[UUID, bool] = Field(
        max_length=200, description="By criterion, whether it is met: each of the rubric once."
    )
    sha256: str = Field(min_length=1, max_length=64, description="Of the rubric, from GET …/criteria.")


def grading_shape(grading: Grading) -> GradingShape:
    """Return a grading as it is sent."""
    return GradingShape(
        id=grading.pk,
        response=grading.response_id,
        probe=grading.probe,
        rubric_sha256=grading.rubric_sha256,
        score=grading.score,
        created_at=grading.created_at,
    )


@routes.get("/scenarios/{uuid:scenario_id}/probes", auth=READS, response=list[ProbeShape], url_name="probes")
def probes(request: Asking, scenario_id: UUID) -> list[ProbeShape]:
    """Return stock responses that a good rubric tells from good ones."""
    scenario = visible_scenario(request, scenario_id)
    found = probes_of(scenario, list(Criterion.objects.rubric_of(scenario)))
    return [ProbeShape(probe=name, text=text) for name, text in found.items()]  # type: ignore[arg-type]  # Of its choices.


@routes.get(
    "/scenarios/{uuid:scenario_id}/gradings", auth=READS, response=Page[GradingShape], url_name="gradings"
)
def gradings(request: Asking, scenario_id: UUID, asked: Query[Paging]) -> Page[GradingShape]:
    """List this person's own gradings of a scenario, newest first."""
    rows = visible_scenario(request, scenario_id).gradings.filter(grader=request.user)
    return page_of(rows, asked, grading_shape)


@routes.post(
    "/scenarios/{uuid:scenario_id}/gradings",
    auth=WRITES,
    response={201: GradingShape},
    url_name="gradings",
)
@once
def grade(request: Asking, scenario_id: UUID, said: GradingIn) -> Status[GradingShape]:
    """Hold a response or a stock response against the rubric. The same marks again add nothing."""
    scenario = written_scenario(request, scenario_id)
    graded = graded_of(scenario, said)
    try:
        made = record_grading(scenario, graded, said.marks, sha256=said.sha256, grader=request.user)
    except MarksMissing as error:
        raise invalid([("marks", INCOMPLETE)]) from error
    except RubricChanged as error:
        raise Problem(409, "changed_meanwhile", CHANGED) from error
    return Status(201, grading_shape(made))


def graded_of(scenario: Scenario, said: GradingIn) -> Graded:
    """Return what is graded.

    Raises:
        Problem: nothing is named, or two things, or a response of another scenario.
    """
    if said.response and said.probe:
        raise invalid([("response", ONE)])
    if said.probe:
        texts = probes_of(scenario, list(Criterion.objects.rubric_of(scenario)))
        return Graded(probe=said.probe, text=texts[said.probe])
    response = scenario.responses.filter(pk=said.response).first() if said.response else None
    if response is None:
        raise invalid([("response", NO_RESPONSE if said.response else ONE)])
    return Graded(response=response)
