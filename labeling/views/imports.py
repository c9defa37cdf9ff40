"""Bringing files in, and what became of each of their lines."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import UserRequest
from curation.actions.importing import Plan
from curation.paging import newest_first
from curation.sources import SOURCES
from labeling.actions.imports import start_import
from labeling.actions.uploads import keep_upload
from labeling.forms.imports import ImportForm, imports_visible_to, projects_to_import_into
from labeling.models import ProjectImport
from labeling.uploads import NO_SPACE

PAGE_SIZE = 50
PROBLEMS_PAGE = 100
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@login_required
def imports(request: UserRequest) -> HttpResponse:
    """List imports, newest first."""
    if not projects_to_import_into(request.user).exists() and not request.user.may_curate:
        raise Http404
    rows = imports_visible_to(request.user).select_related("project", "import_run__run")
    page = newest_first(
        rows, before=number(request, "before"), after=number(request, "after"), size=PAGE_SIZE
    )
    return render(request, "labeling/imports.html", {"page": page, "section": "scenarios"})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_new(request: UserRequest) -> HttpResponse:
    """Take a file and have it imported."""
    if not projects_to_import_into(request.user).exists():
        raise Http404
    if request.method != "POST":
        chosen = {"project": request.GET.get("project")}
        return render_form(request, ImportForm(user=request.user, initial=chosen))
    # The body is read here at the latest, and only then is it known whether the file could be stored.
    posted, files = request.POST, request.FILES
    problem = getattr(request, "upload_problem", "")
    form = ImportForm(posted, files, user=request.user, upload_problem=problem)
    if not form.is_valid():
        return render_form(request, form, status=422)
    asked = form.cleaned_data
    try:
        path = keep_upload(asked["file"])
    except OSError as error:
        form.add_error("file", NO_SPACE.format(reason=error.strerror))
        return render_form(request, form, status=422)
    plan = Plan(
        path=path,
        file_name=asked["file"].name,
        source=asked["source"],
        domain=asked["domain"],
        license=asked["license"],
        is_atomic=asked["is_atomic"],
    )
    origin = start_import(asked["project"], plan, created_by=request.user)
    return redirect("labeling:import", origin.pk)


@require_safe
@login_required
def import_(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show how far an import is and what became of its lines."""
    found = find(request, pk)
    after = number(request, "after") or 0
    problems = list(found.import_run.problems.filter(line__gt=after)[: PROBLEMS_PAGE + 1])
    context = {
        "target": found,
        "origin": found.import_run,
        "run": found.import_run.run,
        "problems": problems[:PROBLEMS_PAGE],
        "after": after,
        "next_after": problems[PROBLEMS_PAGE - 1].line if len(problems) > PROBLEMS_PAGE else None,
        "section": "scenarios",
    }
    page = "labeling/import.html"
    answer = render(request, f"{page}#report" if "HX-Request" in request.headers else page, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
@login_required
def import_problems(request: UserRequest, pk: UUID) -> StreamingHttpResponse:
    """Send the problems of an import as a table for a spreadsheet."""
    found = find(request, pk)
    rows = found.import_run.problems.values_list("line", "column", "reason").iterator(chunk_size=2000)
    answer = StreamingHttpResponse(table(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{pk}-problems.csv"'
    return answer


def find(request: UserRequest, pk: UUID) -> ProjectImport:
    """Return the import that this person may see."""
    whole = ("project", "import_run__run", "import_run__domain", "import_run__created_by")
    visible: QuerySet[ProjectImport] = imports_visible_to(request.user).select_related(*whole)
    return get_object_or_404(visible, import_run=pk)


def render_form(request: UserRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    """Render the page that asks for a file."""
    context = {"form": form, "sources": SOURCES.values(), "section": "scenarios"}
    return render(request, "labeling/import_new.html", context, status=status)


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
