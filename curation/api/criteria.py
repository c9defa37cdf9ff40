"""Rubrics for programs: the criteria of a scenario, written as drafts, published, reworded and retired."""

from typing import Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from curation.actions.criteria import (
    NotADraft,
    TooMany,
    WordingExists,
    add_criterion,
    begin_wording,
    change_criterion,
    digest_of,
    discard_draft,
    move_criterion,
    publish_criteria,
    retire_criterion,
)
from curation.actions.grading import hash_of
from curation.actions.traits import ChangedMeanwhile
from curation.api.doors import only, visible_scenario
from curation.forms.rubrics import ScenarioCriterionForm
from curation.models import Criterion, Proposal, Scenario
from curation.rubric.lint import lint_criterion
from curation.views.rubric_parts import aimed_versions
from curation.views.rubrics import FULL

routes = Routes(tags=["criteria"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
NOT_A_DRAFT = "It is no draft any more, so its words stay. Begin its next wording instead."
CHANGED = "Somebody else changed the draft since. Fetch it, look at it, then send yours with the new “was”."
EXISTS = "A draft of its next wording is there already."
NO_TRAIT = "The scenario aims at no such wording. It aims at {known}."
NOTHING = "It is published or gone already."
NOT_PUBLISHED = "It is not published, so it can't be retired. Discard the draft instead."


class CriterionShape(BaseModel):
    """One checkable statement with signed points, in one numbered wording."""

    id: UUID
    key: UUID = Field(description="The same through all wordings.")
    number: int
    state: Literal["draft", "published", "retired"]
    text: str
    points: float
    kind: Literal["must", "should", "pitfall"]
    axis: str
    framing: Literal["positive", "negative"]
    trait: str | None = Field(description="As slug@number; null for none.")
    position: int
    is_shared: bool = Field(description="Of its trait, and attached to this scenario by vote.")
    was: str = Field(description="Stands for these words: send it along with new ones.")
    findings: list[str] = Field(description="What a reader of rubrics would remark.")


class RubricShape(BaseModel):
    """The criteria of a scenario, in their order."""

    sha256: str = Field(description="Of what counts now: keys, numbers and points.")
    criteria: list[CriterionShape]


class NewCriterion(Sent):
    """A criterion to be."""

    text: str = Field(min_length=1, max_length=20_000)
    points: float = Field(ge=-10, le=10, description="Never 0; two decimals at most.")
    kind: Literal["must", "should", "pitfall"] = "should"
    framing: Literal["", "positive", "negative"] = Field("", description="Empty: as the points say.")
    axis: str = Field("", max_length=60)
    trait: str = Field("", max_length=100, description="As slug@number, of those it aims at; empty for none.")


class ChangedCriterion(NewCriterion):
    """New words of a draft, and which ones they take the place of."""

    was: str = Field(min_length=1, max_length=64, description="As the criterion was fetched.")


class Step(Sent):
    """Where a criterion goes in its rubric."""

    direction: Literal["up", "down"]


def criterion_shape(criterion: Criterion) -> CriterionShape:
    """Return a criterion, fetched with its trait, as it is sent."""
    found = lint_criterion(criterion.text, points=criterion.points, framing=criterion.framing)
    return CriterionShape(
        id=criterion.pk,
        key=criterion.key,
        number=criterion.number,
        state=criterion.state,  # type: ignore[arg-type]  # These are choices of their columns.
        text=criterion.text,
        points=float(criterion.points),
        kind=criterion.kind,  # type: ignore[arg-type]
        axis=criterion.axis,
        framing=criterion.framing,  # type: ignore[arg-type]
        trait=wording_of(criterion),
        position=criterion.position,
        is_shared=criterion.scenario_id is None,
        was=digest_of(criterion),
        findings=[each.reason for each in found],
    )


def wording_of(criterion: Criterion) -> str | None:
    """Return which trait in which wording a criterion checks."""
    version = criterion.version
    return f"{version.trait.slug}@{version.number}" if version else None


def find(request: Asking, criterion_id: UUID) -> tuple[Criterion, Scenario]:
    """Return a scenario's own criterion to somebody who writes rubrics."""
    only(request, Role.TRAIT_AUTHORS)
    related = Criterion.objects.select_related("scenario", "version__trait")
    visible = Scenario.objects.visible_to(request.user)
    found = get_object_or_404(related, pk=criterion_id, scenario__in=visible)
    assert found.scenario is not None  # noqa: S101 - the line above saw it.
    return found, found.scenario


def checked(new: NewCriterion, scenario: Scenario, stored: Criterion | None = None) -> ScenarioCriterionForm:
    """Return what was sent, held to the rules of the page.

    Raises:
        Problem: a field can't be stored.
    """
    versions = aimed_versions(scenario)
    known = {f"{each.trait.slug}@{each.number}": key for key, each in versions.items()}
    if stored is not None and stored.version is not None:
        known.setdefault(wording_of(stored) or "", str(stored.version_id))
    if new.trait and new.trait not in known:
        raise invalid([("trait", NO_TRAIT.format(known=", ".join(sorted(known)) or "none"))])
    said = {**new.model_dump(exclude={"trait", "was"}), "points": repr(new.points)}
    form = ScenarioCriterionForm(
        {**said, "version": known.get(new.trait, "")}, versions=versions, stored=stored
    )
    if not form.is_valid():
        raise problem_of(form)
    return form


@routes.get("/scenarios/{uuid:scenario_id}/criteria", auth=READS, response=RubricShape, url_name="criteria")
def criteria(request: Asking, scenario_id: UUID) -> RubricShape:
    """Return the rubric of a scenario: its own criteria in all wordings, then the shared ones that were voted in."""
    scenario = visible_scenario(request, scenario_id)
    own = scenario.criteria.select_related("version__trait").order_by("position", "id")
    attached = Criterion.objects.published().filter(
        proposals__scenario=scenario, proposals__state=Proposal.State.ATTACHED
    )
    shared = attached.select_related("version__trait").order_by("position", "id")
    return RubricShape(
        sha256=hash_of(list(Criterion.objects.rubric_of(scenario))),
        criteria=[criterion_shape(each) for each in (*own, *shared)],
    )


@routes.post(
    "/scenarios/{uuid:scenario_id}/criteria", auth=WRITES, response={201: CriterionShape}, url_name="criteria"
)
@once
def criterion_add(request: Asking, scenario_id: UUID, new: NewCriterion) -> Status[CriterionShape]:
    """Add a criterion as a draft. It counts once it is published."""
    only(request, Role.TRAIT_AUTHORS)
    scenario = visible_scenario(request, scenario_id)
    form = checked(new, scenario)
    try:
        added = add_criterion(scenario, form.values, author=request.user)
    except TooMany as error:
        raise Problem(409, "rubric_full", FULL) from error
    return Status(201, criterion_shape(added))


@routes.put("/criteria/{uuid:criterion_id}", auth=WRITES, response=CriterionShape, url_name="criterion")
def criterion_change(request: Asking, criterion_id: UUID, new: ChangedCriterion) -> CriterionShape:
    """Change the words of a draft."""
    found, scenario = find(request, criterion_id)
    form = checked(new, scenario, found)
    try:
        change_criterion(found, form.values, was=new.was)
    except ChangedMeanwhile as error:
        raise Problem(409, "changed_meanwhile", CHANGED, was=error.their_digest) from error
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    return criterion_shape(find(request, criterion_id)[0])


@routes.delete("/criteria/{uuid:criterion_id}", auth=WRITES, response={204: None}, url_name="criterion")
def criterion_discard(request: Asking, criterion_id: UUID) -> Status[None]:
    """Throw a draft away."""
    found, _ = find(request, criterion_id)
    try:
        discard_draft(found)
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    return Status(204, None)


@routes.post(
    "/criteria/{uuid:criterion_id}/publish",
    auth=WRITES,
    response=CriterionShape,
    url_name="criterion_publish",
)
def criterion_publish(request: Asking, criterion_id: UUID) -> CriterionShape:
    """Publish a draft: its wording stays from now on, and takes the place of the one before."""
    found, scenario = find(request, criterion_id)
    if not publish_criteria(scenario, [found.pk], actor=request):
        raise Problem(409, "not_a_draft", NOTHING)
    return criterion_shape(find(request, criterion_id)[0])


@routes.post(
    "/criteria/{uuid:criterion_id}/retire",
    auth=WRITES,
    response=CriterionShape,
    url_name="criterion_retire",
)
def criterion_retire(request: Asking, criterion_id: UUID) -> CriterionShape:
    """Take a published criterion out of its rubric. Its wording is kept."""
    found, _ = find(request, criterion_id)
    if found.state == Criterion.State.DRAFT:
        raise Problem(409, "not_published", NOT_PUBLISHED)
    retire_criterion(found, actor=request)
    return criterion_shape(find(request, criterion_id)[0])


@routes.post(
    "/criteria/{uuid:criterion_id}/wordings",
    auth=WRITES,
    response={201: CriterionShape},
    url_name="criterion_reword",
)
@once
def criterion_reword(request: Asking, criterion_id: UUID) -> Status[CriterionShape]:
    """Begin the next wording of a criterion as a draft. The published one counts until the draft is published."""
    found, _ = find(request, criterion_id)
    try:
        begun = begin_wording(found, author=request.user)
    except WordingExists as error:
        raise Problem(409, "wording_exists", EXISTS) from error
    return Status(201, criterion_shape(begun))


@routes.post(
    "/criteria/{uuid:criterion_id}/move", auth=WRITES, response=RubricShape, url_name="criterion_move"
)
def criterion_move(request: Asking, criterion_id: UUID, step: Step) -> RubricShape:
    """Move a criterion with all its wordings by one place; at the end nothing happens."""
    found, scenario = find(request, criterion_id)
    move_criterion(found, -1 if step.direction == "up" else 1)
    return criteria(request, scenario.pk)
