"""Which column of a file is what: guessed, tried on the first rows, and settled before anything is written."""

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import UserRequest
from config.saying import told
from config.wording import words
from curation.actions.importing import start_mapped
from curation.actions.mappings import save_mapping
from curation.arriving import Job
from curation.forms.mapping import MappingForm, chosen_in, missing_from
from curation.models import Domain, Import, SavedMapping
from curation.previewing import Preview, previews
from curation.readers import first_records
from curation.sources import Limits, Problem, SourceError
from curation.sources.base import Record
from curation.sources.columns import Column, columns_of, guess
from curation.sources.mapped import ColumnMapping
from labeling.actions.imports import fewest_responses
from labeling.forms.imports import MOST_SAVED
from labeling.models import ProjectImport
from labeling.views.imports import find

LOOKED_AT = 50
"""Rows from which the columns are found out."""
BEGUN = words("This import has begun already, so its columns stay.")


class Head(NamedTuple):
    """The first rows of a file."""

    records: list[Record | Problem]
    columns: list[Column]
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_columns(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask which column is what, show the first rows mapped, and begin."""
    origin = find(request, pk)
    if not origin.is_parked or not origin.path:
        messages.info(request, told(BEGUN))
        return redirect("labeling:import", origin.pk)
    head = head_of(origin)
    mapping, missing = suggested(request, head)
    posted = request.POST if request.method == "POST" else None
    initial = chosen_in(mapping)
    form = MappingForm(posted, columns=head.columns, user=request.user, initial=initial)
    if posted is None:
        return answer(request, origin, head, {"form": form, "missing": missing})
    if not form.is_valid():
        return answer(request, origin, head, {"form": form}, status=422)
    if posted.get("act") != "start":
        shown = previews(head.records, form.mapping, job_of(origin))
        return answer(request, origin, head, {"form": form, "previews": shown, "bad": bad_in(shown)})
    if form.cleaned_data["save_as"]:
        save_mapping(form.cleaned_data["save_as"], form.mapping, actor=request.user)
    if not start_mapped(origin, form.mapping):
        messages.info(request, told(BEGUN))
    return redirect("labeling:import", origin.pk)


def head_of(origin: Import) -> Head:
    """Read the first rows of an import's file."""
    try:
        records = first_records(Path(origin.path), Limits(), LOOKED_AT)
    except SourceError as error:
        return Head([], [], str(error))
    except OSError as error:
        return Head([], [], _("The file can't be read: %(error)s.") % {"error": error.strerror or error})
    columns = columns_of(each for each in records if isinstance(each, Record))
    return Head(records, columns, "" if columns else _("The first rows of the file hold no columns."))


def suggested(request: UserRequest, head: Head) -> tuple[ColumnMapping, list[str]]:
    """Return the saved mapping that was asked for, or a guess; and what of it the file doesn't have."""
    asked = request.GET.get("saved", "")
    saved = SavedMapping.objects.filter(pk=asked).first() if asked.isdigit() and len(asked) < 19 else None
    if saved is None:
        return guess(head.columns), []
    mapping = ColumnMapping.from_json(saved.mapping)
    return mapping, missing_from(mapping, head.columns)


def job_of(origin: Import) -> Job:
    """Return what the rows of a preview are checked against."""
    has_project = ProjectImport.objects.filter(import_run=origin).exists()
    return Job(
        path=origin.path,
        source="",
        mapping=None,
        limits=Limits(),
        domains=frozenset(Domain.objects.values_list("slug", flat=True)),
        fewest_responses=fewest_responses(has_project=has_project),
    )


def bad_in(shown: list[Preview]) -> int:
    """Count the rows that can't be used."""
    return sum(each.problem is not None for each in shown)


def answer(
    request: UserRequest, origin: Import, head: Head, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render the page."""
    shared = {
        "origin": origin,
        "head": head,
        "saved": SavedMapping.objects.all()[:MOST_SAVED],
        "section": "scenarios",
    }
    return render(request, "labeling/import_columns.html", {**shared, **context}, status=status)
