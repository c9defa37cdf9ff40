"""Projects for programs: listed, read, set up, opened and closed."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.audit import record
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid, not_found
from config.rest.routes import Routes
from curation.models import TraitVersion
from labeling.actions.projects import Plan, StateRefused, change_state, create_project
from labeling.api.doors import led_project, visible_project, within
from labeling.forms.projects import ProjectForm
from labeling.models import Membership, Project
from labeling.models.projects import ProjectQuerySet
from labeling.questions import USUAL, Question

routes = Routes(tags=["projects"])
READS = needs(Scope.READ, Scope.LABEL, in_projects=True)
State = Literal["draft", "open", "paused", "closed"]
NO_SUCH_TRAIT = "There is no published trait version {name}. Write it as slug@number."
REFUSED = "The project is {state} and can't change that way."


class ProjectLine(BaseModel):
    """A project in a list."""

    id: UUID
    slug: str
    name: str
    state: State
    role: str | None = Field(description="Of this person; null for administrators who take no part.")
    questions: list[str]
    overlap: int
    items_total: int
    done: int
    wanted: int
    created_at: datetime


class PinShape(BaseModel):
    """A trait version that a project pins."""

    trait: str
    number: int
    name: str
    code: str


class ProjectShape(ProjectLine):
    """A project."""

    guidelines: str
    traits: list[PinShape]
    lease_minutes: int
    rationale_from: int


class ProjectFilters(Paging):
    """Which projects."""

    state: State | None = None


class NewProject(Sent):
    """What a project is to be."""

    name: str = Field(min_length=1, max_length=120)
    traits: list[str] = Field(min_length=1, max_length=50, description="Published versions as slug@number.")
    questions: list[Question] = Field(list(USUAL), min_length=1, max_length=len(Question))
    overlap: int = Field(2, ge=1, le=20)
    guidelines: str = Field("", max_length=50_000)


class Move(Sent):
    """Where a project shall go."""

    state: Literal["open", "paused", "closed"]


def progressing(request: Asking) -> ProjectQuerySet:
    """Return the projects of this person with how far they are, and the person's role."""
    mine = Membership.objects.filter(project=OuterRef("pk"), user=request.user).values("role")[:1]
    found: ProjectQuerySet = Project.objects.visible_to(request.user).with_progress()
    return found.annotate(role=Subquery(mine))


def project_line(project: Project) -> ProjectLine:
    """Return a project as it stands in a list."""
    return ProjectLine.model_validate(project, from_attributes=True)


def project_shape(request: Asking, slug: str) -> ProjectShape:
    """Return a project that is known to be visible."""
    found = progressing(request).get(slug=slug)
    pins = found.pins.select_related("trait_version__trait")
    traits = [
        PinShape(
            trait=pin.trait_version.trait.slug,
            number=pin.trait_version.number,
            name=pin.trait_version.trait.name,
            code=pin.trait_version.trait.code,
        )
        for pin in pins
    ]
    return ProjectShape(
        **project_line(found).model_dump(),
        guidelines=found.guidelines,
        traits=traits,
        lease_minutes=found.lease_minutes,
        rationale_from=found.rationale_from,
    )


@routes.get("/projects", auth=READS, response=Page[ProjectLine], url_name="projects")
def projects(request: Asking, asked: Query[ProjectFilters]) -> Page[ProjectLine]:
    """List the projects that this person takes part in, newest first."""
    rows = within(request, progressing(request).defer("guidelines_html", "guidelines"), "pk")
    return page_of(rows.filter(state=asked.state) if asked.state else rows, asked, project_line)


@routes.get("/projects/{slug:slug}", auth=READS, response=ProjectShape, url_name="project")
def project(request: Asking, slug: str) -> ProjectShape:
    """Return a project with its guidelines and pinned traits."""
    return project_shape(request, visible_project(request, slug).slug)


@routes.post("/projects", auth=needs(Scope.CURATE), response={201: ProjectShape}, url_name="projects")
@once
def project_create(request: Asking, new: NewProject) -> Status[ProjectShape]:
    """Set up a project in draft, led by this person."""
    if not any(map(request.user.has_role, (Role.CURATORS, Role.STEWARDS))):
        raise not_found()
    form = ProjectForm({**new.model_dump(), "traits": [pinned(name) for name in new.traits]})
    if not form.is_valid():
        raise problem_of(form)
    created = create_project(Plan(**form.cleaned_data), created_by=request.user)
    return Status(201, project_shape(request, created.slug))


@routes.post(
    "/projects/{slug:slug}/state",
    auth=needs(Scope.CURATE, in_projects=True),
    response=ProjectShape,
    url_name="project_move",
)
@transaction.atomic
def project_move(request: Asking, slug: str, move: Move) -> ProjectShape:
    """Open, pause or close a project."""
    found = led_project(request, slug)
    try:
        change_state(found, move.state)
    except StateRefused as error:
        raise Problem(409, "state_refused", REFUSED.format(state=found.state), state=found.state) from error
    record(request, f"project.{found.state}", found)
    return project_shape(request, slug)


def pinned(name: str) -> UUID:
    """Return the id of a published trait version.

    Raises:
        Problem: there is none of that name.
    """
    slug, _, number = name.partition("@")
    if number.isascii() and number.isdigit() and len(number) < 5:
        found = TraitVersion.objects.published().filter(trait__slug=slug, number=int(number)).first()
        if found:
            return found.pk
    raise invalid([("traits", NO_SUCH_TRAIT.format(name=name[:100]))])
