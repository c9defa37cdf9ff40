"""Proposing shared criteria for a scenario, and voting on them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions.proposals import (
    Decided,
    NotShared,
    ProposedAlready,
    VotedAlready,
    detach,
    propose,
    vote,
)
from curation.forms.rubrics import ReasonForm, VoteForm
from curation.models import Criterion, Proposal, Scenario
from curation.views.rubrics import back_to, find_scenario, is_uuid, render_rubric
from curation.views.trait_edit import first_problem


@require_POST
@role_required(Role.TRAIT_AUTHORS, Role.CURATORS)
def criterion_propose(request: UserRequest, pk: UUID) -> HttpResponse:
    """Propose a shared criterion for a scenario."""
    scenario = find_scenario(request.user, pk)
    chosen = request.POST.get("criterion", "")
    shared = get_object_or_404(Criterion.objects.shared(), pk=chosen if is_uuid(chosen) else None)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render_rubric(request, scenario, status=422, problem=first_problem(form))
    try:
        propose(shared, scenario, proposer=request.user, reason=form.cleaned_data["reason"])
    except (NotShared, ProposedAlready):
        return back_to(scenario, "decided", anchor="shared")
    return back_to(scenario, "proposed", anchor="shared")


@require_POST
@role_required(Role.TRAIT_AUTHORS, Role.CURATORS)
def proposal_vote(request: UserRequest, pk: UUID) -> HttpResponse:
    """Say whether a proposed criterion fits."""
    proposal, scenario = find_proposal(request, pk)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return render_rubric(request, scenario, status=422, problem=first_problem(form))
    try:
        said = form.cleaned_data
        decided = vote(proposal, rater=request.user, agrees=said["fits"], reason=said["reason"])
    except (Decided, VotedAlready):
        return back_to(scenario, "decided", anchor="shared")
    done = "voted" if decided.state == Proposal.State.OPEN else str(decided.state)
    return back_to(scenario, done, anchor="shared")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def proposal_detach(request: UserRequest, pk: UUID) -> HttpResponse:
    """Take an attached criterion out of the rubric again."""
    proposal, scenario = find_proposal(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["reason"]:
        problem = _("Reason: say why it is taken out.")
        return render_rubric(request, scenario, status=422, problem=first_problem(form) or problem)
    detach(proposal, actor=request, reason=form.cleaned_data["reason"])
    return back_to(scenario, "detached", anchor="shared")


def find_proposal(request: UserRequest, pk: UUID) -> tuple[Proposal, Scenario]:
    """Return a proposal for a scenario that the person may see."""
    visible = Scenario.objects.visible_to(request.user)
    found = get_object_or_404(
        Proposal.objects.select_related("scenario__domain"), pk=pk, scenario__in=visible
    )
    return found, found.scenario
