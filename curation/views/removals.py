"""Scenarios that were taken out, and taking them back in."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.removals import AlreadyRemoved, StillADraft, remove, restore
from curation.forms.places import number_key
from curation.forms.removals import RemovalForm
from curation.models import Removal, Scenario
from curation.paging import newest_first
from curation.views.similarity import READERS, back

PAGE_SIZE = 50
CHUNK = 2_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("scenario", "reason", "note", "removed_by", "removed_at", "source", "license", "content_sha256")
FIELDS = (
    "scenario", "reason", "note", "removed_by__email", "created_at", "scenario__source", "scenario__license",
    "scenario__content_sha256",
)  # fmt: skip
DRAFT = words("A draft is not removed. Delete it instead.")
ALREADY = words("Somebody has removed it before.")


@require_safe
@role_required(*READERS)
def removals(request: UserRequest) -> HttpResponse:
    """List scenarios that were taken out, the latest first."""
    rows = Removal.objects.select_related("scenario__family", "scenario__domain", "removed_by")
    rows = rows.defer("scenario__rendered", "scenario__original")
    place = {name: number_key(request.GET.get(name, "")) for name in ("before", "after")}
    context = {
        "page": newest_first(rows, **place, size=PAGE_SIZE),
        "may_decide": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }
    return render(request, "curation/removals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS)
def scenario_remove(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask why a scenario is taken out, and take it out."""
    visible = Scenario.objects.visible_to(request.user).select_related("family", "removal")
    found = get_object_or_404(visible, pk=pk)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            removal = remove(found, said["reason"], note=said["note"], actor=request)
        except StillADraft:
            form.add_error(None, told(DRAFT))
        except AlreadyRemoved:
            form.add_error(None, told(ALREADY))
        else:
            tell_removed(request, removal)
            return back(request, "curation:removals")
    context = {"scenario": found, "form": form, "next": request.POST.get("next", ""), "section": "scenarios"}
    return render(request, "curation/scenario_remove.html", context, status=422 if form.is_bound else 200)


def tell_removed(request: UserRequest, removal: Removal) -> None:
    """Say that a scenario is out, and where that can be taken back."""
    text = _('The scenario is taken out. <a href="{url}">Removals</a> lists it, where it can be taken back.')
    messages.success(request, format_html(text, url=reverse("curation:removals")))


@require_POST
@role_required(Role.CURATORS)
def removal_restore(request: UserRequest, pk: int) -> HttpResponse:
    """Take a removal back."""
    restore(get_object_or_404(Removal, pk=pk), actor=request)
    messages.success(request, _("The scenario is back. The next release may hold it."))
    return redirect("curation:removals")


@require_safe
@role_required(*READERS)
def removals_file(request: UserRequest) -> StreamingHttpResponse:
    """Send the list as a table for a spreadsheet."""
    rows = Removal.objects.order_by("pk").values_list(*FIELDS).iterator(chunk_size=CHUNK)
    answer = StreamingHttpResponse(table(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="removals.csv"'
    return answer


class Echo:
    """Hands back what a CSV writer writes, so that it can be sent at once."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[Any]:
    """Yield the lines of a CSV file of which no cell is taken for a formula."""
    writer = csv.writer(Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([inert("" if value is None else str(value)) for value in row])


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
