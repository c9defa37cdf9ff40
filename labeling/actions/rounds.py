"""Rounds are opened, extended, revealed and closed, and people qualify in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from labeling.comparing import Share, match_of
from labeling.models import Item, Membership, Project, Qualification, Round, RoundRemark
from labeling.quality import answered

Kind, State = Round.Kind, Round.State


@dataclass(frozen=True)
class RoundPlan:
    """What a new round is to be."""

    kind: str
    name: str
    items: Sequence[Item]
    pass_percent: int = 70
    people: Iterable[User] = ()


class Result(NamedTuple):
    """How a person did in a round so far."""

    round: Round
    same: Share
    has_passed: bool


class RoundMoved(Exception):
    """The round is not in the state from which this can be done."""


@transaction.atomic
def open_round(project: Project, plan: RoundPlan, *, by: User) -> Round:
    """Begin a round: from now on its items come before live ones."""
    opened = Round.objects.create(
        project=project,
        kind=plan.kind,
        name=plan.name,
        pass_percent=plan.pass_percent,
        created_by=by,
    )
    opened.items.set(plan.items)
    opened.people.set(plan.people)
    keep_calibrating(project)
    record(by, "round.opened", project, kind=plan.kind, items=len(plan.items))
    return opened


@transaction.atomic
def extend_round(found: Round, items: Iterable[Item], *, by: User) -> None:
    """Add items to an open round: who did not pass is judged anew by what they have not answered yet.

    Raises:
        RoundMoved: it is not open.
    """
    if not Round.objects.running().select_for_update().filter(pk=found.pk).exists():
        raise RoundMoved
    found.items.add(*items)
    record(by, "round.extended", found.project)


@transaction.atomic
def reveal_round(found: Round, *, by: User) -> None:
    """Show the votes of a norming to those who take part, without names.

    Raises:
        RoundMoved: it is not open, or no norming.
    """
    rows = Round.objects.running().filter(pk=found.pk, kind=Kind.NORMING)
    if not rows.update(state=State.REVEALED, revealed_at=timezone.now()):
        raise RoundMoved
    keep_calibrating(found.project)
    record(by, "round.revealed", found.project)


@transaction.atomic
def close_round(found: Round, *, by: User) -> None:
    """End a round; what was found stays. Nobody has to pass a closed one.

    Raises:
        RoundMoved: it is closed.
    """
    if not Round.objects.exclude(state=State.CLOSED).filter(pk=found.pk).update(state=State.CLOSED):
        raise RoundMoved
    keep_calibrating(found.project)
    record(by, "round.closed", found.project)


def keep_calibrating(project: Project) -> None:
    """Note on the project whether any of its rounds is open. Wants a transaction."""
    # Locked first, so that of two rounds that open and close at once the later one counts both.
    Project.objects.select_for_update().get(pk=project.pk)
    project.is_calibrating = Round.objects.running().filter(project=project).exists()
    project.save(update_fields=["is_calibrating"])


def settle_qualification(membership: Membership) -> list[Result]:
    """Note how a person did in each open qualification of which they have answered all items since last time.

    Nothing is noted while there is nothing new to judge by. Wants the membership locked and nothing of it leased.
    """
    results = []
    for found in Round.objects.running().filter(project=membership.project_id, kind=Kind.QUALIFICATION):
        last = found.results.filter(person=membership.user_id).last()
        rows = answered(round_=found.pk, person=membership.user_id, since=last.created_at if last else None)
        if not rows:
            continue
        same = match_of([row.compared for row in rows]).same
        has_passed = same.hits * 100 >= found.pass_percent * same.total
        Qualification.objects.create(
            round=found,
            person_id=membership.user_id,
            trait_versions=list(membership.project.pins.values_list("trait_version_id", flat=True)),
            same=same.hits,
            compared=same.total,
            has_passed=has_passed,
        )
        results.append(Result(found, same, has_passed))
    return results


def say_in_round(found: Round, item: Item, text: str, *, author: User) -> RoundRemark:
    """Say something about an item whose votes are shown.

    Raises:
        RoundMoved: the votes are not shown, or not any more discussed.
    """
    if found.state != State.REVEALED:
        raise RoundMoved
    return RoundRemark.objects.create(round=found, item=item, author=author, text=text)
