"""The first page after signing in: what there is to do."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Role, User, UserRequest
from labeling.actions.starter import join_demo
from labeling.calibrating import left_in_rounds, qualification_is_due
from labeling.caring import FREE, Rules, rules_for
from labeling.comparing import by_trait, by_week
from labeling.lines import GRID, line_of
from labeling.models import Assignment, Disagreement, GoldContest, Membership, Round
from labeling.quality import answered
from labeling.questions import mode_of
from labeling.views.answers import labels

RECENT = 6
TOLD = 5


class Queue(NamedTuple):
    """A project in which the person can label, and what comes first there."""

    membership: Membership
    mode: str
    must_qualify: bool
    due: int
    """Items of open rounds that are still to be judged."""


@require_GET
@labels
def home(request: UserRequest) -> HttpResponse:
    """Show what the person can go on with, their queues, what is due, and what came of what they did."""
    if request.user.is_superuser:
        join_demo(request.user)
    mine = Assignment.objects.visible_to(request.user)
    memberships = list(Membership.objects.queues_of(request.user))
    rules = rules_for(memberships[0]) if memberships else FREE
    queues = [queue_of(each, rules) for each in memberships]
    context = {
        "section": "home",
        "resume": mine.in_progress().first(),
        "queues": queues,
        "due": [queue for queue in queues if queue.due or queue.must_qualify],
        "shown": Round.objects.filter(people=request.user, state=Round.State.REVEALED).order_by(
            "-revealed_at"
        ),
        "recent": mine.submitted().with_text().order_by("-leased_at")[:RECENT],
        "runs_house": request.user.has_role(Role.STEWARDS) or request.user.has_role(Role.CURATORS),
    }
    return render(request, "labeling/home.html", context | compared(request.user) | news(request.user))


def queue_of(membership: Membership, rules: Rules) -> Queue:
    """Return a queue as the page shows it; what the person wishes is the same in all of them."""
    return Queue(
        membership,
        mode_of(membership.project.questions),
        qualification_is_due(membership),
        left_in_rounds(membership, rules),
    )


def compared(user: User) -> dict[str, Any]:
    """Return how a person's own answers compare with references; nobody else's are told."""
    rows = answered(person=user.pk)
    weeks = by_week(row.compared for row in rows)
    return {
        "gold_answers": len({row.assignment for row in rows}),
        "traits": by_trait(row.compared for row in rows),
        "weeks": weeks,
        "line": line_of(weeks),
        "grid": GRID,
        "differing": newest(row.assignment for row in rows if not row.compared.is_same),
        "revised": GoldContest.objects.filter(outcome=GoldContest.Outcome.REVISED).count() if rows else 0,
    }


def newest(assignments: Iterable[Any]) -> list[Any]:
    """Return the last few, each once, the newest first."""
    return list(dict.fromkeys(reversed(list(assignments))))[:TOLD]


def news(user: User) -> dict[str, Any]:
    """Return what came of a person's labels and objections."""
    contests = (
        GoldContest.objects.answered()
        .filter(author=user)
        .select_related("reference__item__scenario__domain", "reference__trait_version__trait")[:TOLD]
    )
    items = [each.reference.item_id for each in contests]
    own = dict(
        Assignment.objects.submitted().filter(annotator=user, item__in=items).values_list("item_id", "pk")
    )
    return {
        "told": Disagreement.objects.told_to(user).with_item().order_by("-opened_at")[:TOLD],
        "contests": [(each, own.get(each.reference.item_id)) for each in contests],
    }
