"""Domains and cells for programs: what there is of each trait in each domain, what is wanted, and guidance."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from curation.actions.cells import (
    TARGETS,
    ChangedMeanwhile,
    NothingToPublish,
    SlugTaken,
    add_domain,
    change_domain,
    discard_guidance,
    draft_or_newest,
    publish_guidance,
    save_guidance,
    set_targets,
    start_count,
    words_of,
)
from curation.api.doors import only
from curation.forms.cells import MOST, DomainForm, GuidanceForm
from curation.models import Cell, CellCount, Domain, Guidance, Trait
from curation.views.cells import READERS, WRITERS, find
from curation.wording import LONGEST_TEXT
from runs.api import RunShape, run_shape

routes = Routes(tags=["cells"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
CELL = "/cells/{slug:slug}/{slug:domain}"
CHANGED = "Somebody else changed the draft since. Fetch it, look at it, then send yours with the new “was”."
NOTHING = "The draft says nothing, or nothing new."
TAKEN = "Another domain has this address. Choose a different one."
COUNTS = ("scenarios", "items", "annotations", "heldout")


class DomainShape(BaseModel):
    """A field of life in which scenarios happen."""

    slug: str
    name: str
    description: str
    position: int


class NewDomain(Sent):
    """A domain to be. It stands behind the others."""

    slug: str = Field(
        min_length=1, max_length=60, description="Files and releases name it so; it never changes."
    )
    name: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=2000)


class DomainIn(Sent):
    """What is said about a domain."""

    name: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=2000)
    position: int = Field(ge=0, le=32767)


class CellWhole(BaseModel):
    """One trait in one domain: what there is, as it was counted last, and what is wanted."""

    trait: str
    domain: str
    scenarios: int
    items: int
    annotations: int
    heldout: int
    target_scenarios: int
    target_items: int
    target_annotations: int
    target_heldout: int
    counted_at: datetime | None


class TargetsIn(Sent):
    """How much of a cell is wanted; what is left out stays."""

    target_scenarios: int | None = Field(None, ge=0, le=MOST)
    target_items: int | None = Field(None, ge=0, le=MOST)
    target_annotations: int | None = Field(None, ge=0, le=MOST)
    target_heldout: int | None = Field(None, ge=0, le=MOST)


class GuidanceShape(BaseModel):
    """What a reader of a cell must know, in its newest wording."""

    number: int = Field(description="0 where nothing was written.")
    text: str
    example: str
    authorities: str = Field(description="One on each line.")
    published_at: datetime | None = Field(description="Null while it is a draft.")
    in_force: int | None = Field(description="Number of the wording that readers go by.")
    was: str = Field(description="Stands for these words: send it along with new ones.")


class GuidanceIn(Sent):
    """Words of the draft, and which ones they take the place of."""

    text: str = Field("", max_length=LONGEST_TEXT)
    example: str = Field("", max_length=LONGEST_TEXT)
    authorities: str = Field("", max_length=LONGEST_TEXT)
    was: str = Field(min_length=1, max_length=64, description="As the guidance was fetched.")


class GuidanceRead(Sent):
    """Which words were read before they are published."""

    was: str = Field(min_length=1, max_length=64)


class Spot(NamedTuple):
    """What makes a cell."""

    trait: Trait
    domain: Domain


def domain_shape(domain: Domain) -> DomainShape:
    """Return a domain as it is sent."""
    return DomainShape.model_validate(domain, from_attributes=True)


def cell_shape(place: Spot, count: CellCount | None, cell: Cell | None) -> CellWhole:
    """Return a cell as it is sent."""
    counts = {name: getattr(count, name, 0) for name in COUNTS}
    targets = {name: getattr(cell, name, 0) for name in TARGETS}
    counted_at = count.counted_at if count else None
    return CellWhole(
        trait=place.trait.slug, domain=place.domain.slug, counted_at=counted_at, **counts, **targets
    )


def guidance_shape(place: Spot) -> GuidanceShape:
    """Return the newest guidance of a cell as it is sent."""
    newest = draft_or_newest(*place)
    published = Guidance.objects.published().filter(cell__trait=place.trait, cell__domain=place.domain)
    words = words_of(newest)
    return GuidanceShape(
        **words._asdict(),
        number=newest.number if newest else 0,
        published_at=newest.published_at if newest else None,
        in_force=published.order_by("-number").values_list("number", flat=True).first(),
        was=words.digest,
    )


def place_of(request: Asking, slug: str, domain: str, *roles: Role) -> Spot:
    """Return what makes the cell of an address, to people who have one of the roles."""
    only(request, *roles)
    return Spot(*find(slug, domain))


def changed(place: Spot) -> Problem:
    """Return the problem of words that somebody else changed."""
    was = words_of(draft_or_newest(*place)).digest
    return Problem(409, "changed_meanwhile", CHANGED, was=was)


@routes.get("/domains", auth=READS, response=list[DomainShape], url_name="domains")
def domains(request: Asking) -> list[DomainShape]:
    """List the domains in their order."""
    only(request, *READERS)
    return [domain_shape(each) for each in Domain.objects.all()]


@routes.post("/domains", auth=WRITES, response={201: DomainShape}, url_name="domains")
@once
def domain_add(request: Asking, said: NewDomain) -> Status[DomainShape]:
    """Add a domain behind the others."""
    only(request, *WRITERS)
    form = DomainForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        made = add_domain(Domain(**form.cleaned_data), actor=request)
    except (SlugTaken, IntegrityError) as error:
        raise invalid([("slug", TAKEN)]) from error
    return Status(201, domain_shape(made))


@routes.put("/domains/{slug:slug}", auth=WRITES, response=DomainShape, url_name="domain")
def domain_change(request: Asking, slug: str, said: DomainIn) -> DomainShape:
    """Change what is said about a domain, and its place."""
    only(request, *WRITERS)
    found = get_object_or_404(Domain, slug=slug)
    form = DomainForm(said.model_dump(), domain=found)
    if not form.is_valid():
        raise problem_of(form)
    change_domain(found, **form.cleaned_data, actor=request)
    return domain_shape(found)


@routes.get("/cells", auth=READS, response=list[CellWhole], url_name="cells")
def cells(request: Asking) -> list[CellWhole]:
    """List every trait in every domain, as counted last, with what is wanted."""
    only(request, *READERS)
    counts = {(each.trait_id, each.domain_id): each for each in CellCount.objects.all()}
    stored = {(each.trait_id, each.domain_id): each for each in Cell.objects.all()}
    places = [
        Spot(trait, domain) for trait in Trait.objects.order_by("slug") for domain in Domain.objects.all()
    ]
    keyed: list[tuple[Spot, Any]] = [(each, (each.trait.pk, each.domain.pk)) for each in places]
    return [cell_shape(place, counts.get(key), stored.get(key)) for place, key in keyed]


@routes.post("/cells/count", auth=WRITES, response={202: RunShape}, url_name="cells_count")
def cells_count(request: Asking) -> Status[RunShape]:
    """Have the cells counted again."""
    only(request, *READERS)
    return Status(202, run_shape(start_count(created_by=request.user)))


@routes.put(f"{CELL}/targets", auth=WRITES, response=CellWhole, url_name="cell_targets")
def cell_targets(request: Asking, slug: str, domain: str, said: TargetsIn) -> CellWhole:
    """Say how much of a cell is wanted."""
    place = place_of(request, slug, domain, *WRITERS)
    set_targets([place.trait], [place.domain], said.model_dump(exclude_none=True), actor=request)
    mine = {"trait": place.trait, "domain": place.domain}
    return cell_shape(place, CellCount.objects.filter(**mine).first(), Cell.objects.filter(**mine).first())


@routes.get(f"{CELL}/guidance", auth=READS, response=GuidanceShape, url_name="cell_guidance")
def cell_guidance(request: Asking, slug: str, domain: str) -> GuidanceShape:
    """Return the newest guidance of a cell, a draft or the one in force."""
    return guidance_shape(place_of(request, slug, domain, *READERS))


@routes.put(f"{CELL}/guidance", auth=WRITES, response=GuidanceShape, url_name="cell_guidance")
def guidance_write(request: Asking, slug: str, domain: str, said: GuidanceIn) -> GuidanceShape:
    """Write the draft of a cell's guidance, begun where there is none."""
    place = place_of(request, slug, domain, Role.TRAIT_AUTHORS)
    form = GuidanceForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        save_guidance(*place, form.words, was=said.was, author=request.user)
    except ChangedMeanwhile as error:
        raise changed(place) from error
    return guidance_shape(place)


@routes.delete(f"{CELL}/guidance", auth=WRITES, response={204: None}, url_name="cell_guidance")
def guidance_discard(request: Asking, slug: str, domain: str) -> Status[None]:
    """Delete the draft of a cell's guidance; without one nothing happens."""
    discard_guidance(*place_of(request, slug, domain, Role.TRAIT_AUTHORS), actor=request)
    return Status(204, None)


@routes.post(f"{CELL}/guidance/publish", auth=WRITES, response=GuidanceShape, url_name="guidance_publish")
def guidance_publish(request: Asking, slug: str, domain: str, said: GuidanceRead) -> GuidanceShape:
    """Put the draft of a cell's guidance in force. Twice is once."""
    place = place_of(request, slug, domain, Role.TRAIT_AUTHORS)
    try:
        publish_guidance(*place, was=said.was, actor=request)
    except ChangedMeanwhile as error:
        raise changed(place) from error
    except NothingToPublish as error:
        raise Problem(409, "nothing_to_publish", NOTHING) from error
    return guidance_shape(place)
