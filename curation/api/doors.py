"""The doors through which programs reach scenarios and traits, and who may do what with them."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.api import Asking
from accounts.models import Role
from config.rest.problems import not_found
from curation.models import Scenario, TraitVersion

WRITERS = (Role.CURATORS, Role.TRAIT_AUTHORS)
HIGHEST_NUMBER = 32767
MOST_ID = 2**63 - 1


def only(request: Asking, *roles: Role) -> None:
    """Let people on who have one of the roles.

    Raises:
        Problem: for everybody else there is nothing here.
    """
    if not any(map(request.user.has_role, roles)):
        raise not_found()


def visible_scenario(request: Asking, scenario_id: UUID) -> Scenario:
    """Return a scenario that the person may see."""
    visible = Scenario.objects.visible_to(request.user).select_related("family")
    return get_object_or_404(visible, pk=scenario_id)


def written_scenario(request: Asking, scenario_id: UUID) -> Scenario:
    """Return a scenario to somebody who writes scenarios."""
    only(request, *WRITERS)
    return visible_scenario(request, scenario_id)


def written_version(request: Asking, slug: str, number: int) -> TraitVersion:
    """Return a version of a trait to somebody who writes traits."""
    only(request, Role.TRAIT_AUTHORS)
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait", "author")
    return get_object_or_404(visible, trait__slug=slug, number=min(number, HIGHEST_NUMBER))
