"""The doors through which pages reach a project."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import UserRequest
from labeling.models import Project


def visible_project(request: UserRequest, slug: str) -> Project:
    """Return a project that the person takes part in."""
    return get_object_or_404(Project.objects.visible_to(request.user), slug=slug)


def led_project(request: UserRequest, slug: str) -> Project:
    """Return a project that the person leads; for all others the page does not exist."""
    found = visible_project(request, slug)
    if not found.is_led_by(request.user):
        raise Http404
    return found
