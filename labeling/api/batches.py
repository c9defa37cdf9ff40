"""Items made by programs: of chosen scenarios and responses, looked at first and then made."""

from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from labeling.actions.batches import (
    Choice,
    PlanChanged,
    TooMany,
    plan,
    start_batch,
)
from labeling.api.doors import led_project
from labeling.api.items import routes
from labeling.forms.batches import MOST_RESPONSES, ChoiceForm, Finding, choice_of
from labeling.models import Project
from labeling.views.batches import CHANGED, SHOWN
from runs.api import RunShape, run_shape

WRITES = needs(Scope.CURATE, in_projects=True)
PAIRS = "The project's questions want two responses in each item. Leave it out."
NO_SUCH = "No scenario is found by this."


class ItemScenarios(Sent):
    """Which ready scenarios; nothing means all that this person may see."""

    q: str = Field("", max_length=200, description="Words that they hold.")
    within: Literal["", "responses"] = Field("", description="Where the words stand: also in responses.")
    domain: str = Field("", max_length=60)
    trait: str = Field("", max_length=80)
    language: str = Field("", max_length=12)
    source: str = Field("", max_length=120)
    warning: str = Field("", max_length=80)
    variant: str = Field("", max_length=20)
    pool: str = Field("", max_length=8)


class ItemsChoice(Sent):
    """Of what items are made, and how."""

    scenarios: ItemScenarios = ItemScenarios.model_validate({})
    rule: Literal["balanced", "uncertain", "adjacent", "all"] = "balanced"
    size: int | None = Field(
        None, ge=1, le=MOST_RESPONSES, description="Responses in an item, where the questions leave it free."
    )
    most: int = Field(1, ge=1, le=50, description="Items of a scenario at most.")
    most_scenarios: int = Field(200, ge=1, le=20_000)
    seed: str = Field("1", min_length=1, max_length=40, description="The same one makes the same items.")
    models: list[str] = Field([], max_length=200, description="Whose responses; empty: all.")
    names_models: bool = Field(False, description="Also take responses that name their model.")
    is_urgent: bool = Field(False, description="Handed out before the others.")


class ItemsMade(ItemsChoice):
    """Of what items are made, as it was looked at."""

    digest: str = Field(min_length=1, max_length=64, description="Of the plan: only that is made.")


class PlannedShape(BaseModel):
    """An item as it would be made."""

    scenario: UUID
    responses: list[UUID]


class PlanShape(BaseModel):
    """What a choice comes to. Nothing was made."""

    digest: str
    fresh: int
    existing: int = Field(description="Items among them that the project has already.")
    scenarios: int
    lacking: int = Field(description="Scenarios with too few responses.")
    models: dict[str, int] = Field(description="How many responses of each there are to choose from.")
    by_domain: dict[str, int]
    first: list[PlannedShape] = Field(description=f"The first {SHOWN}.")


class BatchShape(BaseModel):
    """Items that are being made."""

    id: UUID
    planned: int
    made: int
    run: RunShape


def query_of(project: Project, asked: ItemsChoice) -> str:
    """Return a choice as the page sends it."""
    usual = ChoiceForm(None, project=project)
    is_free = "size" in usual.fields
    if asked.size and not is_free:
        raise invalid([("size", PAIRS)])
    size = {"size": asked.size or usual.initial["size"]} if is_free else {}
    found = {name: value for name, value in asked.scenarios.model_dump().items() if value}
    said = asked.model_dump(include={"rule", "most", "most_scenarios", "seed", "models"})
    boxes = {name: "on" for name in ("names_models", "is_urgent") if getattr(asked, name)}
    return urlencode({**found, **said, **size, **boxes, "look": "1"}, doseq=True)


def choice_from(request: Asking, project: Project, query: str) -> Choice:
    """Return a choice, held to the rules of the page.

    Raises:
        Problem: a field can't be used, or finds nothing.
    """
    data = QueryDict(query)
    finding, form = Finding(data, reader=request.user), ChoiceForm(data, project=project)
    sought = set(ItemScenarios.model_fields) & set(data)
    # The page leaves aside what makes no sense; a program is told.
    unknown = sorted(sought - set(finding.asked))
    if unknown:
        raise invalid((f"scenarios.{name}", NO_SUCH) for name in unknown)
    if not form.is_valid():
        raise problem_of(form)
    return choice_of(finding, form, request.user)


@routes.post("/projects/{slug:slug}/items/plan", auth=WRITES, response=PlanShape, url_name="items_plan")
def items_plan(request: Asking, slug: str, asked: ItemsChoice) -> PlanShape:
    """Say which items a choice of scenarios and responses comes to. Nothing is made."""
    project = led_project(request, slug)
    try:
        found = plan(project, choice_from(request, project, query_of(project, asked)), request.user)
    except TooMany as error:
        raise Problem(409, "too_many", str(error)) from error
    same: dict[str, Any] = {
        name: getattr(found, name) for name in ("digest", "existing", "scenarios", "lacking")
    }
    return PlanShape(
        **same,
        fresh=len(found.fresh),
        models=dict(found.models),
        by_domain=dict(found.by_domain),
        first=[
            PlannedShape(scenario=each.scenario, responses=list(each.responses))
            for each in found.fresh[:SHOWN]
        ],
    )


@routes.post("/projects/{slug:slug}/items", auth=WRITES, response={202: BatchShape}, url_name="items_make")
@once
def items_make(request: Asking, slug: str, asked: ItemsMade) -> Status[BatchShape]:
    """Make the items of a plan that was looked at, and no others."""
    project = led_project(request, slug)
    query = query_of(project, asked)
    choice = choice_from(request, project, query)
    try:
        batch = start_batch(project, choice, query=query, looked_at=asked.digest, created_by=request.user)
    except TooMany as error:
        raise Problem(409, "too_many", str(error)) from error
    except PlanChanged as error:
        raise Problem(409, "plan_changed", CHANGED) from error
    return Status(
        202, BatchShape(id=batch.pk, planned=batch.planned, made=batch.made, run=run_shape(batch.run))
    )
