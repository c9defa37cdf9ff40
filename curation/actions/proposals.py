"""How shared criteria come into a scenario's rubric: somebody proposes, and more than half of two or more raters find that it fits."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import Actor, record
from accounts.models import User
from curation.models import Criterion, Proposal, ProposalVote, Scenario

FEWEST_RATERS = 2


class NotShared(Exception):
    """The criterion belongs to a scenario, or is not published."""


class ProposedAlready(Exception):
    """Somebody proposed this criterion for this scenario before."""


class VotedAlready(Exception):
    """Each rater has one vote, and it stays."""


class Decided(Exception):
    """The proposal is not open any more."""


def decision(agreeing: int, raters: int) -> str:
    """Return what votes amount to: attached or declined by more than half of two or more, open until then."""
    if raters >= FEWEST_RATERS and agreeing * 2 > raters:
        return Proposal.State.ATTACHED
    if raters >= FEWEST_RATERS and agreeing * 2 < raters:
        return Proposal.State.DECLINED
    return Proposal.State.OPEN


@transaction.atomic
def propose(criterion: Criterion, scenario: Scenario, *, proposer: User, reason: str = "") -> Proposal:
    """Propose a shared criterion for a scenario. The proposer's own vote counts as one.

    Raises:
        NotShared: it is no published shared criterion.
        ProposedAlready: it was proposed before.
    """
    if criterion.scenario_id is not None or criterion.state != Criterion.State.PUBLISHED:
        raise NotShared
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(criterion=criterion, scenario=scenario, proposed_by=proposer)
    except IntegrityError:
        raise ProposedAlready from None
    ProposalVote.objects.create(proposal=proposal, rater=proposer, agrees=True, reason=reason)
    return proposal


@transaction.atomic
def vote(proposal: Proposal, *, rater: User, agrees: bool, reason: str = "") -> Proposal:
    """Say whether a proposed criterion fits; the vote that decides attaches or declines it.

    Raises:
        Decided: it is attached or declined.
        VotedAlready: the rater has voted.
    """
    # Without the lock two votes at once would each see only themselves, and neither would decide.
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.votes.filter(rater=rater).exists():
        raise VotedAlready
    if held.state != Proposal.State.OPEN:
        raise Decided
    ProposalVote.objects.create(proposal=held, rater=rater, agrees=agrees, reason=reason)
    said = list(held.votes.values_list("agrees", flat=True))
    held.state = decision(sum(said), len(said))
    if held.state != Proposal.State.OPEN:
        held.decided_at = timezone.now()
        held.save(update_fields=["state", "decided_at"])
        record(rater, f"proposal.{held.state}", held, agreeing=sum(said), raters=len(said))
    return held


@transaction.atomic
def detach(proposal: Proposal, *, actor: Actor, reason: str) -> None:
    """Take a shared criterion out of a scenario's rubric again; the votes and the reason are kept."""
    attached = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.ATTACHED)
    if attached.update(state=Proposal.State.DECLINED, decided_at=timezone.now()):
        record(actor, "proposal.detached", proposal, reason=reason)
