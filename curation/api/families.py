"""Families for programs: a base with its variants, what it lacks, and variants that are begun."""

from typing import Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, not_found
from config.rest.routes import Routes
from curation.actions.families import Refused, set_apart, write_variant
from curation.actions.pools import may_take_variant
from curation.actions.scenarios import NotADraft
from curation.api.doors import written_scenario
from curation.api.scenarios import Pool, ScenarioShape, scenario_shape
from curation.kinship import flags
from curation.models import Family, Scenario
from curation.variants import VARIANTS
from curation.views.families import members_of

routes = Routes(tags=["scenarios"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
STAYS = "The scenario is ready, so it stays in its family."
Kind = Literal[
    "harmful_persona", "jailbreak", "escalation", "helpful_control", "identity_swap", "benign_twin"
]


class FamilyLine(BaseModel):
    """A base scenario with its variants, in a list."""

    id: UUID
    pool: Pool
    pool_reason: str


class OfferShape(BaseModel):
    """A kind of variant, and why none can be begun; empty when one can."""

    kind: Kind
    refusal: str


class FlagShape(BaseModel):
    """What a family lacks or has twice."""

    level: str
    text: str


class FamilyShape(FamilyLine):
    """A base scenario with its variants: at most 200, the base first."""

    scenarios: list[ScenarioShape]
    flags: list[FlagShape]
    offers: list[OfferShape]


class FamilyFilters(Paging):
    """Which families."""

    flagged: bool = Field(False, description="Only those with an attack and no helpful control.")


class NewVariant(Sent):
    """What kind of variant to begin."""

    kind: Kind
    apart: bool = Field(False, description="Begin a new family with it.")


@routes.get("/families", auth=READS, response=Page[FamilyLine], url_name="families")
def families(request: Asking, asked: Query[FamilyFilters]) -> Page[FamilyLine]:
    """List families that hold variants, newest first."""
    if not request.user.may_curate:
        raise not_found()
    visible = Family.objects.visible_to(request.user)
    return page_of(visible.flagged() if asked.flagged else visible.varied(), asked, family_line)


def family_line(family: Family) -> FamilyLine:
    """Return a family as it stands in a list."""
    return FamilyLine.model_validate(family, from_attributes=True)


@routes.get("/families/{uuid:family_id}", auth=READS, response=FamilyShape, url_name="family")
def family(request: Asking, family_id: UUID) -> FamilyShape:
    """Return a family with its scenarios, what it lacks, and which variants it can take."""
    found = get_object_or_404(Family.objects.visible_to(request.user), pk=family_id)
    members = members_of(found)
    for each in members:
        each.family = found
    kin = [(each.pk, each.variant, each.state, (each.system_prompt, each.messages)) for each in members]
    return FamilyShape(
        **family_line(found).model_dump(),
        scenarios=[scenario_shape(each, shows_pool=True) for each in members],
        flags=[FlagShape(level=each.level, text=each.text) for each in flags(kin)],
        offers=[offer(found, kind.value) for kind in VARIANTS],
    )


def offer(family: Family, kind: str) -> OfferShape:
    """Return whether a variant can be begun."""
    return OfferShape(kind=kind, refusal=may_take_variant(family, kind) or "")  # type: ignore[arg-type]


@routes.post(
    "/scenarios/{uuid:scenario_id}/variants",
    auth=WRITES,
    response={201: ScenarioShape},
    url_name="variant_write",
)
@once
def variant_write(request: Asking, scenario_id: UUID, new: NewVariant) -> Status[ScenarioShape]:
    """Begin a variant as a draft with the words of a member of its family. Then change its words."""
    source = written_scenario(request, scenario_id)
    try:
        variant = write_variant(source, new.kind, author=request.user, apart=new.apart)
    except Refused as error:
        raise Problem(409, "variant_refused", str(error)) from error
    return Status(201, scenario_shape(variant, shows_pool=request.user.may_curate))


@routes.post(
    "/scenarios/{uuid:scenario_id}/apart", auth=WRITES, response=ScenarioShape, url_name="scenario_apart"
)
def scenario_apart(request: Asking, scenario_id: UUID) -> ScenarioShape:
    """Move a draft into a family of its own."""
    found: Scenario = written_scenario(request, scenario_id)
    try:
        set_apart(found.pk)
    except NotADraft as error:
        raise Problem(409, "final", STAYS) from error
    return scenario_shape(written_scenario(request, scenario_id), shows_pool=request.user.may_curate)
