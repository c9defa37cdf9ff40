"""Releases for programs: what is in them, their gates, and their files."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.lines import lines_of, ndjson, plain
from config.rest.paging import Page, Paging, page_of
from config.rest.problems import Problem
from config.rest.routes import Routes
from exports.actions.gates import start_check, waivers_of, why_held
from exports.actions.recipes import discard_draft
from exports.api.shapes import ReleaseShape, release_shape
from exports.models import GateResult, Release, ReleaseFile
from runs.api import RunShape, run_shape
from runs.models import Run

routes = Routes(tags=["releases"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
FILE_GONE = "{path} is not in this machine's folder of releases. The release is safe; an operator puts it back with ./arete manage rebuild {release}."
STAYS = "It is a draft, or it is being published or was: its gates stay as they are."
NOT_DISCARDED = "It can't be discarded: it is frozen already, or work on it goes on."
COUNTED = ("n_annotators", "n_first", "n_second", "n_ties", "n_both_bad", "n_cannot_judge")
OF_ITEM = ("key", "split", "trait", "trait_number", "response1", "response2", *COUNTED)


class ReleaseFilters(Paging):
    """Which releases."""

    recipe: str | None = Field(None, max_length=60)
    state: Literal["draft", "frozen", "built", "published"] | None = None


class ReleaseWhole(ReleaseShape):
    """A release, with what it waits for."""

    run: RunShape | None = Field(description="The newest run that freezes and builds it.")
    is_built: bool
    held: str = Field(description="Why it must not be published now; empty when it may.")


class FileShape(BaseModel):
    """One file of a built release."""

    id: int
    path: str
    sha256: str
    size_bytes: int
    rows: int | None = Field(description="Null for papers.")
    url: str = Field(description="Where its bytes are.")


class GateShape(BaseModel):
    """What one gate found at the newest check."""

    gate: str
    status: Literal["passed", "failed", "not applicable", "waived"]
    figure: str
    needed: str
    next_step: str
    checked_at: datetime


class GatesShape(BaseModel):
    """Whether a release may leave."""

    held: str = Field(description="Why it must not be published now; empty when it may.")
    gates: list[GateShape]


class ReleaseItemShape(BaseModel):
    """A pair with what people said about it, as it was frozen."""

    key: str
    split: str
    trait: str
    trait_number: int
    response1: UUID
    response2: UUID
    n_annotators: int
    n_first: int
    n_second: int
    n_ties: int
    n_both_bad: int
    n_cannot_judge: int
    mean_preference: float
    winner: str
    since: str


class Discarded(BaseModel):
    """A draft that is gone."""

    discarded: bool


def visible(request: Asking) -> "QuerySet[Release]":
    """Return the releases that this person may see."""
    return (
        Release.objects.visible_to(request.user).select_related("recipe").defer("codebook", "terms", "salt")
    )


def find(request: Asking, release_id: UUID) -> Release:
    """Return a release that this person may see."""
    found: Release = get_object_or_404(visible(request), pk=release_id)
    return found


@routes.get("/releases", auth=READS, response=Page[ReleaseShape], url_name="releases")
def releases(request: Asking, asked: Query[ReleaseFilters]) -> Page[ReleaseShape]:
    """List releases, newest first."""
    said = {"recipe__slug": asked.recipe, "state": asked.state}
    rows = visible(request).filter(**{name: value for name, value in said.items() if value})
    return page_of(rows, asked, release_shape)


@routes.get("/releases/{uuid:release_id}", auth=READS, response=ReleaseWhole, url_name="release")
def release(request: Asking, release_id: UUID) -> ReleaseWhole:
    """Say what is in a release, and how far its build is."""
    found = find(request, release_id)
    builds = Run.objects.filter(kind="exports.build", arguments__release=str(found.pk))
    newest = builds.order_by("-pk").first()
    return ReleaseWhole(
        **release_shape(found).model_dump(),
        run=run_shape(newest) if newest else None,
        is_built=found.is_built,
        held=why_held(found, is_live=False) if found.is_built else "",
    )


@routes.post(
    "/releases/{uuid:release_id}/discard", auth=WRITES, response=Discarded, url_name="release_discard"
)
def release_discard(request: Asking, release_id: UUID) -> Discarded:
    """Take back a release that was begun and is not frozen."""
    if not discard_draft(find(request, release_id), actor=request):
        raise Problem(409, "not_discarded", NOT_DISCARDED)
    return Discarded(discarded=True)


@routes.get("/releases/{uuid:release_id}/gates", auth=READS, response=GatesShape, url_name="release_gates")
def release_gates(request: Asking, release_id: UUID) -> GatesShape:
    """Say what each gate found at the newest check, and whether the release may leave."""
    found = find(request, release_id)
    waived = {each.result.gate for each in waivers_of(found)}
    gates = [gate_shape(each, waived) for each in found.gate_results.in_force()]
    return GatesShape(held=why_held(found, is_live=False), gates=gates)


def gate_shape(result: GateResult, waived: set[str]) -> GateShape:
    """Return a gate as it is sent."""
    return GateShape(
        gate=result.gate,
        status="waived" if result.gate in waived else result.status,  # type: ignore[arg-type]
        figure=result.figure,
        needed=result.needed,
        next_step=result.next_step,
        checked_at=result.checked_at,
    )


@routes.post(
    "/releases/{uuid:release_id}/gates/check", auth=WRITES, response={202: RunShape}, url_name="release_check"
)
def release_check(request: Asking, release_id: UUID) -> Status[RunShape]:
    """Have the gates of a release checked again."""
    run = start_check(find(request, release_id), actor=request)
    if run is None:
        raise Problem(409, "gates_stay", STAYS)
    return Status(202, run_shape(run))


@routes.get(
    "/releases/{uuid:release_id}/files", auth=READS, response=list[FileShape], url_name="release_files"
)
def release_files(request: Asking, release_id: UUID) -> list[FileShape]:
    """List the files of a built release: a few dozen at most."""
    found = find(request, release_id)
    return [file_shape(each, found) for each in found.files.all()]


def file_shape(file: ReleaseFile, release: Release) -> FileShape:
    """Return a file as it is sent."""
    return FileShape(
        id=file.pk,
        path=file.path,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        rows=file.rows,
        url=f"/api/v1/releases/{release.pk}/files/{file.pk}",
    )


@routes.get(
    "/releases/{uuid:release_id}/files/{int:file_id}",
    auth=READS,
    url_name="release_file",
    openapi_extra={
        "responses": {
            200: {
                "description": "Its bytes",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def release_file(request: Asking, release_id: UUID, file_id: int) -> FileResponse:
    """Send the bytes of a file of a release."""
    found = find(request, release_id)
    file = get_object_or_404(ReleaseFile, release=found, pk=min(file_id, 2**63 - 1))
    try:
        content = (found.folder / file.path).open("rb")
    except OSError as error:
        raise Problem(409, "file_gone", FILE_GONE.format(path=file.path, release=found)) from error
    return FileResponse(content, as_attachment=True, content_type="application/octet-stream")


@routes.get(
    "/releases/{uuid:release_id}/items.ndjson",
    auth=READS,
    url_name="release_items_stream",
    openapi_extra=ndjson("ReleaseItemShape"),
)
def release_items_stream(request: Asking, release_id: UUID) -> StreamingHttpResponse:
    """Stream the pairs of a frozen release, one JSON object a line."""
    columns = plain(*OF_ITEM, "mean_preference", "winner", "since")
    return lines_of(find(request, release_id).items.all(), **columns)
