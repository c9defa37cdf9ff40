"""Shared criteria for programs: proposed for a scenario, voted on, and taken out again."""

from datetime import datetime
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
from curation.actions.proposals import (
    Decided,
    NotShared,
    ProposedAlready,
    VotedAlready,
    detach,
    propose,
    vote,
)
from curation.api.doors import only, visible_scenario, written_scenario
from curation.forms.rubrics import LONGEST_REASON, ReasonForm, VoteForm
from curation.models import Criterion, Proposal, Scenario

routes = Routes(tags=["criteria"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
NOT_SHARED = "That is no published criterion of a trait."
PROPOSED = "Somebody proposed it for this scenario before."
VOTED = "You have voted already, and each has one vote."
DECIDED = "It was decided already."
NOT_ATTACHED = "It is not part of the rubric."


class SharedProposal(BaseModel):
    """A shared criterion that somebody proposed for a scenario. It counts once more than half of two or more agree."""

    id: UUID
    scenario: UUID
    criterion: UUID
    text: str
    state: Literal["open", "attached", "declined"]
    agreeing: int
    raters: int
    has_voted: bool = Field(description="Whether this person has voted.")
    created_at: datetime


class NewProposal(Sent):
    """Which shared criterion, and why."""

    criterion: UUID
    reason: str = Field("", max_length=LONGEST_REASON)


class Vote(Sent):
    """Whether a criterion fits; who says no says why."""

    fits: bool
    reason: str = Field("", max_length=LONGEST_REASON)


class Reason(Sent):
    """Why it is taken out."""

    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


def proposal_shape(proposal: Proposal, request: Asking) -> SharedProposal:
    """Return a proposal as it is sent."""
    votes = list(proposal.votes.all())
    return SharedProposal(
        id=proposal.pk,
        scenario=proposal.scenario_id,
        criterion=proposal.criterion_id,
        text=proposal.criterion.text,
        state=proposal.state,  # type: ignore[arg-type]  # One of the choices of its column.
        agreeing=sum(each.agrees for each in votes),
        raters=len(votes),
        has_voted=any(each.rater_id == request.user.pk for each in votes),
        created_at=proposal.created_at,
    )


def find(request: Asking, proposal_id: UUID) -> Proposal:
    """Return a proposal for a scenario that the person may see."""
    visible = Scenario.objects.visible_to(request.user)
    rows = Proposal.objects.select_related("criterion").prefetch_related("votes")
    found: Proposal = get_object_or_404(rows, pk=proposal_id, scenario__in=visible)
    return found


@routes.get(
    "/scenarios/{uuid:scenario_id}/proposals", auth=READS, response=list[SharedProposal], url_name="proposals"
)
def proposals(request: Asking, scenario_id: UUID) -> list[SharedProposal]:
    """List what was proposed for the rubric of a scenario, the oldest first."""
    scenario = visible_scenario(request, scenario_id)
    rows = scenario.proposals.select_related("criterion").prefetch_related("votes").order_by("pk")
    return [proposal_shape(each, request) for each in rows]


@routes.post(
    "/scenarios/{uuid:scenario_id}/proposals",
    auth=WRITES,
    response={201: SharedProposal},
    url_name="proposals",
)
@once
def criterion_propose(request: Asking, scenario_id: UUID, new: NewProposal) -> Status[SharedProposal]:
    """Propose a shared criterion for a scenario. The proposer's own vote counts as one."""
    scenario = written_scenario(request, scenario_id)
    shared = Criterion.objects.shared().filter(pk=new.criterion).first()
    form = ReasonForm({"reason": new.reason})
    if shared is None:
        raise invalid([("criterion", NOT_SHARED)])
    if not form.is_valid():
        raise problem_of(form)
    try:
        made = propose(shared, scenario, proposer=request.user, reason=form.cleaned_data["reason"])
    except NotShared as error:
        raise invalid([("criterion", NOT_SHARED)]) from error
    except ProposedAlready as error:
        raise Problem(409, "proposed_already", PROPOSED) from error
    return Status(201, proposal_shape(find(request, made.pk), request))


@routes.post(
    "/proposals/{uuid:proposal_id}/vote", auth=WRITES, response=SharedProposal, url_name="proposal_vote"
)
def proposal_vote(request: Asking, proposal_id: UUID, said: Vote) -> SharedProposal:
    """Say whether a proposed criterion fits. The vote that decides attaches or declines it."""
    only(request, Role.TRAIT_AUTHORS, Role.CURATORS)
    found = find(request, proposal_id)
    form = VoteForm({"fits": "yes" if said.fits else "no", "reason": said.reason})
    if not form.is_valid():
        raise problem_of(form)
    try:
        vote(found, rater=request.user, agrees=said.fits, reason=form.cleaned_data["reason"])
    except VotedAlready as error:
        raise Problem(409, "voted_already", VOTED) from error
    except Decided as error:
        raise Problem(409, "decided", DECIDED) from error
    return proposal_shape(find(request, proposal_id), request)


@routes.post(
    "/proposals/{uuid:proposal_id}/detach", auth=WRITES, response=SharedProposal, url_name="proposal_detach"
)
def proposal_detach(request: Asking, proposal_id: UUID, said: Reason) -> SharedProposal:
    """Take an attached criterion out of the rubric again; the votes are kept."""
    only(request, Role.TRAIT_AUTHORS)
    found = find(request, proposal_id)
    form = ReasonForm({"reason": said.reason})
    if not form.is_valid():
        raise problem_of(form)
    if found.state != Proposal.State.ATTACHED:
        raise Problem(409, "not_attached", NOT_ATTACHED)
    detach(found, actor=request, reason=form.cleaned_data["reason"])
    return proposal_shape(find(request, proposal_id), request)
