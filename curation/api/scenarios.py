"""Scenarios for programs: listed, read, and streamed."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, Value
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope, User
from config.rest.lines import lines_of, ndjson, plain
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import invalid
from config.rest.routes import Routes
from curation.models import Scenario
from curation.models.scenarios import ScenarioQuerySet

routes = Routes(tags=["scenarios"])
READS = needs(Scope.READ)
POOL_HIDDEN = "Which pool a scenario is in is for those who curate. Leave it out."
Variant = Literal[
    "base", "harmful_persona", "jailbreak", "escalation", "helpful_control", "identity_swap", "benign_twin"
]
Pool = Literal["TRAIN", "ATTACK", "EVAL", "PRIVATE"]


class MessageShape(BaseModel):
    """One turn."""

    role: str
    content: str


class ScenarioShape(BaseModel):
    """A conversation that ends on a user turn."""

    id: UUID
    family: UUID
    variant: Variant
    state: Literal["draft", "ready"]
    name: str
    system_prompt: str
    messages: list[MessageShape]
    domain: str | None
    pressures: list[str]
    content_warnings: list[str]
    language: str
    source: str
    license: str
    pool: Pool | None = Field(description="Null for people who don't curate.")
    created_at: datetime


class ScenarioChoice(Sent):
    """Which scenarios."""

    domain: str | None = Field(None, max_length=60)
    language: str | None = Field(None, max_length=12)
    source: str | None = Field(None, max_length=120)
    trait: str | None = Field(None, max_length=80, description="Slug of a trait they aim at.")
    variant: Variant | None = None
    state: Literal["draft", "ready"] | None = None
    pool: Pool | None = None


class ScenarioFilters(ScenarioChoice, Paging):
    """Which scenarios, and how many of them."""


def scenario_shape(scenario: Scenario, *, shows_pool: bool) -> ScenarioShape:
    """Return a scenario as it is sent."""
    return ScenarioShape(
        id=scenario.pk,
        family=scenario.family_id,
        variant=scenario.variant,  # type: ignore[arg-type]  # These are choices of their columns.
        state=scenario.state,  # type: ignore[arg-type]
        name=scenario.name,
        system_prompt=scenario.system_prompt,
        messages=[MessageShape(role=each["role"], content=each["content"]) for each in scenario.messages],
        domain=scenario.domain_id,
        pressures=scenario.pressures,
        content_warnings=scenario.content_warnings,
        language=scenario.language,
        source=scenario.source,
        license=scenario.license,
        pool=scenario.family.pool if shows_pool else None,  # type: ignore[arg-type]
        created_at=scenario.created_at,
    )


def chosen(user: User, asked: ScenarioChoice) -> ScenarioQuerySet:
    """Return the scenarios that were asked for, of those that the person may read."""
    if asked.pool and not user.may_curate:
        raise invalid([("pool", POOL_HIDDEN)])
    columns = {"trait": "aimed_traits__slug", "pool": "family__pool"}
    said = asked.model_dump(include=set(ScenarioChoice.model_fields), exclude_none=True)
    found = Scenario.objects.visible_to(user).kept()
    return found.filter(**{columns.get(name, name): value for name, value in said.items()})


@routes.get("/scenarios", auth=READS, response=Page[ScenarioShape], url_name="scenarios")
def scenarios(request: Asking, asked: Query[ScenarioFilters]) -> Page[ScenarioShape]:
    """List scenarios, newest first."""
    rows = chosen(request.user, asked).select_related("family").defer("rendered", "original")
    shows_pool = request.user.may_curate
    return page_of(rows, asked, lambda row: scenario_shape(row, shows_pool=shows_pool))


@routes.get(
    "/scenarios.ndjson", auth=READS, url_name="scenarios_stream", openapi_extra=ndjson("ScenarioShape")
)
def scenarios_stream(request: Asking, asked: Query[ScenarioChoice]) -> StreamingHttpResponse:
    """Stream scenarios, oldest first, one JSON object a line."""
    pool: Any = F("family__pool") if request.user.may_curate else Value(None)
    same = ("id", "family", "variant", "state", "name", "system_prompt", "messages", "domain", "pressures")
    more = ("content_warnings", "language", "source", "license", "created_at")
    return lines_of(chosen(request.user, asked), **plain(*same, *more), pool=pool)


@routes.get("/scenarios/{uuid:scenario_id}", auth=READS, response=ScenarioShape, url_name="scenario")
def scenario(request: Asking, scenario_id: UUID) -> ScenarioShape:
    """Return a scenario."""
    visible = Scenario.objects.visible_to(request.user).select_related("family")
    return scenario_shape(get_object_or_404(visible, pk=scenario_id), shows_pool=request.user.may_curate)
