"""Imports for programs: begun by upload, watched, and their report."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, page_of
from config.rest.problems import UNKNOWN_FIELD, Problem, invalid, not_found
from config.rest.routes import Routes
from curation.models import Import, ImportProblem
from labeling.api.doors import within
from labeling.forms.imports import ImportForm, imports_visible_to, may_import
from labeling.models import ProjectImport
from labeling.uploads import NO_SPACE
from labeling.views.imports import begin
from runs.api import RunShape, run_shape

routes = Routes(tags=["imports"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
NO_FORM = (
    "Send the file as multipart/form-data, with the fields source, file and, if items shall be made, project."
)
BOUND = "This token is bound to one project. Name it as project."
PROPERTIES: dict[str, Any] = {
    "file": {
        "type": "string",
        "format": "binary",
        "description": "JSON lines, JSON, CSV or Parquet; text also as .gz.",
    },
    "source": {"type": "string", "description": "What the rows look like, or saved:<id> of a saved mapping."},
    "project": {"type": "string", "description": "Slug of the project that gets an item for each row."},
    "domain": {"type": "string", "description": "Slug, for rows that name none themselves."},
    "license": {"type": "string", "description": "For rows that name none."},
    "is_atomic": {"type": "boolean", "description": "Write nothing if a single line is bad."},
    "hub_repo": {"type": "string", "description": "Instead of a file: a dataset as organisation/name."},
    "hub_revision": {"type": "string"},
    "hub_config": {"type": "string"},
    "hub_split": {"type": "string"},
    "hub_endpoint": {"type": "string"},
    "hub_token": {"type": "string"},
}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": PROPERTIES,
                    "required": ["source"],
                    "additionalProperties": False,
                }
            }
        },
    }
}


class ImportShape(BaseModel):
    """One file read once. Its lines are created, duplicate or rejected, and the three add up."""

    id: UUID
    file_name: str
    source: str
    project: str | None
    lines: int
    created: int
    duplicates: int
    rejected: int
    unread: dict[str, int] = Field(description="Columns that nobody reads, with how many lines hold them.")
    outside_verdicts: int = Field(description="New verdicts of people without an account that came with it.")
    is_complete: bool
    run: RunShape
    created_at: datetime


class ImportProblemShape(BaseModel):
    """A line that was rejected, where in it, and why."""

    line: int
    column: str
    reason: str


def visible(request: Asking) -> "QuerySet[Import]":
    """Return the imports that this person may see and the token reaches."""
    found = imports_visible_to(request.user).select_related("run").order_by()
    if request.auth.project_id:
        mine = within(request, ProjectImport.objects.all(), "project")
        found = found.filter(pk__in=mine.values("import_run"))
    return found


def import_shape(origin: Import) -> ImportShape:
    """Return an import as it is sent."""
    return ImportShape(
        id=origin.pk,
        file_name=origin.file_name,
        source=origin.source,
        project=origin.project_slug,  # type: ignore[attr-defined]  # Annotated by `imports_visible_to`.
        lines=origin.lines,
        created=origin.created,
        duplicates=origin.duplicates,
        rejected=origin.rejected,
        unread=origin.unread,
        outside_verdicts=origin.outside_verdicts,  # type: ignore[attr-defined]  # Likewise.
        is_complete=origin.is_complete,
        run=run_shape(origin.run),
        created_at=origin.created_at,
    )


@routes.get("/imports", auth=READS, response=Page[ImportShape], url_name="imports")
def imports(request: Asking, asked: Query[Paging]) -> Page[ImportShape]:
    """List imports, newest first."""
    return page_of(visible(request), asked, import_shape)


@routes.post(
    "/imports",
    auth=needs(Scope.CURATE, in_projects=True),
    response={202: ImportShape},
    url_name="imports",
    openapi_extra=FORM,
)
@once
def import_start(request: Asking) -> Status[ImportShape]:
    """Take a file, or name a dataset, and have it imported. A worker reads it; watch the run."""
    if not may_import(request.user):
        raise not_found()
    form = form_of(request)
    if not form.is_valid():
        raise problem_of(form)
    project = form.cleaned_data["project"]
    if request.auth.project_id and (project is None or project.pk != request.auth.project_id):
        raise invalid([("project", BOUND)])
    try:
        origin = begin(form, request.user)
    except OSError as error:
        raise Problem(503, "no_space", NO_SPACE.format(reason=error.strerror)) from error
    return Status(202, import_shape(visible(request).get(pk=origin.pk)))


def form_of(request: Asking) -> ImportForm:
    """Return the form that was posted.

    Raises:
        Problem: it is none, or holds what nobody reads.
    """
    if request.content_type != "multipart/form-data":
        raise Problem(415, "unsupported_media_type", NO_FORM)
    # The body is read here at the latest, and only then is it known whether the file could be stored.
    posted, files = request.POST, request.FILES
    unknown = sorted((set(posted) | set(files)) - set(PROPERTIES))
    if unknown:
        raise invalid([(name[:100], UNKNOWN_FIELD) for name in unknown[:20]])
    problem = getattr(request, "upload_problem", "")
    return ImportForm(posted, files, user=request.user, upload_problem=problem)


@routes.get("/imports/{uuid:import_id}", auth=READS, response=ImportShape, url_name="import")
def import_(request: Asking, import_id: UUID) -> ImportShape:
    """Say how far an import is, and what became of its lines."""
    return import_shape(get_object_or_404(visible(request), pk=import_id))


@routes.get(
    "/imports/{uuid:import_id}/problems",
    auth=READS,
    response=Page[ImportProblemShape],
    url_name="import_problems",
)
def import_problems(request: Asking, import_id: UUID, asked: Query[Paging]) -> Page[ImportProblemShape]:
    """List the lines that were rejected, in the order in which they were written down."""
    origin = get_object_or_404(visible(request), pk=import_id)
    return page_of(ImportProblem.objects.filter(import_run=origin), asked, problem_shape, ascending=True)


def problem_shape(problem: ImportProblem) -> ImportProblemShape:
    """Return a rejected line as it is sent."""
    return ImportProblemShape(line=problem.line, column=problem.column, reason=problem.reason)
