"""Disagreements for programs: what waits for a decision, and how it is settled. Nobody is named."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.audit import record
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from labeling.actions.adjudication import (
    OwnLabel,
    SettledMeanwhile,
    is_own,
    names_of,
    remark,
    reopen,
    send_item,
    settle,
)
from labeling.actions.contested import start_finding
from labeling.answered import About, Answer, about, labels_on
from labeling.api.doors import within
from labeling.forms.adjudication import LONGEST, DecisionForm, RemarkForm
from labeling.models import Adjudication, Annotation, Disagreement, Project
from labeling.models.adjudication import JUDGES
from runs.api import RunShape, run_shape

routes = Routes(tags=["disagreements"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)
OWN = "You judged this item yourself, so someone else settles it."
MEANWHILE = "Someone else settled this. Look at their decision; open it again if you disagree."
NOT_ASKED = "Nobody was asked this about the item, or nobody answered so that it counts."
NO_ITEM = "There is no such item in this project."
Cause = Literal[
    "guideline gap",
    "underspecified scenario",
    "style",
    "refusal",
    "error",
    "factual",
    "value divergence",
]


class DisagreementShape(BaseModel):
    """People answered one question about an item differently."""

    id: UUID
    project: str
    item: UUID
    scenario: UUID
    kind: Literal["preference", "rating", "mark"]
    trait: str | None = Field(description="As slug@number; null for none in particular.")
    criterion: UUID | None
    response: UUID | None = Field(description="Null for preferences, which are about both.")
    rule: Literal["opposite signs", "spread", "unsure", "sent"]
    measure: float = Field(description="Standard deviation of the answers, in steps of the scale.")
    is_open: bool
    opened_at: datetime


class LabelShape(BaseModel):
    """What one person answered, under a name that holds within this disagreement alone."""

    reader: str
    answer: int | str | None = Field(
        description="A strength in canonical order, a rating, or met / not met; null: could not judge."
    )
    rationale: str
    cites: list[str]
    confidence: int | None
    reasons: list[str]


class DecisionShape(BaseModel):
    """How it was settled. Labels stay as they are; the newest is in force."""

    id: UUID
    cause: Cause
    answer: int | str | None = Field(description="Null where no single one was given.")
    is_plural: bool = Field(description="All labels stand beside one another, and none is forced.")
    reason: str
    amends: str | None = Field(description="The trait's draft on which the proposal stands, as slug@number.")
    is_gold: bool
    created_at: datetime


class SpokenShape(BaseModel):
    """What somebody asked or answered."""

    reader: str
    text: str
    created_at: datetime


class DisagreementWhole(DisagreementShape):
    """A disagreement with what this person may see of it."""

    is_own: bool = Field(description="You judged the item, so someone else settles it.")
    may_settle: bool
    labels: list[LabelShape] = Field(
        description="Of who judged it too: until it is settled, their own alone."
    )
    decisions: list[DecisionShape]
    remarks: list[SpokenShape]


class DisagreementFilters(Paging):
    """Which disagreements."""

    show: Literal["waiting", "settled"] = "waiting"


class DecisionIn(Sent):
    """How a disagreement is settled."""

    cause: Cause
    reason: str = Field(min_length=1, max_length=LONGEST)
    answer: int | str | None = Field(
        None, description="A strength in canonical order, a rating, met / not met, or null for no answer."
    )
    is_plural: bool = Field(False, description="Keep all labels, none forced.")
    proposal: str = Field(
        "", max_length=LONGEST, description="For a gap: what the next version of the definition should say."
    )
    becomes_gold: bool = Field(False, description="Of a slip: the answer becomes the item's reference label.")


class SentIn(Sent):
    """A question about an item, to be put before the adjudicators."""

    item: UUID
    trait_version: UUID | None = None
    criterion: UUID | None = None
    response: UUID | None = None


class RemarkIn(Sent):
    """What someone asks or answers."""

    text: str = Field(min_length=1, max_length=LONGEST)


def judged_project(request: Asking, slug: str) -> Project:
    """Return a project that the person leads or adjudicates; for all others there is none."""
    rows = Project.objects.all()
    if not request.user.is_superuser:
        rows = rows.filter(memberships__user=request.user, memberships__role__in=JUDGES)
    return get_object_or_404(within(request, rows, "pk"), slug=slug)


def find(request: Asking, disagreement_id: UUID, *, settling: bool = False) -> Disagreement:
    """Return a disagreement that the person may read, or may settle."""
    every = Disagreement.objects
    rows = every.settled_by(request.user) if settling else every.visible_to(request.user)
    found: Disagreement = get_object_or_404(
        within(request, rows.with_item(), "item__project"), pk=disagreement_id
    )
    return found


def disagreement_shape(found: Disagreement) -> DisagreementShape:
    """Return a disagreement, fetched with its item, as it is sent."""
    version = found.trait_version
    return DisagreementShape(
        id=found.pk,
        project=found.item.project.slug,
        item=found.item_id,
        scenario=found.item.scenario_id,
        kind=found.kind.value,  # type: ignore[arg-type]  # One of three.
        trait=f"{version.trait.slug}@{version.number}" if version else None,
        criterion=found.criterion_id,
        response=found.response_id,
        rule=found.rule,  # type: ignore[arg-type]  # One of the choices of its column.
        measure=found.measure,
        is_open=found.is_open,
        opened_at=found.opened_at,
    )


def whole(request: Asking, disagreement_id: UUID) -> DisagreementWhole:
    """Return a disagreement with what this person may see of it."""
    found = find(request, disagreement_id)
    mine = Disagreement.objects.settled_by(request.user).filter(pk=found.pk).exists()
    own = is_own(found, request.user)
    # With those who took their label back or whose label turned stale: what they wrote to each other stays theirs.
    judges = Annotation.objects.filter(assignment__item=found.item_id)
    names = names_of(found, set(judges.values_list("assignment__annotator", flat=True)))
    labels = [
        LabelShape(
            reader=str(names[label.annotator]),
            answer=label.answer,
            rationale=label.rationale,
            cites=list(label.cites),
            confidence=label.confidence,
            reasons=list(label.reasons),
        )
        for label in labels_on([found.item_id]).get(about(found), [])
        # Who judged it sees the others' labels when it is settled, not before.
        if (mine and not own) or not found.is_open or label.annotator == request.user.pk
    ]
    decisions = found.adjudications.select_related("amendment__version__trait", "gold")
    return DisagreementWhole(
        **disagreement_shape(found).model_dump(),
        is_own=own,
        may_settle=mine and not own,
        labels=labels,
        decisions=[decision_shape(each) for each in decisions],
        remarks=[
            SpokenShape(
                reader=str(names.get(each.author_id, "Adjudicator")),
                text=each.text,
                created_at=each.created_at,
            )
            for each in found.remarks.all()
        ],
    )


def decision_shape(decision: Adjudication) -> DecisionShape:
    """Return a decision as it is sent."""
    number = decision.rating if decision.strength is None else decision.strength
    amended = decision.amendment.version if decision.amendment else None
    return DecisionShape(
        id=decision.pk,
        cause=decision.cause,  # type: ignore[arg-type]  # One of the choices of its column.
        answer=decision.mark or number,
        is_plural=decision.is_plural,
        reason=decision.reason,
        amends=f"{amended.trait.slug}@{amended.number}" if amended else None,
        is_gold=hasattr(decision, "gold"),
        created_at=decision.created_at,
    )


@routes.get(
    "/projects/{slug:slug}/disagreements",
    auth=READS,
    response=Page[DisagreementShape],
    url_name="disagreements",
)
def disagreements(request: Asking, slug: str, asked: Query[DisagreementFilters]) -> Page[DisagreementShape]:
    """List what waits for a decision in a project that this person leads or adjudicates, or what was settled.

    In the order of their ids: `measure` says how far the answers lie apart.
    """
    project = judged_project(request, slug)
    found = Disagreement.objects.filter(item__project=project).with_item()
    rows: QuerySet[Disagreement] = found.waiting() if asked.show == "waiting" else found.settled()
    return page_of(rows, asked, disagreement_shape)


@routes.post(
    "/projects/{slug:slug}/disagreements/find",
    auth=WRITES,
    response={202: RunShape},
    url_name="disagreements_find",
)
def disagreements_find(request: Asking, slug: str) -> Status[RunShape]:
    """Look for what is contested among the items that are judged to the end. One search at a time."""
    return Status(202, run_shape(start_finding(judged_project(request, slug), created_by=request.user)))


@routes.post(
    "/projects/{slug:slug}/disagreements",
    auth=WRITES,
    response={201: DisagreementShape},
    url_name="disagreements",
)
@once
def disagreement_send(request: Asking, slug: str, sent: SentIn) -> Status[DisagreementShape]:
    """Put a question about an item before the adjudicators, whatever the rules say of it."""
    project = judged_project(request, slug)
    if not project.items.filter(pk=sent.item).exists():
        raise invalid([("item", NO_ITEM)])
    asked = About(sent.item, sent.trait_version, sent.criterion, sent.response)
    if asked not in labels_on([sent.item]):
        raise invalid([("item", NOT_ASKED)])
    put = send_item(asked, sent_by=request.user)
    return Status(201, disagreement_shape(find(request, put.pk)))


@routes.get(
    "/disagreements/{uuid:disagreement_id}", auth=READS, response=DisagreementWhole, url_name="disagreement"
)
def disagreement(request: Asking, disagreement_id: UUID) -> DisagreementWhole:
    """Return a disagreement with the labels side by side, and how it was settled."""
    return whole(request, disagreement_id)


@routes.post(
    "/disagreements/{uuid:disagreement_id}/decisions",
    auth=WRITES,
    response={201: DisagreementWhole},
    url_name="disagreement_settle",
)
@once
def disagreement_settle(
    request: Asking, disagreement_id: UUID, said: DecisionIn
) -> Status[DisagreementWhole]:
    """Settle a disagreement by its cause. No label changes; a difference of values stays plural."""
    found = find(request, disagreement_id, settling=True)
    form = checked(said, found)
    try:
        settle(found, form.decision, adjudicator=request.user)
    except OwnLabel as error:
        raise Problem(409, "own_label", OWN) from error
    except SettledMeanwhile as error:
        raise Problem(409, "settled_meanwhile", MEANWHILE) from error
    return Status(201, whole(request, disagreement_id))


def checked(said: DecisionIn, found: Disagreement) -> DecisionForm:
    """Return what was sent, held to the rules of the page.

    Raises:
        Problem: a field can't be used, or contradicts another.
    """
    if said.is_plural and said.answer is not None:
        raise invalid([("answer", "Keep all labels, or give one answer, not both.")])
    answer: Answer = "plural" if said.is_plural else said.answer
    sent = said.model_dump(exclude={"answer", "is_plural"})
    form = DecisionForm({**sent, "answer": "" if answer is None else str(answer)}, kind=found.kind)
    if not said.is_plural and said.answer == "plural":
        raise invalid([("answer", "That is no answer to this question. Send is_plural instead.")])
    if not form.is_valid():
        raise problem_of(form)
    return form


@routes.post(
    "/disagreements/{uuid:disagreement_id}/reopen",
    auth=WRITES,
    response=DisagreementWhole,
    url_name="disagreement_reopen",
)
def disagreement_reopen(request: Asking, disagreement_id: UUID) -> DisagreementWhole:
    """Let it be settled anew; earlier decisions stay beside the next."""
    found = find(request, disagreement_id, settling=True)
    if not found.is_open:
        reopen(found)
        record(request, "disagreement.reopened", found)
    return whole(request, disagreement_id)


@routes.post(
    "/disagreements/{uuid:disagreement_id}/remarks",
    auth=needs(Scope.LABEL, Scope.CURATE, in_projects=True),
    response={201: DisagreementWhole},
    url_name="disagreement_remark",
)
@once
def disagreement_remark(request: Asking, disagreement_id: UUID, said: RemarkIn) -> Status[DisagreementWhole]:
    """Ask those who judged the item, or answer."""
    found = find(request, disagreement_id)
    form = RemarkForm({"text": said.text})
    if not form.is_valid():
        raise problem_of(form)
    remark(found, form.cleaned_data["text"], author=request.user)
    return Status(201, whole(request, disagreement_id))
