"""Delphi rounds on a draft, for programs: the panel, its rounds, ratings, and what came of them. No name beside a rating."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from curation.actions import delphi
from curation.actions.delphi_results import RoundResult, StatementResult, results_of
from curation.actions.traits import NotADraft
from curation.api.doors import MOST_ID, written_version
from curation.api.drafts import VERSION
from curation.api.traits import routes
from curation.consensus import Tally
from curation.forms.delphi import PanelistForm, RatingForm
from curation.models import DelphiPanelist, DelphiStatement, DelphiVote, TraitVersion
from curation.models.delphi import MOST_ROUNDS
from curation.views.delphi import CLOSED, OUTSIDE, PROBLEMS, RATED
from curation.wording import LONGEST_TEXT

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
PANEL = f"{VERSION}/panel"
ROUND = f"{PANEL}/rounds/{{int:round_number}}"
NOBODY = "There is nobody with this address who writes traits."


class PanelistShape(BaseModel):
    """Somebody who is asked."""

    id: int
    person: UUID
    name: str
    group: str


class SaidShape(BaseModel):
    """What this person said of a statement."""

    rating: int
    reason: str
    is_dissent: bool


class ReasonShape(BaseModel):
    """Why somebody rated a statement as they did."""

    rating: int
    text: str
    is_dissent: bool


class GroupShape(BaseModel):
    """How a group rates a statement."""

    name: str = Field(description="Empty for people of groups too small to be shown.")
    high: int = Field(description="How many rate it 7 to 9.")
    of: int


class RatingsTally(BaseModel):
    """What the ratings of one statement say; null where fewer people rated it than can hide among each other."""

    counts: list[int] = Field(description="How many gave 1, 2, … 9.")
    median: float
    high: int = Field(description="How many rate it 7 to 9.")
    low: int = Field(description="How many rate it 1 to 3.")
    of: int
    outcome: str
    is_shared: bool = Field(description="In, and each group that is shown reaches the share by itself.")
    groups: list[GroupShape]


class StatementShape(BaseModel):
    """A statement of a round. Others' ratings are told to panelists once they gave theirs."""

    id: int
    part: str = Field(description="The same in every round that asks about it.")
    kind: str
    text: str
    mine: SaidShape | None
    count: int = Field(description="How many rated it.")
    is_open: bool = Field(description="Whether this person may see the ratings of others.")
    tally: RatingsTally | None
    reasons: list[ReasonShape]


class RoundLine(BaseModel):
    """A round of a panel."""

    number: int
    opened_at: datetime
    closed_at: datetime | None
    in_percent: int
    out_percent: int
    complete: int = Field(description="How many panelists rated every statement.")
    rated: int = Field(description="How many statements this person rated.")
    statements_total: int


class RoundWhole(RoundLine):
    """A round with its statements."""

    statements: list[StatementShape]


class PanelShape(BaseModel):
    """Who is asked about a draft, and the rounds in which they were."""

    people: list[PanelistShape]
    is_on_it: bool = Field(description="Whether this person is asked.")
    rounds: list[RoundLine]
    most_rounds: int


class NewPanelist(Sent):
    """Whom to ask."""

    email: str = Field(min_length=3, max_length=254, description="Of somebody who writes traits.")
    group: str = Field("", max_length=60, description="Whose view they bring, for instance law.")


class PanelRatingIn(Sent):
    """What a panelist says of a statement. It stands once it is given."""

    rating: Annotated[int, Field(ge=1, le=9)]
    reason: str = Field("", max_length=LONGEST_TEXT)
    is_dissent: bool = Field(False, description="Publish the reason with the version, without a name.")


def panelist_shape(panelist: DelphiPanelist) -> PanelistShape:
    """Return somebody on a panel, fetched with the person, as they are sent."""
    return PanelistShape(
        id=panelist.pk, person=panelist.person_id, name=str(panelist.person), group=panelist.group
    )


def round_line(found: RoundResult) -> RoundLine:
    """Return a round as it stands in a list."""
    asked = found.round
    same = {name: getattr(asked, name) for name in ("number", "opened_at", "closed_at")}
    return RoundLine(
        **same,
        in_percent=asked.in_percent,
        out_percent=asked.out_percent,
        complete=found.complete,
        rated=found.rated,
        statements_total=len(found.statements),
    )


def round_whole(version: TraitVersion, request: Asking, number: int) -> RoundWhole:
    """Return a round that is there, as this person may see it."""
    found = next(each for each in results_of(version, request.user) if each.round.number == number)
    return RoundWhole(
        **round_line(found).model_dump(), statements=[statement_shape(each) for each in found.statements]
    )


def statement_shape(found: StatementResult) -> StatementShape:
    """Return a statement as its reader may see it."""
    return StatementShape(
        id=found.statement.pk,
        part=found.statement.part,
        kind=found.statement.kind,
        text=found.statement.text,
        mine=said_shape(found.mine) if found.mine else None,
        count=found.count,
        is_open=found.is_open,
        tally=tally_shape(found.tally) if found.tally else None,
        reasons=[ReasonShape(**each._asdict()) for each in found.reasons],
    )


def said_shape(vote: DelphiVote) -> SaidShape:
    """Return a person's own rating."""
    return SaidShape(rating=vote.rating, reason=vote.reason, is_dissent=vote.is_dissent)


def tally_shape(found: Tally) -> RatingsTally:
    """Return what ratings say together."""
    return RatingsTally(
        counts=[each.people for each in found.bars],
        median=found.median,
        high=found.high.count,
        low=found.low.count,
        of=found.count,
        outcome=found.outcome.value,
        is_shared=found.is_shared,
        groups=[GroupShape(name=each.name, high=each.high.count, of=each.high.of) for each in found.groups],
    )


@routes.get(PANEL, auth=READS, response=PanelShape, url_name="trait_panel")
def trait_panel(request: Asking, slug: str, number: int) -> PanelShape:
    """Return who is asked about a version, and its rounds."""
    version = written_version(request, slug, number)
    people = list(version.panel.select_related("person").order_by("group", "person__name", "pk"))
    return PanelShape(
        people=[panelist_shape(each) for each in people],
        is_on_it=any(each.person_id == request.user.pk for each in people),
        rounds=[round_line(each) for each in results_of(version, request.user)],
        most_rounds=MOST_ROUNDS,
    )


@routes.post(PANEL, auth=WRITES, response={201: PanelistShape}, url_name="trait_panel")
@once
def trait_panelist_add(request: Asking, slug: str, number: int, new: NewPanelist) -> Status[PanelistShape]:
    """Ask somebody who writes traits to rate a draft."""
    version = written_version(request, slug, number)
    email = new.email.lower()
    if version.panel.filter(person__email=email).exists():
        raise refusal(delphi.OnThePanel())
    people = delphi.possible_panelists(version)
    person = people.filter(email=email).first()
    if person is None:
        raise invalid([("email", NOBODY)])
    form = PanelistForm({"person": person.pk, "group": new.group}, people=people)
    if not form.is_valid():
        raise problem_of(form)
    try:
        return Status(
            201,
            panelist_shape(delphi.add_panelist(version, **form.cleaned_data, facilitator=request.user)),
        )
    except (NotADraft, delphi.OnThePanel, delphi.NotATraitAuthor) as error:
        raise refusal(error) from error


@routes.delete(f"{PANEL}/{{int:panelist_id}}", auth=WRITES, response={204: None}, url_name="trait_panelist")
def trait_panelist_remove(request: Asking, slug: str, number: int, panelist_id: int) -> Status[None]:
    """Take somebody off a panel that was not asked yet."""
    version = written_version(request, slug, number)
    panelist = get_object_or_404(version.panel.select_related("version"), pk=min(panelist_id, MOST_ID))
    try:
        delphi.remove_panelist(panelist, facilitator=request.user)
    except (NotADraft, delphi.PanelIsFixed) as error:
        raise refusal(error) from error
    return Status(204, None)


@routes.post(f"{PANEL}/rounds", auth=WRITES, response={201: RoundWhole}, url_name="trait_rounds")
@once
def trait_round_open(request: Asking, slug: str, number: int) -> Status[RoundWhole]:
    """Ask the panel to rate each statement of a draft as it is worded now."""
    version = written_version(request, slug, number)
    try:
        opened = delphi.open_round(version, facilitator=request.user)
    except tuple(PROBLEMS) as error:
        raise refusal(error) from error
    return Status(201, round_whole(version, request, opened.number))


@routes.get(ROUND, auth=READS, response=RoundWhole, url_name="trait_round")
def trait_round(request: Asking, slug: str, number: int, round_number: int) -> RoundWhole:
    """Return a round: its statements, and of their ratings what this person may see."""
    version = written_version(request, slug, number)
    found = get_object_or_404(version.rounds, number=min(round_number, MOST_ROUNDS + 1))
    return round_whole(version, request, found.number)


@routes.post(f"{ROUND}/close", auth=WRITES, response=RoundWhole, url_name="trait_round_close")
def trait_round_close(request: Asking, slug: str, number: int, round_number: int) -> RoundWhole:
    """Take no more ratings in a round. Twice is once."""
    version = written_version(request, slug, number)
    found = get_object_or_404(version.rounds, number=min(round_number, MOST_ROUNDS + 1))
    delphi.close_round(found, facilitator=request.user)
    return round_whole(version, request, found.number)


@routes.post(
    f"{ROUND}/statements/{{int:statement_id}}", auth=WRITES, response=StatementShape, url_name="trait_rate"
)
def trait_rate(
    request: Asking, slug: str, number: int, round_number: int, statement_id: int, said: PanelRatingIn
) -> StatementShape:
    """Rate a statement. The same again changes nothing, another rating is refused."""
    version = written_version(request, slug, number)
    statements = DelphiStatement.objects.filter(
        round__version=version, round__number=min(round_number, MOST_ROUNDS + 1)
    )
    statement = get_object_or_404(statements, pk=min(statement_id, MOST_ID))
    form = RatingForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        delphi.rate(statement, form.said, person=request.user)
    except delphi.RatedAlready as error:
        raise Problem(409, "rated_already", RATED) from error
    except delphi.RoundIsClosed as error:
        raise Problem(409, "round_is_closed", CLOSED) from error
    except delphi.NotOnThePanel as error:
        raise Problem(409, "not_on_the_panel", OUTSIDE) from error
    rated = round_whole(version, request, round_number).statements
    return next(each for each in rated if each.id == statement.pk)


def refusal(error: Exception) -> Problem:
    """Return the problem of what a panel does not allow."""
    code = "".join(f"_{each.lower()}" if each.isupper() else each for each in type(error).__name__)
    return Problem(409, code.lstrip("_"), PROBLEMS[type(error)])
