"""Bringing files and datasets in, and what became of each of their lines."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User, UserRequest
from curation.models import Import, SavedMapping
from curation.paging import newest_first
from curation.sources import SOURCES
from labeling.actions.imports import bring_dataset, bring_file
from labeling.actions.uploads import keep_upload
from labeling.forms.imports import MOST_SAVED, ImportForm, imports_visible_to, may_import
from labeling.models import OutsideLoss
from labeling.uploads import NO_SPACE
from runs.models import Run

PAGE_SIZE = 50
PROBLEMS_PAGE = 100
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@login_required
def imports(request: UserRequest) -> HttpResponse:
    """List imports, newest first."""
    if not may_import(request.user) and not request.user.may_curate:
        raise Http404
    rows = imports_visible_to(request.user).select_related("run")
    page = newest_first(rows, before=key(request, "before"), after=key(request, "after"), size=PAGE_SIZE)
    context = {
        "page": page,
        "may_import": may_import(request.user),
        "may_delete": request.user.has_role(Role.CURATORS),
        "saved": SavedMapping.objects.select_related("created_by")[:MOST_SAVED],
        "section": "scenarios",
    }
    return render(request, "labeling/imports.html", context)


@sensitive_post_parameters("hub_token")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_new(request: UserRequest) -> HttpResponse:
    """Take a file or name a dataset, and have it imported."""
    if not may_import(request.user):
        raise Http404
    if request.method != "POST":
        initial = {name: request.GET.get(name) for name in ("project", "source")}
        return render_form(request, ImportForm(user=request.user, initial=initial))
    # The body is read here at the latest, and only then is it known whether the file could be stored.
    posted, files = request.POST, request.FILES
    problem = getattr(request, "upload_problem", "")
    form = ImportForm(posted, files, user=request.user, upload_problem=problem)
    if not form.is_valid():
        return render_form(request, form, status=422)
    try:
        origin = begin(form, request.user)
    except OSError as error:
        form.add_error("file", NO_SPACE.format(reason=error.strerror))
        return render_form(request, form, status=422)
    if origin.source or origin.hub_repo:
        return redirect("labeling:import", origin.pk)
    return redirect("labeling:import_columns", origin.pk)


def begin(form: ImportForm, user: User) -> Import:
    """Have a dataset fetched or a file imported; one whose columns nobody named waits.

    Raises:
        OSError: the file can't be kept.
    """
    project = form.cleaned_data["project"]
    if form.cleaned_data["hub_repo"]:
        return bring_dataset(project, form.dataset, form.plan(Path(), form.dataset.repo), created_by=user)
    file = form.cleaned_data["file"]
    return bring_file(project, form.plan(keep_upload(file), file.name), created_by=user)


@require_safe
@login_required
def import_(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show how far an import is and what became of its lines."""
    origin = find(request, pk)
    fetch = fetch_of(origin)
    after = number(request, "after") or 0
    problems = list(origin.problems.filter(line__gt=after)[: PROBLEMS_PAGE + 1])
    context = {
        "origin": origin,
        "run": origin.run,
        "fetch": fetch,
        "losses": OutsideLoss.objects.filter(target__import_run=origin),
        "wants_columns": wants_columns(origin, fetch),
        "problems": problems[:PROBLEMS_PAGE],
        "after": after,
        "next_after": problems[PROBLEMS_PAGE - 1].line if len(problems) > PROBLEMS_PAGE else None,
        "section": "scenarios",
    }
    page = "labeling/import.html"
    answer = render(request, f"{page}#report" if "HX-Request" in request.headers else page, context)
    if "fetching" in request.GET and not (fetch and fetch.is_unfinished):
        answer["HX-Refresh"] = "true"
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def fetch_of(origin: Import) -> Run | None:
    """Return the run that fetches the dataset first; None for a file."""
    asked = origin.run.arguments.get("fetch")
    return Run.objects.get(pk=asked) if asked else None


def wants_columns(origin: Import, fetch: Run | None) -> bool:
    """Whether an import waits for somebody to say which column is what."""
    is_here = fetch is None or fetch.state == Run.State.DONE
    return origin.is_parked and not origin.source and is_here


@require_safe
@login_required
def import_problems(request: UserRequest, pk: UUID) -> StreamingHttpResponse:
    """Send the problems of an import as a table for a spreadsheet."""
    origin = find(request, pk)
    rows = origin.problems.values_list("line", "column", "reason").iterator(chunk_size=2000)
    answer = StreamingHttpResponse(table(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{pk}-problems.csv"'
    return answer


def find(request: UserRequest, pk: UUID) -> Import:
    """Return the import that this person may see."""
    visible = imports_visible_to(request.user).select_related("run", "domain", "created_by")
    return get_object_or_404(visible, pk=pk)


def render_form(request: UserRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    """Render the page that asks for a file."""
    context = {"form": form, "sources": SOURCES.values(), "section": "scenarios"}
    return render(request, "labeling/import_new.html", context, status=status)


def key(request: UserRequest, name: str) -> UUID | None:
    """Return a key of the list from the address; None when it is not one."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def number(request: UserRequest, name: str) -> int | None:
    """Return a key of a page from the address; None when it is not one."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class Echo:
    """Hands back what a CSV writer writes, so that it can be sent at once."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def table(rows: "Iterator[tuple[int, str, str]]") -> Iterator[Any]:
    """Yield the lines of a CSV file."""
    writer = csv.writer(Echo())
    yield writer.writerow(["line", "column", "reason"])
    for line, column, reason in rows:
        yield writer.writerow([line, inert(column), inert(reason)])


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
