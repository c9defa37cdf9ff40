"""Qualification and norming rounds for programs: begun, extended, shown, closed, and what came of them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid, not_found
from config.rest.routes import Routes
from labeling.actions.rounds import (
    RoundMoved,
    close_round,
    extend_round,
    open_round,
    reveal_round,
    say_in_round,
)
from labeling.api.doors import led_project, within
from labeling.forms.calibration import LONGEST, RemarkForm, RoundForm
from labeling.models import Qualification, Round
from labeling.norming import Votes
from labeling.views.rounds import MOVED, norming_of, open_to

routes = Routes(tags=["rounds"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)
SPEAKS = needs(Scope.LABEL, Scope.CURATE, in_projects=True)
NOT_GOLD = "Only gold items of the project can be added."
NOT_SHOWN = "Its votes are not shown to you."


class CalibrationLine(BaseModel):
    """Items that people judge to calibrate."""

    id: UUID
    project: str
    kind: Literal["qualification", "norming"]
    state: Literal["open", "revealed", "closed"]
    name: str
    pass_percent: int = Field(description="Of a qualification.")
    created_at: datetime
    revealed_at: datetime | None


class QualificationShape(BaseModel):
    """How somebody did in a qualification."""

    person: UUID
    name: str
    same: int = Field(description="Answers that pointed the way of the reference.")
    compared: int
    has_passed: bool
    created_at: datetime


class VoteCount(BaseModel):
    """How many answered one way."""

    what: str
    before: int = Field(description="Before the votes were shown.")
    now: int


class VotesShape(BaseModel):
    """How the votes on one trait of an item fall."""

    trait: str
    votes: list[VoteCount]
    unsure: int


class SaidInRound(BaseModel):
    """What somebody said, under a name that holds within the round."""

    reader: str
    text: str


class NormingItem(BaseModel):
    """An item of a norming; votes only where this person may see them."""

    item: UUID
    voted: int
    votes: list[VotesShape]
    rationales: list[SaidInRound]
    remarks: list[SaidInRound]


class CalibrationShape(CalibrationLine):
    """A round with what came of it."""

    items: list[UUID]
    people: int = Field(description="Who vote in a norming.")
    results: list[QualificationShape] = Field(description="Of a qualification, to those who lead.")
    norming: list[NormingItem]


class RoundIn(Sent):
    """A new round."""

    kind: Literal["qualification", "norming"]
    name: str = Field(min_length=1, max_length=120)
    items: list[UUID] = Field(min_length=1, max_length=500, description="Of a qualification: gold items.")
    pass_percent: int = Field(70, ge=0, le=100, description="Of a qualification.")
    people: list[UUID] = Field([], max_length=500, description="Of a norming: two at least.")


class MoreItems(Sent):
    """Items to add."""

    items: list[UUID] = Field(min_length=1, max_length=500, description="Gold items of the project.")


class RoundRemarkIn(Sent):
    """Something about an item whose votes are shown."""

    item: UUID
    text: str = Field(min_length=1, max_length=LONGEST)


def line(found: Round) -> CalibrationLine:
    """Return a round, fetched with its project, as it stands in a list."""
    same: dict[str, Any] = {
        name: getattr(found, name) for name in CalibrationLine.model_fields if name != "project"
    }
    return CalibrationLine(**same, project=found.project.slug)


def round_shape(request: Asking, found: Round) -> CalibrationShape:
    """Return a round as this person may see it."""
    found.refresh_from_db()
    is_norming = found.kind == Round.Kind.NORMING
    is_led = found.project.is_led_by(request.user)
    results = found.results.select_related("person").order_by("-id") if is_led and not is_norming else []
    rows = norming_of(request.user, found)["rows"] if is_norming else []
    return CalibrationShape(
        **line(found).model_dump(),
        items=list(found.items.order_by("pk").values_list("pk", flat=True)) if is_led else [],
        people=found.people.count(),
        results=[result_shape(each) for each in results],
        norming=[norming_shape(each) for each in rows],
    )


def result_shape(result: Qualification) -> QualificationShape:
    """Return how somebody did, fetched with the person, as it is sent."""
    same: dict[str, Any] = {
        name: getattr(result, name) for name in ("same", "compared", "has_passed", "created_at")
    }
    return QualificationShape(**same, person=result.person_id, name=str(result.person))


def norming_shape(row: dict[str, Any]) -> NormingItem:
    """Return an item of a norming as it is sent."""
    return NormingItem(
        item=row["item"].pk,
        voted=row["voted"],
        votes=[votes_shape(each) for each in row["votes"]],
        rationales=[SaidInRound(reader=str(name), text=text) for name, text in row["rationales"]],
        remarks=[SaidInRound(reader=str(name), text=each.text) for name, each in row["remarks"]],
    )


def votes_shape(votes: Votes) -> VotesShape:
    """Return the votes on one trait as they are sent."""
    pairs = zip(votes.before, votes.now, strict=True)
    counts = [VoteCount(what=now.said, before=before.number, now=now.number) for before, now in pairs]
    return VotesShape(trait=str(votes.trait), votes=counts, unsure=votes.unsure)


def find(request: Asking, round_id: UUID) -> Round:
    """Return a round that the person leads or takes part in, and the token reaches."""
    visible = within(request, Round.objects.visible_to(request.user), "project")
    return get_object_or_404(visible.select_related("project"), pk=round_id)


def led(request: Asking, round_id: UUID) -> Round:
    """Return a round that the person leads."""
    found = find(request, round_id)
    if not found.project.is_led_by(request.user):
        raise not_found()
    return found


@routes.get("/projects/{slug:slug}/rounds", auth=READS, response=Page[CalibrationLine], url_name="rounds")
def rounds(request: Asking, slug: str, asked: Query[Paging]) -> Page[CalibrationLine]:
    """List the rounds of a project that this person leads, newest first."""
    return page_of(led_project(request, slug).rounds.select_related("project"), asked, line)


@routes.post("/projects/{slug:slug}/rounds", auth=WRITES, response={201: CalibrationShape}, url_name="rounds")
@once
def round_begin(request: Asking, slug: str, said: RoundIn) -> Status[CalibrationShape]:
    """Begin a round: from now on its items come before live ones."""
    project = led_project(request, slug)
    form = RoundForm(project, said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    opened = open_round(project, form.plan, by=request.user)
    return Status(201, round_shape(request, opened))


@routes.get("/rounds/{uuid:round_id}", auth=READS, response=CalibrationShape, url_name="round")
def round_(request: Asking, round_id: UUID) -> CalibrationShape:
    """Return a round: results to those who lead, votes to those who voted once they are shown."""
    return round_shape(request, find(request, round_id))


@routes.post("/rounds/{uuid:round_id}/items", auth=WRITES, response=CalibrationShape, url_name="round_extend")
def round_extend(request: Asking, round_id: UUID, said: MoreItems) -> CalibrationShape:
    """Add gold items, so that those who did not pass can try again."""
    found = led(request, round_id)
    chosen = list(found.project.items.filter(is_gold=True, pk__in=said.items))
    if len(chosen) < len(set(said.items)):
        raise invalid([("items", NOT_GOLD)])
    try:
        extend_round(found, chosen, by=request.user)
    except RoundMoved as error:
        raise Problem(409, "round_moved", MOVED, state=found.state) from error
    return round_shape(request, found)


@routes.post(
    "/rounds/{uuid:round_id}/reveal", auth=WRITES, response=CalibrationShape, url_name="round_reveal"
)
def round_reveal(request: Asking, round_id: UUID) -> CalibrationShape:
    """Show the votes of a norming to those who take part, without names."""
    found = led(request, round_id)
    try:
        reveal_round(found, by=request.user)
    except RoundMoved as error:
        raise Problem(409, "round_moved", MOVED, state=found.state) from error
    return round_shape(request, found)


@routes.post("/rounds/{uuid:round_id}/close", auth=WRITES, response=CalibrationShape, url_name="round_close")
def round_close(request: Asking, round_id: UUID) -> CalibrationShape:
    """End a round; what was found stays."""
    found = led(request, round_id)
    try:
        close_round(found, by=request.user)
    except RoundMoved as error:
        raise Problem(409, "round_moved", MOVED, state=found.state) from error
    return round_shape(request, found)


@routes.post(
    "/rounds/{uuid:round_id}/remarks", auth=SPEAKS, response={201: CalibrationShape}, url_name="round_remark"
)
@once
def round_remark(request: Asking, round_id: UUID, said: RoundRemarkIn) -> Status[CalibrationShape]:
    """Say something about an item whose votes are shown."""
    found = find(request, round_id)
    item = found.items.filter(pk__in=open_to(request.user, found)).filter(pk=said.item).first()
    if item is None:
        raise invalid([("item", NOT_SHOWN)])
    form = RemarkForm({"text": said.text})
    if not form.is_valid():
        raise problem_of(form)
    try:
        say_in_round(found, item, form.cleaned_data["text"], author=request.user)
    except RoundMoved as error:
        raise Problem(409, "round_moved", MOVED, state=found.state) from error
    return Status(201, round_shape(request, found))
