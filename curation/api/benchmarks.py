"""Benchmarks for programs: added by upload, switched on and off, and which scenarios stand in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import UNKNOWN_FIELD, Problem, invalid
from curation.actions.benchmarks import (
    NotLoaded,
    StillInUse,
    add_benchmark,
    check_again,
    delete_benchmark,
    newest_load,
    switch,
)
from curation.actions.contamination import NoReason, set_aside, start_contaminate, take_up_again
from curation.api.doors import MOST_ID, only
from curation.api.similarity import routes
from curation.forms.benchmarks import FEWEST_WORDS, MOST_WORDS, BenchmarkForm
from curation.models import Benchmark, Contamination
from curation.views.benchmarks import NO_SPACE
from curation.views.similarity import READERS
from runs.api import RunShape, run_shape

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
NO_FORM = "Send the file as multipart/form-data, with the fields name, kind, n and file."
TAKEN = "There is a benchmark of this name. Add its version or split."
NOT_READ = "Its file is not read yet, so nothing can be held against it."
IN_USE = "Scenarios were held against it, so it stays. Switch it off instead."
NO_REASON = "Write why the scenario stays. The reason is shown with the finding."
PROPERTIES: dict[str, Any] = {
    "name": {"type": "string", "maxLength": 120, "description": "With its version or split."},
    "kind": {"enum": ["texts", "hashes"], "description": "What the file holds."},
    "n": {
        "type": "integer", "minimum": FEWEST_WORDS, "maximum": MOST_WORDS,
        "description": "Scenarios are held against runs of so many words; for hashes the length they were made with.",
    },
    "file": {
        "type": "string", "format": "binary",
        "description": "Text, JSON lines, JSON, CSV or Parquet; hashes as text, one a line.",
    },
    "column": {"type": "string", "maxLength": 200, "description": "Of the texts; empty: the first that is known to."},
    "note": {"type": "string", "maxLength": 2000},
}  # fmt: skip
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": PROPERTIES,
                    "required": ["name", "kind", "n", "file"],
                    "additionalProperties": False,
                }
            }
        },
    }
}


class BenchmarkShape(BaseModel):
    """Texts that other people test models with, kept as hashes of their n-grams only."""

    id: UUID
    name: str
    note: str
    n: int
    entries: int
    grams_total: int
    is_active: bool = Field(description="Whether scenarios are held against it.")
    active_since: datetime | None = Field(description="Null: its file was never read.")
    created_at: datetime
    run: RunShape | None = Field(None, description="Reads or read its file; null in lists.")


class ContaminationShape(BaseModel):
    """How much of a scenario stands in a benchmark."""

    id: int
    scenario: UUID
    benchmark: UUID
    coverage: float = Field(description="Share of its n-grams that the benchmark holds, 0 to 1.")
    kept_because: str | None = Field(description="Null: nobody decided to keep the scenario.")
    checked_at: datetime


class Switched(Sent):
    """Whether scenarios shall be held against it."""

    is_active: bool


class Kept(Sent):
    """Why a scenario stays in spite of a finding."""

    reason: str = Field(min_length=1, max_length=2000)


class Checking(Sent):
    """What to hold against the benchmarks."""

    everything: bool = Field(
        False, description="Also what was checked before, for instance after limits changed."
    )


class ContaminationFilters(Paging):
    """Which findings."""

    benchmark: UUID | None = Field(None, description="Nothing: of all that are active.")
    is_open: bool | None = Field(
        None, description="True: about scenarios that are there and nobody decided to keep."
    )


def benchmark_line(benchmark: Benchmark) -> BenchmarkShape:
    """Return a benchmark as it stands in a list, without the run that reads its file."""
    same: dict[str, Any] = {
        name: getattr(benchmark, name) for name in BenchmarkShape.model_fields if name != "run"
    }
    return BenchmarkShape(**same)


def benchmark_shape(benchmark: Benchmark) -> BenchmarkShape:
    """Return a benchmark as it is sent."""
    shape, run = benchmark_line(benchmark), newest_load(benchmark)
    shape.run = run_shape(run) if run else None
    return shape


def contamination_shape(finding: Contamination) -> ContaminationShape:
    """Return a finding, fetched with its dismissal, as it is sent."""
    dismissal = getattr(finding, "dismissal", None)
    return ContaminationShape(
        id=finding.pk,
        scenario=finding.scenario_id,
        benchmark=finding.benchmark_id,
        coverage=finding.coverage,
        kept_because=dismissal.reason if dismissal else None,
        checked_at=finding.checked_at,
    )


def find(request: Asking, benchmark_id: UUID, *roles: Role) -> Benchmark:
    """Return a benchmark to people who have one of the roles."""
    only(request, *roles)
    return get_object_or_404(Benchmark, pk=benchmark_id)


@routes.get("/benchmarks", auth=READS, response=Page[BenchmarkShape], url_name="benchmarks")
def benchmarks(request: Asking, asked: Query[Paging]) -> Page[BenchmarkShape]:
    """List the benchmarks against which scenarios are held, newest first."""
    only(request, *READERS)
    return page_of(Benchmark.objects.all(), asked, benchmark_line)


@routes.post(
    "/benchmarks", auth=WRITES, response={201: BenchmarkShape}, url_name="benchmarks", openapi_extra=FORM
)
@once
def benchmark_add(request: Asking) -> Status[BenchmarkShape]:
    """Take a benchmark's texts or hashes, and have them read. The file is deleted once it is."""
    only(request, Role.CURATORS)
    form = form_of(request)
    if not form.is_valid():
        raise problem_of(form)
    try:
        made = add_benchmark(form.facts, form.cleaned_data["file"], actor=request)
    except OSError as error:
        raise Problem(503, "no_space", NO_SPACE.format(reason=error.strerror)) from error
    except IntegrityError as error:
        raise invalid([("name", TAKEN)]) from error
    return Status(201, benchmark_shape(made))


def form_of(request: Asking) -> BenchmarkForm:
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
    return BenchmarkForm(posted, files, upload_problem=getattr(request, "upload_problem", ""))


@routes.get("/benchmarks/{uuid:benchmark_id}", auth=READS, response=BenchmarkShape, url_name="benchmark")
def benchmark(request: Asking, benchmark_id: UUID) -> BenchmarkShape:
    """Return a benchmark, with how far its file is read."""
    return benchmark_shape(find(request, benchmark_id, *READERS))


@routes.delete("/benchmarks/{uuid:benchmark_id}", auth=WRITES, response={204: None}, url_name="benchmark")
def benchmark_delete(request: Asking, benchmark_id: UUID) -> Status[None]:
    """Delete a benchmark whose file could not be read."""
    found = find(request, benchmark_id, Role.CURATORS)
    try:
        delete_benchmark(found, actor=request)
    except StillInUse as error:
        raise Problem(409, "still_in_use", IN_USE) from error
    return Status(204, None)


@routes.post(
    "/benchmarks/{uuid:benchmark_id}/switch",
    auth=WRITES,
    response=BenchmarkShape,
    url_name="benchmark_switch",
)
def benchmark_switch(request: Asking, benchmark_id: UUID, said: Switched) -> BenchmarkShape:
    """Switch a benchmark on or off. Switched on, all scenarios are held against it."""
    found = find(request, benchmark_id, Role.CURATORS)
    try:
        switch(found, is_active=said.is_active, actor=request)
    except NotLoaded as error:
        raise Problem(409, "not_loaded", NOT_READ) from error
    found.refresh_from_db()
    return benchmark_shape(found)


@routes.get("/contamination", auth=READS, response=Page[ContaminationShape], url_name="contamination")
def contamination(request: Asking, asked: Query[ContaminationFilters]) -> Page[ContaminationShape]:
    """List which scenarios stand in a benchmark, newest first."""
    only(request, *READERS)
    rows: QuerySet[Contamination] = Contamination.objects.select_related("dismissal")
    rows = (
        rows.filter(benchmark=asked.benchmark) if asked.benchmark else rows.filter(benchmark__is_active=True)
    )
    if asked.is_open is not None:
        rows = rows.filter(dismissal__isnull=asked.is_open)
    return page_of(rows.filter(scenario__removal=None) if asked.is_open else rows, asked, contamination_shape)


@routes.post("/contamination/check", auth=WRITES, response={202: RunShape}, url_name="contamination_check")
def contamination_check(request: Asking, said: Checking) -> Status[RunShape]:
    """Hold what is new against the benchmarks, or everything again."""
    only(request, Role.CURATORS)
    run = check_again(actor=request) if said.everything else start_contaminate(created_by=request.user)
    return Status(202, run_shape(run))


@routes.post(
    "/contamination/{int:contamination_id}/keep",
    auth=WRITES,
    response=ContaminationShape,
    url_name="contamination_keep",
)
def contamination_keep(request: Asking, contamination_id: int, said: Kept) -> ContaminationShape:
    """Keep a scenario in spite of a finding, with the reason. The first one stands."""
    found = found_in(request, contamination_id)
    try:
        set_aside(found, said.reason, actor=request.user, request=request)
    except NoReason as error:
        raise invalid([("reason", NO_REASON)]) from error
    return contamination_shape(found_in(request, contamination_id))


@routes.post(
    "/contamination/{int:contamination_id}/reopen",
    auth=WRITES,
    response=ContaminationShape,
    url_name="contamination_reopen",
)
def contamination_reopen(request: Asking, contamination_id: int) -> ContaminationShape:
    """Take it back that a scenario was kept in spite of a finding."""
    take_up_again(found_in(request, contamination_id), actor=request)
    return contamination_shape(found_in(request, contamination_id))


def found_in(request: Asking, contamination_id: int) -> Contamination:
    """Return a finding, to curators."""
    only(request, Role.CURATORS)
    rows = Contamination.objects.select_related("dismissal")
    return get_object_or_404(rows, pk=min(contamination_id, MOST_ID))
