"""Shared criteria come into a rubric when more than half of two or more raters find that they fit."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import AuditEvent, User
from curation.actions.proposals import (
    Decided,
    NotShared,
    ProposedAlready,
    VotedAlready,
    decision,
    detach,
    propose,
    vote,
)
from curation.models import Criterion, Proposal
from tests.factories import make_criterion, make_scenario, make_trait_version, make_user

pytestmark = pytest.mark.django_db


def make_shared(text: str = "Says how sure it is", **fields) -> Criterion:
    return make_criterion(None, text, version=make_trait_version(is_published=False), **fields)


def make_proposal() -> Proposal:
    return propose(make_shared(), make_scenario(), proposer=make_user(), reason="It is about figures.")


@pytest.mark.parametrize(
    ("agreeing", "raters", "state"),
    [
        (1, 1, "open"), (0, 1, "open"), (2, 2, "attached"), (1, 2, "open"), (0, 2, "declined"),
        (2, 3, "attached"), (1, 3, "declined"), (2, 4, "open"), (3, 4, "attached"),
    ],
)  # fmt: skip
def test_more_than_half_of_two_or_more_decide(agreeing, raters, state):
    assert decision(agreeing, raters) == state


def test_a_proposal_is_open_with_the_proposer_s_own_vote():
    proposal = make_proposal()

    assert proposal.state == "open"
    assert [(each.agrees, each.reason) for each in proposal.votes.all()] == [(True, "It is about figures.")]
    assert list(Criterion.objects.rubric_of(proposal.scenario)) == []


def test_a_second_rater_who_agrees_attaches_it():
    proposal = make_proposal()

    decided = vote(proposal, rater=make_user(), agrees=True)

    assert decided.state == "attached"
    assert decided.decided_at is not None
    assert list(Criterion.objects.rubric_of(proposal.scenario)) == [proposal.criterion]
    assert AuditEvent.objects.get(act="proposal.attached").detail == {"agreeing": 2, "raters": 2}


def test_a_tie_waits_for_a_third_rater_who_decides():
    proposal = make_proposal()

    assert vote(proposal, rater=make_user(), agrees=False).state == "open"
    assert vote(proposal, rater=make_user(), agrees=False).state == "declined"


def test_each_rater_has_one_vote():
    rater = make_user()
    proposal = propose(make_shared(), make_scenario(), proposer=rater)

    with pytest.raises(VotedAlready):
        vote(proposal, rater=rater, agrees=True)
    assert proposal.votes.count() == 1


def test_a_decided_proposal_takes_no_votes():
    proposal = make_proposal()
    vote(proposal, rater=make_user(), agrees=True)

    with pytest.raises(Decided):
        vote(proposal, rater=make_user(), agrees=False)


def test_a_criterion_is_proposed_once_for_a_scenario():
    proposal = make_proposal()

    with pytest.raises(ProposedAlready):
        propose(proposal.criterion, proposal.scenario, proposer=make_user())


def test_only_published_shared_criteria_are_proposed():
    for criterion in (make_criterion(make_scenario()), make_shared(state="draft")):
        with pytest.raises(NotShared):
            propose(criterion, make_scenario(), proposer=make_user())


def test_an_attached_criterion_is_taken_out_with_a_reason_once():
    proposal = make_proposal()
    vote(proposal, rater=make_user(), agrees=True)

    detach(proposal, actor=make_user(), reason="The scenario has no figures.")
    detach(proposal, actor=make_user(), reason="Again.")

    assert list(Criterion.objects.rubric_of(proposal.scenario)) == []
    assert AuditEvent.objects.get(act="proposal.detached").detail["reason"] == "The scenario has no figures."


@pytest.mark.django_db(transaction=True)
def test_two_votes_at_the_same_moment_decide_once():
    proposal, raters, ready = make_proposal(), [make_user(), make_user()], Barrier(2)

    def cast(rater: User) -> str:
        ready.wait(timeout=10)
        try:
            return vote(proposal, rater=rater, agrees=True).state
        except Decided:
            return "too late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(cast, raters))

    assert said == ["attached", "too late"]
    assert AuditEvent.objects.filter(act="proposal.attached").count() == 1
