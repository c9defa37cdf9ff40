"""Responses: written by hand, listed, and looked through for such that name their model."""

from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions.naming import KIND, start_looking
from curation.actions.rendering import ensure_rendered
from curation.actions.responses import SameWords, mark_response, write_response
from curation.excerpts import Piece, excerpt
from curation.forms.places import PlaceForm
from curation.forms.responses import ResponseForm
from curation.models import Response, Scenario
from curation.paging import newest_first
from curation.shown import StoredHtml
from curation.text import self_namings
from runs.models import Run

PAGE_SIZE = 25
READERS = (Role.CURATORS, Role.TRAIT_AUTHORS, Role.STEWARDS)
WRITERS = (Role.CURATORS, Role.TRAIT_AUTHORS)


class Entry(NamedTuple):
    """One response of the list, with the passage that gave it away."""

    response: Response
    pieces: list[Piece]


@require_safe
@role_required(*READERS)
def responses(request: UserRequest) -> HttpResponse:
    """List responses, newest first: all, or those that name their model or maker."""
    is_marked = request.GET.get("marked") == "1"
    rows = Response.objects.filter(leaks_identity=True) if is_marked else Response.objects.all()
    loaded = rows.select_related("scenario", "written_by").defer(
        "rendered_html",
        "sentences",
        "original",
        "scenario__messages",
        "scenario__rendered",
        "scenario__original",
    )
    page = newest_first(loaded, **PlaceForm(request.GET).keys, size=PAGE_SIZE)
    context = {
        "page": page,
        "entries": [entry(each) for each in page.rows],
        "is_marked": is_marked,
        "query": urlencode({"marked": 1}) if is_marked else "",
        "may_mark": request.user.has_role(Role.CURATORS),
        "looking": Run.objects.filter(kind=KIND).order_by("-pk").first() if is_marked else None,
        "section": "scenarios",
    }
    return render(request, "curation/responses.html", context)


@require_POST
@role_required(Role.CURATORS)
def responses_look(request: UserRequest) -> HttpResponse:
    """Have all responses looked through again."""
    start_looking(created_by=request.user)
    return HttpResponseRedirect(f"{reverse('curation:responses')}?marked=1")


def entry(response: Response) -> Entry:
    """Return a response with an excerpt that shows why it is marked."""
    passages = self_namings(response.text, response.model) if response.leaks_identity else []
    return Entry(response, excerpt(response.text, passages))


@require_POST
@role_required(Role.CURATORS)
def response_mark(request: UserRequest, pk: UUID) -> HttpResponse:
    """Say that a response names its model or maker, or that it doesn't."""
    found = get_object_or_404(Response, pk=pk)
    leaks = request.POST.get("leaks") == "1"
    if mark_response(found, leaks=leaks, actor=request):
        messages.success(request, _("Marked.") if leaks else _("The mark was taken away."))
    if request.POST.get("back") == "list":
        return HttpResponseRedirect(f"{reverse('curation:responses')}?marked=1")
    return HttpResponseRedirect(f"{reverse('curation:scenario', args=[found.scenario_id])}#responses")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*WRITERS)
@vary_on_headers("HX-Request")
def response_new(request: UserRequest, pk: UUID) -> HttpResponse:
    """Write a response to a scenario, or paste a model's."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user).kept(), pk=pk)
    if found.state != Scenario.State.READY:
        messages.info(
            request, _("This scenario is still a draft. Responses can be written when its words are final.")
        )
        return HttpResponseRedirect(reverse("curation:scenario", args=[found.pk]))
    form = ResponseForm(request.POST if request.method == "POST" else None)
    same = None
    if form.is_valid():
        try:
            made = write_response(found, form.written, actor=request)
        except SameWords as reason:
            same = reason.response
            form.add_error("text", _("This scenario has a response with exactly these words"))
        else:
            return written(request, made)
    return form_page(request, found, form, same)


def written(request: UserRequest, made: Response) -> HttpResponse:
    """Say that it is there, and lead to it."""
    messages.success(request, _("The response was added."))
    if made.leaks_identity:
        messages.warning(
            request, _("It seems to name a model or its maker, so it is marked. Look whether that is so.")
        )
    url = f"{reverse('curation:scenario', args=[made.scenario_id])}#responses"
    is_htmx = request.headers.get("HX-Request") == "true"
    return HttpResponseClientRedirect(url) if is_htmx else HttpResponseRedirect(url)


def form_page(
    request: UserRequest, found: Scenario, form: ResponseForm, same: Response | None
) -> HttpResponse:
    """Return the page to write on. To htmx only what is wrong, so that the words stay as they are."""
    ensure_rendered(found, [])
    turns = zip(found.messages, found.rendered or [], strict=True)
    context = {
        "scenario": found,
        "turns": [(message["role"], StoredHtml(html)) for message, html in turns],
        "form": form,
        "same": same,
        "section": "scenarios",
    }
    is_htmx = form.is_bound and request.headers.get("HX-Request") == "true"
    template = "curation/response_new.html#problems" if is_htmx else "curation/response_new.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
