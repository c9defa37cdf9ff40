"""The rules of a project for programs: read and changed whole, by those who lead it."""

from typing import Annotated

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from labeling.actions.rules import (
    HandedOut,
    ItemsDontFit,
    Rules,
    perform_if_quick,
    save_rules,
    was_handed_out,
)
from labeling.api.doors import led_project
from labeling.api.projects import pinned
from labeling.forms.projects import RATIONALE_FROM, RulesForm
from labeling.models import Project, ProjectTrait
from labeling.questions import Question
from runs.api import RunShape, run_shape

routes = Routes(tags=["projects"])
FIXED = "Items were handed out, so the questions and the traits stay. Send those that GET …/rules returns."
Name = Annotated[str, Field(min_length=1, max_length=100)]


class RulesIn(Sent):
    """What a lead says of a project."""

    name: str = Field(min_length=1, max_length=120)
    guidelines: str = Field("", max_length=50_000)
    traits: list[Name] = Field(min_length=1, max_length=50, description="As slug@number.")
    questions: list[Question] = Field(min_length=1, max_length=len(Question))
    overlap: int = Field(ge=1, le=20, description="How many people judge each item.")
    gold_percent: int = Field(ge=0, le=50)
    lease_minutes: int = Field(ge=1, le=120)
    rationale_from: int = Field(
        ge=0, le=len(RATIONALE_FROM) - 1, description="From which strength on reasons are wanted; 4: never."
    )
    shows_domain: bool = False


class RulesShape(BaseModel):
    """The rules of a project."""

    name: str
    guidelines: str
    traits: list[str]
    questions: list[str]
    overlap: int
    gold_percent: int
    lease_minutes: int
    rationale_from: int
    shows_domain: bool
    is_fixed: bool = Field(description="Items were handed out, so that questions and traits stay.")
    run: RunShape | None = Field(None, description="Gives items that exist another number of places.")


def pins_of(project: Project) -> "QuerySet[ProjectTrait]":
    """Return the wordings that a project pins, in their order."""
    return project.pins.select_related("trait_version__trait")


def rules_shape(project: Project) -> RulesShape:
    """Return the rules of a project as they are sent."""
    own = ("name", "guidelines", "questions", "overlap", "gold_percent", "lease_minutes", "rationale_from")
    return RulesShape(
        **{name: getattr(project, name) for name in (*own, "shows_domain")},
        traits=[f"{each.trait_version.trait.slug}@{each.trait_version.number}" for each in pins_of(project)],
        is_fixed=was_handed_out(project),
    )


@routes.get(
    "/projects/{slug:slug}/rules",
    auth=needs(Scope.READ, Scope.CURATE, in_projects=True),
    response=RulesShape,
    url_name="project_rules",
)
def project_rules(request: Asking, slug: str) -> RulesShape:
    """Return the rules of a project that this person leads, to change them and send them back."""
    return rules_shape(led_project(request, slug))


@routes.put(
    "/projects/{slug:slug}/rules",
    auth=needs(Scope.CURATE, in_projects=True),
    response=RulesShape,
    url_name="project_rules",
)
def project_rules_set(request: Asking, slug: str, asked: RulesIn) -> RulesShape:
    """Change the rules of a project. Once items were handed out, what is asked about them stays."""
    found = led_project(request, slug)
    try:
        run = save_rules(found, checked(found, asked), actor=request)
    except HandedOut as error:
        raise Problem(409, "handed_out", FIXED) from error
    except ItemsDontFit as error:
        raise invalid([("questions", str(error))]) from error
    shape = rules_shape(led_project(request, slug))
    if run:
        shape.run = run_shape(perform_if_quick(run, found.items_total))
    return shape


def checked(project: Project, asked: RulesIn) -> Rules:
    """Return what was asked, held to the rules of the page.

    Raises:
        Problem: a field can't be used.
    """
    there = {pin.trait_version_id: pin.trait_version for pin in pins_of(project)}
    named = {f"{each.trait.slug}@{each.number}": pk for pk, each in there.items()}
    # A wording that is pinned stays allowed when a newer one is published.
    traits = [named.get(name) or pinned(name) for name in asked.traits]
    form = RulesForm(
        {**asked.model_dump(), "traits": traits, "questions": [each.value for each in asked.questions]},
        project=project,
        is_fixed=False,
    )
    if not form.is_valid():
        raise problem_of(form)
    said = {**form.cleaned_data, "questions": list(form.cleaned_data["questions"])}
    chosen = {version.pk: version for version in said.pop("traits")}
    # In the order that was sent, which the form does not keep.
    order = list(dict.fromkeys(traits))
    return Rules(**said, traits=None if order == list(there) else [chosen[pk] for pk in order])
