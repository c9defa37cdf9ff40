"""The doors through which programs reach projects and what is in them."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404

from accounts.api import Asking
from config.rest.problems import not_found
from labeling.models import Project

Row = TypeVar("Row", bound=Model)


def within(request: Asking, rows: "QuerySet[Row]", project: str) -> "QuerySet[Row]":
    """Return those of the rows that a token reaches.

    Args:
        request: by whoever asks.
        rows: that its person may see.
        project: the lookup that leads from a row to its project's id.
    """
    bound_to = request.auth.project_id
    return rows.filter(**{project: bound_to}) if bound_to else rows


def visible_project(request: Asking, slug: str) -> Project:
    """Return a project that the person takes part in and the token reaches."""
    visible = Project.objects.visible_to(request.user)
    return get_object_or_404(within(request, visible, "pk"), slug=slug)


def led_project(request: Asking, slug: str) -> Project:
    """Return a project that the person leads; for all others there is none."""
    found = visible_project(request, slug)
    if not found.is_led_by(request.user):
        raise not_found()
    return found
