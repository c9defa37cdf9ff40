"""Gold items for programs: references are set and taken out by leads, seen after judging, contested and defended."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid, not_found
from config.rest.routes import Routes
from labeling.actions.gold import (
    AlreadyContested,
    AnsweredMeanwhile,
    contest,
    keep_reference,
    retire_reference,
    set_references,
)
from labeling.api.doors import led_project, within
from labeling.forms.calibration import LONGEST, OVERALL, AnswerForm, ContestForm, ReferenceForm
from labeling.models import Assignment, GoldContest, GoldReference, Item, Project

routes = Routes(tags=["gold"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)
LABELS = needs(Scope.LABEL, in_projects=True)
MOST_ID = 2**63 - 1
NOT_ASKED = "The project does not ask this. It asks: {known}."
WAITS = "Your earlier objection is not answered yet."
ANSWERED = "Somebody else answered this meanwhile."
Strength = Annotated[int, Field(ge=-3, le=3)]


class GoldReferenceShape(BaseModel):
    """The reference label of an item on one trait, with its reason."""

    id: UUID
    trait: str | None = Field(description="Two-letter code; null for the overall preference.")
    number: int | None = Field(description="Of the trait's version.")
    strength: int = Field(description="-3 A is much better … 3 B is much better, in the item's own order.")
    reason: str
    created_at: datetime


class GoldItemShape(BaseModel):
    """An item with references."""

    item: UUID
    scenario: UUID
    references: list[GoldReferenceShape]


class ObjectionShape(BaseModel):
    """Why somebody thinks that a reference is wrong, and what was answered. Nobody is named."""

    id: int
    item: UUID
    reference: UUID
    text: str
    outcome: str = Field(description="kept, revised, or empty while it waits.")
    answer: str
    created_at: datetime
    answered_at: datetime | None


class ReferencesIn(Sent):
    """Reference strengths of one item, and why."""

    strengths: dict[Annotated[str, Field(min_length=1, max_length=20)], Strength] = Field(
        min_length=1, max_length=60, description="By two-letter code, or overall; what is left out stays."
    )
    reason: str = Field(min_length=1, max_length=LONGEST, description="People read it after they answered.")


class AnswerToObjection(Sent):
    """Why a contested reference stays."""

    answer: str = Field(min_length=1, max_length=LONGEST)


class ContestIn(Sent):
    """Why a reference is wrong, by somebody who judged its item."""

    reference: UUID
    text: str = Field(min_length=1, max_length=LONGEST)


class ObjectionFilters(Paging):
    """Which objections."""

    is_open: bool | None = Field(None, description="True: those that wait for an answer.")


def reference_shape(reference: GoldReference) -> GoldReferenceShape:
    """Return a reference, fetched with its trait, as it is sent."""
    version = reference.trait_version
    return GoldReferenceShape(
        id=reference.pk,
        trait=version.trait.code if version else None,
        number=version.number if version else None,
        strength=reference.strength,
        reason=reference.reason,
        created_at=reference.created_at,
    )


def gold_shape(item: Item) -> GoldItemShape:
    """Return a gold item, fetched with its references, as it is sent."""
    return GoldItemShape(
        item=item.pk,
        scenario=item.scenario_id,
        references=[reference_shape(each) for each in item.gold_references.all()],
    )


def objection_shape(objection: GoldContest) -> ObjectionShape:
    """Return an objection, fetched with its reference, as it is sent."""
    return ObjectionShape(
        id=objection.pk,
        item=objection.reference.item_id,
        reference=objection.reference_id,
        text=objection.text,
        outcome=objection.outcome,
        answer=objection.answer,
        created_at=objection.created_at,
        answered_at=objection.answered_at,
    )


def with_references(project: Project) -> "QuerySet[Item]":
    """Return a project's items with the references in force."""
    in_force = GoldReference.objects.in_force().select_related("trait_version__trait").order_by("pk")
    return project.items.prefetch_related(Prefetch("gold_references", in_force))


@routes.get("/projects/{slug:slug}/gold", auth=READS, response=Page[GoldItemShape], url_name="gold")
def gold(request: Asking, slug: str, asked: Query[Paging]) -> Page[GoldItemShape]:
    """List the gold items of a project that this person leads, newest first."""
    rows = with_references(led_project(request, slug)).filter(is_gold=True)
    return page_of(rows, asked, gold_shape)


@routes.put(
    "/projects/{slug:slug}/gold/{uuid:item_id}", auth=WRITES, response=GoldItemShape, url_name="gold_item"
)
def gold_set(request: Asking, slug: str, item_id: UUID, said: ReferencesIn) -> GoldItemShape:
    """Set references of an item, or others in their place. Objections to those are answered by the reason."""
    project = led_project(request, slug)
    item = get_object_or_404(project.items.select_related("project"), pk=item_id)
    form = checked(project, said)
    set_references(item, form.strengths, form.cleaned_data["reason"], author=request.user)
    return gold_shape(with_references(project).get(pk=item.pk))


def checked(project: Project, said: ReferencesIn) -> ReferenceForm:
    """Return the form of references, valid.

    Raises:
        Problem: the project does not ask about something.
    """
    sent = {f"p_{name}": str(strength) for name, strength in said.strengths.items()}
    form = ReferenceForm(project, {**sent, "reason": said.reason})
    strange = sorted(set(sent) - set(form.versions))
    if strange:
        known = ", ".join(name.removeprefix("p_") for name in form.versions) or OVERALL
        raise invalid(
            (f"strengths.{each.removeprefix('p_')}", NOT_ASKED.format(known=known)) for each in strange
        )
    if not form.is_valid():
        raise problem_of(form)
    return form


@routes.delete(
    "/projects/{slug:slug}/gold/{uuid:item_id}/references/{uuid:reference_id}",
    auth=WRITES,
    response={204: None},
    url_name="gold_reference",
)
def gold_retire(request: Asking, slug: str, item_id: UUID, reference_id: UUID) -> Status[None]:
    """Take a reference out of use. An item without any is no gold item any more; answers to it are kept."""
    item = get_object_or_404(led_project(request, slug).items, pk=item_id)
    reference = get_object_or_404(item.gold_references.in_force(), pk=reference_id)
    retire_reference(reference, by=request.user)
    return Status(204, None)


@routes.get(
    "/projects/{slug:slug}/gold/objections",
    auth=READS,
    response=Page[ObjectionShape],
    url_name="gold_objections",
)
def gold_objections(request: Asking, slug: str, asked: Query[ObjectionFilters]) -> Page[ObjectionShape]:
    """List objections to references of a project that this person leads, newest first."""
    rows = GoldContest.objects.filter(reference__item__project=led_project(request, slug))
    if asked.is_open is not None:
        rows = rows.filter(outcome="") if asked.is_open else rows.exclude(outcome="")
    return page_of(rows.select_related("reference"), asked, objection_shape)


@routes.post(
    "/projects/{slug:slug}/gold/objections/{int:objection_id}/answer",
    auth=WRITES,
    response=ObjectionShape,
    url_name="gold_answer",
)
def gold_answer(request: Asking, slug: str, objection_id: int, said: AnswerToObjection) -> ObjectionShape:
    """Answer an objection: the reference stays, and why. To give way, set another reference instead."""
    rows = GoldContest.objects.filter(reference__item__project=led_project(request, slug))
    found = get_object_or_404(rows.select_related("reference__item"), pk=min(objection_id, MOST_ID))
    form = AnswerForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        keep_reference(found, form.cleaned_data["answer"], by=request.user)
    except AnsweredMeanwhile as error:
        raise Problem(409, "answered_meanwhile", ANSWERED) from error
    return objection_shape(rows.select_related("reference").get(pk=found.pk))


def judged(request: Asking, assignment_id: UUID) -> Assignment:
    """Return an assignment that this person has answered, of an item with references. Before that, there is none."""
    mine = Assignment.objects.submitted().filter(annotator=request.user)
    rows = within(request, mine, "item__project").select_related("item")
    found: Assignment = get_object_or_404(rows, pk=assignment_id)
    if not found.item.gold_references.exists():
        raise not_found()
    return found


@routes.get(
    "/assignments/{uuid:assignment_id}/reference",
    auth=needs(Scope.READ, Scope.LABEL, in_projects=True),
    response=list[GoldReferenceShape],
    url_name="assignment_reference",
)
def assignment_reference(request: Asking, assignment_id: UUID) -> list[GoldReferenceShape]:
    """Return the references of an item that this person has judged, by the letters that they saw."""
    found = judged(request, assignment_id)
    sign = 1 if found.order_shown[0] == 0 else -1
    rows = found.item.gold_references.in_force().select_related("trait_version__trait").order_by("pk")
    shapes = [reference_shape(each) for each in rows]
    for each in shapes:
        each.strength *= sign
    return shapes


@routes.post(
    "/assignments/{uuid:assignment_id}/objections",
    auth=LABELS,
    response=ObjectionShape,
    url_name="assignment_contest",
)
def assignment_contest(request: Asking, assignment_id: UUID, said: ContestIn) -> ObjectionShape:
    """Say why a reference is wrong. Whoever leads the project answers."""
    found = judged(request, assignment_id)
    form = ContestForm(found.item, said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        made = contest(found, form.cleaned_data["reference"], form.cleaned_data["text"])
    except AlreadyContested as error:
        raise Problem(409, "already_contested", WAITS) from error
    return objection_shape(made)
