"""How people's answers compare with gold, and what their pace says. For those who lead a project, never for peers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User, UserRequest
from labeling.comparing import Compared, Match, Pace, by_trait, by_week, match_of
from labeling.lines import GRID, Line, line_of
from labeling.quality import answered, paces
from labeling.views.answers import labels
from labeling.views.gold import led_project

HASTE = 1 / 3
"""Whose median is below this part of the project's median is called fast."""
FEW = 20
"""Pace and repetition of fewer answers say nothing."""
SAME_IN_A_ROW = 12
MOSTLY_SAME = 75


class Standing(NamedTuple):
    """What a lead sees of one person."""

    person: User
    match: Match
    traits: Mapping[str, Match]
    weeks: Mapping[str, Match]
    line: Line | None
    pace: Pace | None
    signals: Sequence[str]


@require_safe
@labels
def quality(request: UserRequest, slug: str) -> HttpResponse:
    """Show agreement with gold, drift, pace and repetition by person."""
    project = led_project(request.user, slug)
    rows: dict[UUID, list[Compared]] = {}
    for each in answered(project=project.pk):
        rows.setdefault(each.person, []).append(each.compared)
    pace, seconds = paces(project)
    people = User.objects.in_bulk({*rows, *pace})
    standings = [
        standing_of(person, rows.get(pk, []), pace.get(pk), seconds) for pk, person in people.items()
    ]
    context = {
        "section": "projects",
        "project": project,
        "standings": sorted(standings, key=lambda each: (not each.signals, str(each.person))),
        "seconds": seconds,
        "grid": GRID,
    }
    return render(request, "labeling/quality.html", context)


def standing_of(person: User, rows: Sequence[Compared], pace: Pace | None, seconds: float) -> Standing:
    """Return what a lead sees of one person."""
    weeks = by_week(rows)
    return Standing(
        person, match_of(rows), by_trait(rows), weeks, line_of(weeks), pace, signals_of(pace, seconds)
    )


def signals_of(pace: Pace | None, seconds: float) -> list[str]:
    """Return what is worth a question in how someone works."""
    if pace is None or pace.answers < FEW:
        return []
    found = []
    if pace.seconds and pace.seconds < seconds * HASTE:
        found.append(_("Fast"))
    if pace.longest >= SAME_IN_A_ROW or pace.repeats.percent >= MOSTLY_SAME:
        found.append(_("Same answers in a row"))
    return found
