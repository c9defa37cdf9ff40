"""Projects are set up, opened and closed, and people join and leave."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from curation.models import TraitVersion
from curation.text import render_prose, sanitise
from labeling.models import Membership, Project, ProjectTrait
from labeling.questions import USUAL

ALLOWED = {
    Project.State.DRAFT: {Project.State.OPEN},
    Project.State.OPEN: {Project.State.PAUSED, Project.State.CLOSED},
    Project.State.PAUSED: {Project.State.OPEN, Project.State.CLOSED},
    Project.State.CLOSED: {Project.State.OPEN},
}
"""Which state may follow which."""


class Plan(NamedTuple):
    """What a new project is to be."""

    name: str
    guidelines: str
    overlap: int
    traits: Iterable[TraitVersion]
    questions: Sequence[str] = tuple(map(str, USUAL))
    slug: str = ""
    is_demo: bool = False


class StateRefused(ValueError):
    """The project can't go from where it is to that state."""


@transaction.atomic
def create_project(plan: Plan, *, created_by: User | None) -> Project:
    """Set up a project in draft, with its traits pinned and its author as lead."""
    guidelines = sanitise(plan.guidelines).text
    project = Project.objects.create(
        slug=plan.slug or _free_slug(plan.name),
        name=plan.name,
        guidelines=guidelines,
        guidelines_html=render_prose(guidelines) if guidelines else "",
        overlap=plan.overlap,
        questions=list(plan.questions),
        is_demo=plan.is_demo,
        created_by=created_by,
    )
    ProjectTrait.objects.bulk_create(
        ProjectTrait(project=project, trait_version=version, position=position)
        for position, version in enumerate(plan.traits)
    )
    if created_by:
        Membership.objects.create(project=project, user=created_by, role=Membership.Role.LEAD)
    return project


def change_state(project: Project, state: str) -> None:
    """Open, pause or close a project.

    Raises:
        StateRefused: that state can't follow the present one.
    """
    came_from = [before for before, after in ALLOWED.items() if state in after]
    if not Project.objects.filter(pk=project.pk, state__in=came_from).update(state=state):
        raise StateRefused(state)
    project.state = state


def add_member(project: Project, user: User, role: str) -> Membership:
    """Let a person take part, or change their role; what they did stays theirs."""
    membership, _ = Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})
    return membership


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "project"
    taken = set(Project.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )
