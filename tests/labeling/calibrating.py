"""Gold items and rounds."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from labeling.actions.gold import set_references
from labeling.actions.rounds import RoundPlan, open_round
from labeling.calibrating import claim_gold
from labeling.caring import FREE
from labeling.desk import come_in
from labeling.models import Assignment, Item, Membership, Project, Round
from tests.factories import make_user
from tests.labeling.scenes import make_item, make_labeling_project, submit, take


def make_gold(project: Project, strength: int = 2, *, item: Item | None = None) -> Item:
    """An item with a reference on every pinned trait."""
    item = item or make_item(project)
    strengths: dict[UUID | None, int] = dict.fromkeys(
        project.pins.values_list("trait_version_id", flat=True), strength
    )
    set_references(item, strengths, "It says what it does not know.", author=make_user())
    item.refresh_from_db()
    return item


def gold_project(count: int = 1, **fields: Any) -> tuple[Project, list[Item]]:
    """A project with one trait whose items are all gold."""
    project = make_labeling_project(traits=1, **fields)
    items = [make_gold(project) for _ in range(count)]
    project.refresh_from_db()
    return project, items


def take_gold(project: Project, user: User) -> Assignment | None:
    """Claim a gold item in a transaction of its own."""
    with transaction.atomic():
        return claim_gold(come_in(project.slug, user), FREE)


def answer(assignment: Assignment, strength: int, **fields: Any) -> None:
    """Answer in canonical order."""
    submit(assignment, strength=strength if assignment.order_shown[0] == 0 else -strength, **fields)


def qualify_by(project: Project, items: list[Item], pass_percent: int = 70) -> Round:
    """An open qualification."""
    plan = RoundPlan(Round.Kind.QUALIFICATION, "First round", items, pass_percent)
    return open_round(project, plan, by=make_user())


def answer_round(project: Project, user: User, *strengths: int) -> None:
    """Take what comes and answer it."""
    for strength in strengths:
        answer(take(project, user), strength)


def member_of(project: Project, user: User) -> Membership:
    """The person's place in the project."""
    return Membership.objects.select_related("project").get(project=project, user=user)
