"""Hours for records of pay: one's own, and those of a project's people for its leads."""

from collections import defaultdict
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.models import UserRequest
from curation.views.removals import table
from labeling.hours import COLUMNS, TEAM_COLUMNS, Hours, hours_in, hours_of, total
from labeling.views.doors import led_project

LISTED = 400


class Person(NamedTuple):
    """One person's sum."""

    name: str
    email: str
    labels: int
    hours: str


@require_safe
@login_required
def hours(request: UserRequest) -> HttpResponse:
    """Show a person's hours by day and project."""
    spent = list(hours_of(request.user.pk))
    context = {"spent": spent[:LISTED], "days": len(spent), "total": total(spent)}
    return render(request, "labeling/hours.html", context)


@require_safe
@login_required
def hours_file(request: UserRequest) -> StreamingHttpResponse:
    """Send a person's hours as a table for a spreadsheet."""
    return sheet("my-hours.csv", table(COLUMNS, (each.row for each in hours_of(request.user.pk))))


@require_safe
@login_required
def project_hours(request: UserRequest, slug: str) -> HttpResponse:
    """Show the hours of a project's people to its leads."""
    project = led_project(request, slug)
    spent = list(hours_in(project.pk))
    context = {
        "section": "projects",
        "project": project,
        "is_led": True,
        "people": sums(spent),
        "total": total(spent),
    }
    return render(request, "labeling/project_hours.html", context)


@require_safe
@login_required
def project_hours_file(request: UserRequest, slug: str) -> StreamingHttpResponse:
    """Send the hours of a project's people by day as a table for a spreadsheet."""
    project = led_project(request, slug)
    record(request, "hours.exported", project)
    rows = (each.team_row for each in hours_in(project.pk))
    return sheet(f"{project.slug}-hours.csv", table(TEAM_COLUMNS, rows))


def sums(spent: list[Hours]) -> list[Person]:
    """Return each person's sum, by name."""
    by_person: dict[tuple[str, str], list[Hours]] = defaultdict(list)
    for each in spent:
        by_person[each.name, each.email].append(each)
    return [
        Person(name, email, sum(each.labels for each in theirs), total(theirs))
        for (name, email), theirs in sorted(by_person.items())
    ]


def sheet(name: str, lines: object) -> StreamingHttpResponse:
    """Answer with a CSV file."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")  # type: ignore[arg-type]
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
