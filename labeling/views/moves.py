"""Newer versions of a project's traits, and moving to them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import UserRequest
from curation.actions.wordings import trait_names, wording_of
from curation.differences import differences, tally, with_names
from curation.models import TraitVersion
from labeling.actions.moves import Move, NotNewer, move_pin, open_moves
from labeling.views.answers import labels
from labeling.views.doors import led_project


@require_GET
@labels
def project_versions(request: UserRequest, slug: str) -> HttpResponse:
    """Show which pinned traits have a newer version, how it differs, and what moving to it would do."""
    found = led_project(request, slug)
    moves = open_moves(found)
    moving = {move.pin.pk for move in moves}
    pins = found.pins.select_related("trait_version__trait")
    context = {
        "section": "projects",
        "project": found,
        "is_led": True,
        "moves": [compared(move) for move in moves],
        "newest": [pin for pin in pins if pin.pk not in moving],
    }
    return render(request, "labeling/project_versions.html", context)


def compared(move: Move) -> dict[str, Any]:
    """Return a move with how the two wordings differ."""
    pinned, newer = move.pin.trait_version, move.newer
    sections = with_names(differences(wording_of(pinned), wording_of(newer)), trait_names())
    return {
        "move": move,
        "sections": sections,
        "tally": tally(sections),
        "left": _("Version %(number)s") % {"number": pinned.number},
        "right": _("Version %(number)s") % {"number": newer.number},
    }


@require_POST
@labels
def version_move(request: UserRequest, slug: str) -> HttpResponse:
    """Have the project ask by a newer version from now on."""
    found = led_project(request, slug)
    wanted = request.POST.get("version", "")
    every = TraitVersion.objects.published().select_related("trait")
    version = get_object_or_404(
        every, pk__in=[each.newer.pk for each in open_moves(found) if str(each.newer.pk) == wanted]
    )
    try:
        stale = move_pin(found, version, actor=request)
    except NotNewer:
        messages.error(request, _("Somebody moved the project to this version a moment ago."))
    else:
        said = _("The project asks by version %(number)s of %(name)s now.") % {
            "number": version.number,
            "name": version.trait.name,
        }
        if stale.annotations:
            said += " " + _("%(items)s of its items are open again.") % {"items": stale.items}
        messages.success(request, said)
    return redirect("labeling:project_versions", slug)
