"""Traits for programs: read in any version, pulled as YAML, proposed as drafts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid, not_found
from config.rest.routes import Routes
from curation.actions.trait_files import DoesNotFit, Outlook, foresee, import_trait
from curation.actions.wordings import file_of
from curation.api.doors import HIGHEST_NUMBER
from curation.models import Trait, TraitVersion
from curation.trait_yaml import LARGEST_FILE, UnreadableTrait, read, written
from curation.wording import TraitFile

routes = Routes(tags=["traits"])
READS = needs(Scope.READ, Scope.LABEL, Scope.CURATE, in_projects=True)
State = Literal["draft", "in review", "published", "retired"]


class TraitShape(BaseModel):
    """A trait, with the versions that this person may read."""

    slug: str
    code: str
    name: str
    in_force: int | None = Field(description="The newest published version; null when there is none.")
    newest: int
    versions: list[int]


class BehaviourShape(BaseModel):
    """What a response does that shows the trait, fails it, imitates it or lies on its border."""

    kind: str
    text: str


class TensionShape(BaseModel):
    """Where the trait pulls against another."""

    trait: str
    text: str


class ReferenceShape(BaseModel):
    """A source."""

    title: str
    url: str


class VersionShape(BaseModel):
    """One wording of a trait."""

    id: UUID
    trait: str
    number: int
    state: State
    definition: str
    benefit: str
    attribution: str
    change_note: str
    meaning_changed: bool
    behaviours: list[BehaviourShape]
    tensions: list[TensionShape]
    references: list[ReferenceShape]
    created_at: datetime
    published_at: datetime | None


class VersionLine(BaseModel):
    """A version in a list."""

    id: UUID
    number: int
    state: State
    change_note: str
    meaning_changed: bool
    created_at: datetime
    published_at: datetime | None


class Proposal(Sent):
    """The YAML file of a trait, to become the next draft."""

    yaml: str = Field(min_length=1, max_length=LARGEST_FILE)
    dry_run: bool = Field(False, description="Only say what it would do.")


class ProposalShape(BaseModel):
    """What a file did, or would do."""

    trait: str
    number: int | None = Field(description="Of the draft; null after a dry run, and when nothing was to do.")
    is_new_trait: bool
    is_same: bool = Field(description="The newest version says just this; nothing was written.")
    compared_to: int | None
    added: int
    removed: int
    reworded: int
    moved: int
    notes: list[str]


def visible(request: Asking) -> "Prefetch[str]":
    """Return how to fetch the versions that this person may read."""
    versions = (
        TraitVersion.objects.visible_to(request.user).only("trait", "number", "state").order_by("number")
    )
    return Prefetch("versions", versions, to_attr="readable")


def trait_shape(trait: Trait) -> TraitShape:
    """Return a trait as it is sent."""
    readable: list[TraitVersion] = trait.readable  # type: ignore[attr-defined]  # Fetched by `visible`.
    published = [each.number for each in readable if each.state == TraitVersion.State.PUBLISHED]
    numbers = [each.number for each in readable]
    in_force = published[-1] if published else None
    return TraitShape(
        slug=trait.slug,
        code=trait.code,
        name=trait.name,
        in_force=in_force,
        newest=numbers[-1],
        versions=numbers,
    )


def version_line(version: TraitVersion) -> VersionLine:
    """Return a version as it stands in a list."""
    return VersionLine.model_validate(version, from_attributes=True)


def version_shape(version: TraitVersion) -> VersionShape:
    """Return a version with all its words."""
    return VersionShape(
        id=version.pk,
        trait=version.trait.slug,
        number=version.number,
        state=version.state,  # type: ignore[arg-type]  # One of the choices of its column.
        definition=version.definition,
        benefit=version.benefit,
        attribution=version.attribution,
        change_note=version.change_note,
        meaning_changed=version.meaning_changed,
        behaviours=[BehaviourShape(kind=each.kind, text=each.text) for each in version.behaviours.all()],
        tensions=[TensionShape(trait=each.other.slug, text=each.text) for each in version.tensions.all()],
        references=[ReferenceShape(title=each.title, url=each.url) for each in version.references.all()],
        created_at=version.created_at,
        published_at=version.published_at,
    )


@routes.get("/traits", auth=READS, response=Page[TraitShape], url_name="traits")
def traits(request: Asking, asked: Query[Paging]) -> Page[TraitShape]:
    """List the traits that have a version this person may read, newest first."""
    readable = TraitVersion.objects.visible_to(request.user).values("trait")
    return page_of(
        Trait.objects.filter(pk__in=readable).prefetch_related(visible(request)), asked, trait_shape
    )


@routes.get("/traits/{slug:slug}", auth=READS, response=TraitShape, url_name="trait")
def trait(request: Asking, slug: str) -> TraitShape:
    """Say which versions a trait has."""
    readable = TraitVersion.objects.visible_to(request.user).values("trait")
    found = Trait.objects.filter(pk__in=readable).prefetch_related(visible(request))
    return trait_shape(get_object_or_404(found, slug=slug))


@routes.get("/traits/{slug:slug}/versions", auth=READS, response=Page[VersionLine], url_name="trait_versions")
def trait_versions(request: Asking, slug: str, asked: Query[Paging]) -> Page[VersionLine]:
    """List the versions of a trait, newest first."""
    found = TraitVersion.objects.visible_to(request.user).filter(trait__slug=slug)
    if not found.exists():
        raise not_found()
    return page_of(found, asked, version_line)


@routes.get(
    "/traits/{slug:slug}/versions/{int:number}", auth=READS, response=VersionShape, url_name="trait_version"
)
def trait_version(request: Asking, slug: str, number: int) -> VersionShape:
    """Return one wording of a trait."""
    return version_shape(find_version(request, slug, number))


@routes.get(
    "/traits/{slug:slug}/versions/{int:number}/yaml",
    auth=READS,
    url_name="trait_yaml",
    openapi_extra={
        "responses": {
            200: {"description": "OK", "content": {"application/yaml": {"schema": {"type": "object"}}}}
        }
    },
)
def trait_yaml(request: Asking, slug: str, number: int) -> HttpResponse:
    """Return one wording of a trait as the YAML file that `POST /traits` takes."""
    text = written(file_of(find_version(request, slug, number)))
    return HttpResponse(text, content_type="application/yaml; charset=utf-8")


@routes.post("/traits", auth=needs(Scope.CURATE), response={201: ProposalShape}, url_name="traits")
@once
def trait_propose(request: Asking, proposal: Proposal) -> Status[ProposalShape]:
    """Propose a trait's file as a new trait, or as the next draft of one that is there. Nothing is published."""
    if not request.user.has_role(Role.TRAIT_AUTHORS):
        raise not_found()
    try:
        file = read(proposal.yaml.encode("utf-8", "surrogatepass"))
        outlook = foresee(file)
        keeps = proposal.dry_run or outlook.is_same
        version = None if keeps else import_trait(file, author=request.user)
    except UnreadableTrait as error:
        raise invalid(("yaml", str(each)) for each in error.problems) from error
    except DoesNotFit as error:
        raise Problem(
            409,
            "does_not_fit",
            "The file speaks of things that are otherwise here. Correct it, then send it again.",
            errors=[("yaml", reason) for reason in error.reasons],
        ) from error
    return Status(201, proposal_shape(file, outlook, version))


def proposal_shape(file: TraitFile, outlook: Outlook, version: TraitVersion | None) -> ProposalShape:
    """Return what a file did, or would do."""
    return ProposalShape(
        trait=file.slug,
        number=version.number if version else None,
        is_new_trait=outlook.base is None,
        is_same=outlook.is_same,
        compared_to=outlook.base.number if outlook.base else None,
        notes=outlook.notes,
        **outlook.tally._asdict(),
    )


def find_version(request: Asking, slug: str, number: int) -> TraitVersion:
    """Return the version that an address names, if this person may read it."""
    found = TraitVersion.objects.visible_to(request.user).with_parts()
    return get_object_or_404(found, trait__slug=slug, number=min(number, HIGHEST_NUMBER))
