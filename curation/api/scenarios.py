"""Scenarios for programs: listed, read, and streamed."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import F, Value
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope, User
from config.rest.lines import lines_of, ndjson, plain
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import invalid, not_found
from config.rest.routes import Routes
from curation.actions.scenarios import create_draft
from curation.drafting import MOST_TURNS, ScenarioWords, TurnWords
from curation.models import Domain, Scenario, TraitVersion
from curation.models.scenarios import ScenarioQuerySet
from curation.text import sanitise

routes = Routes(tags=["scenarios"])
READS = needs(Scope.READ)
LONGEST_TURN = 100_000
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


class TurnIn(Sent):
    """One turn."""

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1, max_length=LONGEST_TURN)


class NewScenario(Sent):
    """The words of a draft."""

    messages: list[TurnIn] = Field(min_length=1, max_length=MOST_TURNS)
    system_prompt: str = Field("", max_length=LONGEST_TURN)
    name: str = Field("", max_length=120)
    domain: str | None = Field(None, max_length=60, description="Its slug.")
    traits: list[str] = Field([], max_length=50, description="Slugs of the published traits it aims at.")
    pressures: list[Scenario.Pressure] = Field([], max_length=len(Scenario.Pressure))
    content_warnings: list[Annotated[str, Field(min_length=1, max_length=80)]] = Field([], max_length=20)
    language: str = Field("en", min_length=1, max_length=12)
    source: str = Field("", max_length=120)
    license: str = Field("", max_length=60)


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


@routes.post("/scenarios", auth=needs(Scope.CURATE), response={201: ScenarioShape}, url_name="scenarios")
@once
def scenario_draft(request: Asking, new: NewScenario) -> Status[ScenarioShape]:
    """Begin a scenario as a draft. A person looks at its remarks on its page and makes it ready there."""
    if not any(map(request.user.has_role, (Role.CURATORS, Role.TRAIT_AUTHORS))):
        raise not_found()
    check_names(new)
    begun = create_draft(words_of(new), author=request.user)
    return Status(201, scenario_shape(begun, shows_pool=request.user.may_curate))


def check_names(new: NewScenario) -> None:
    """Check that domain and traits are there.

    Raises:
        Problem: with each that is not.
    """
    published = TraitVersion.objects.published().filter(trait__slug__in=new.traits)
    missing = sorted(set(new.traits) - set(published.values_list("trait__slug", flat=True)))
    errors = [("traits", f"There is no published trait {slug[:80]}.") for slug in missing]
    if new.domain and not Domain.objects.filter(slug=new.domain).exists():
        errors.append(("domain", f"There is no domain {new.domain}."))
    if errors:
        raise invalid(errors)


def words_of(new: NewScenario) -> ScenarioWords:
    """Return the words of a draft as they are stored."""
    return ScenarioWords(
        turns=tuple(TurnWords(turn.role, sanitise(turn.content).text) for turn in new.messages),
        system_prompt=sanitise(new.system_prompt).text,
        name=sanitise(new.name).text,
        domain=new.domain or "",
        traits=tuple(dict.fromkeys(new.traits)),
        pressures=tuple(sorted({each.value for each in new.pressures})),
        content_warnings=tuple(dict.fromkeys(sanitise(each).text for each in new.content_warnings)),
        language=new.language,
        source=sanitise(new.source).text,
        license=new.license,
    )


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
