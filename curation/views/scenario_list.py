"""The list of scenarios: narrowed, searched, and come back to."""

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User, UserRequest
from curation.asking import hits
from curation.excerpts import Piece
from curation.finding import matching
from curation.forms.finding import KEPT, ScenarioSearch
from curation.models import Response, SavedFilter, Scenario
from curation.paging import Page, newest_first

PAGE_SIZE = 50
PAGE = "curation:scenarios"
MOST_SAVED = 30


class Entry(NamedTuple):
    """A scenario in the list."""

    scenario: Scenario
    response_count: int
    passage: list[Piece]
    """What of it says the words that were asked for; empty: show its last turn."""


def may_read(user: User) -> bool:
    """Whether there is a list of scenarios for this person; annotators see one only when it is their turn."""
    return user.may_curate or leads(user)


def may_import(user: User) -> bool:
    """Whether this person may bring files in."""
    return user.has_role(Role.CURATORS) or leads(user)


def leads(user: User) -> bool:
    """Whether this person leads a project."""
    return user.memberships.filter(role="lead").exists()


@require_safe
@login_required
def scenarios(request: UserRequest) -> HttpResponse:
    """List scenarios, newest first, by page."""
    if not may_read(request.user):
        raise Http404
    form = ScenarioSearch(request.GET, reader=request.user)
    page = found(request.user, form)
    context = {
        "form": form,
        "page": page,
        "entries": entries(page.rows, form),
        "may_import": may_import(request.user),
        "may_write": request.user.has_role(Role.CURATORS) or request.user.has_role(Role.TRAIT_AUTHORS),
        "asked": urlencode(form.asked),
        "saved": SavedFilter.objects.filter(owner=request.user, page=PAGE)[:MOST_SAVED],
        "section": "scenarios",
    }
    return render(request, "curation/scenarios.html", context)


def found(user: User, form: ScenarioSearch) -> Page[Scenario]:
    """Return the page of scenarios that the form asks for."""
    visible = Scenario.objects.visible_to(user).kept()
    asked = form.asked
    place: dict[str, Any] = {name: form.cleaned_data.get(name) for name in ("before", "after")}
    if not asked:
        return newest_first(visible.for_list(), **place, size=PAGE_SIZE)
    return matching(visible, form.narrowed(visible).for_list(), **place, size=PAGE_SIZE)


def entries(rows: list[Scenario], form: ScenarioSearch) -> list[Entry]:
    """Return each scenario with how many responses it has, and where it says what was asked for."""
    groups = Response.objects.filter(scenario__in=rows).order_by().values_list("scenario")
    counts = dict(groups.annotate(Count("pk")))
    asked = form.asked
    passages = hits(asked["q"], rows) if "q" in asked and "within" not in asked else {}
    return [Entry(row, counts.get(row.pk, 0), passages.get(row, [])) for row in rows]


@require_POST
@login_required
def filter_save(request: UserRequest) -> HttpResponse:
    """Keep the filters that are in force under a name."""
    if not may_read(request.user):
        raise Http404
    asked = dict(parse_qsl(request.POST.get("query", "")[:1000]))
    query = urlencode({name: asked[name] for name in KEPT if name in asked})
    name = " ".join(request.POST.get("name", "").replace("\0", "").split())[:80]
    if not name or not query:
        messages.error(request, _("The filter needs a name, and something to filter by."))
        return back(query)
    SavedFilter.objects.update_or_create(owner=request.user, page=PAGE, name=name, defaults={"query": query})
    messages.success(request, _("Filter “%(name)s” saved.") % {"name": name})
    return back(query)


@require_POST
@login_required
def filter_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Forget a filter."""
    saved = get_object_or_404(SavedFilter, pk=pk, owner=request.user)
    saved.delete()
    messages.success(request, _("Filter “%(name)s” deleted.") % {"name": saved.name})
    return back("")


def back(query: str) -> HttpResponseRedirect:
    """Return to the list with the filters still in force."""
    return HttpResponseRedirect(f"{reverse(PAGE)}?{query}" if query else reverse(PAGE))
