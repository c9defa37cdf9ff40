"""Background work, watched and cancelled by programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.audit import record
from accounts.models import Scope
from config.rest.paging import Page, Paging, page_of
from config.rest.routes import Routes
from runs.actions import cancel
from runs.models import Run

routes = Routes(tags=["runs"])
State = Literal["queued", "running", "done", "failed", "cancelled", "needs attention"]


class RunShape(BaseModel):
    """One piece of background work."""

    id: UUID
    kind: str
    state: State
    done: int
    total: int | None
    unit: str
    percent: int | None
    error: str
    result: dict[str, Any]
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_unfinished: bool
    is_cancel_asked: bool


class RunFilters(Paging):
    """Which runs."""

    state: State | None = None
    kind: str | None = Field(None, max_length=60)


def run_shape(run: Run) -> RunShape:
    """Return a run as it is sent."""
    return RunShape(
        id=run.pk,
        kind=run.kind,
        state=run.state,  # type: ignore[arg-type]  # One of the choices of its column.
        done=run.done,
        total=run.total,
        unit=run.unit,
        percent=run.percent,
        error=run.error,
        result=run.result,
        attempts=run.attempts,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        is_unfinished=run.is_unfinished,
        is_cancel_asked=run.cancel_asked_at is not None,
    )


@routes.get("/runs", auth=needs(Scope.READ), response=Page[RunShape], url_name="runs")
def runs(request: Asking, asked: Query[RunFilters]) -> Page[RunShape]:
    """List runs, newest first: one's own, and all for those who run the house."""
    rows = Run.objects.visible_to(request.user)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return page_of(rows, asked, run_shape)


@routes.get(
    "/runs/{uuid:run_id}",
    auth=needs(Scope.READ, Scope.CURATE, Scope.RELEASE),
    response=RunShape,
    url_name="run",
)
def run(request: Asking, run_id: UUID) -> RunShape:
    """Say how far a run is."""
    return run_shape(get_object_or_404(Run.objects.visible_to(request.user), pk=run_id))


@routes.post(
    "/runs/{uuid:run_id}/cancel",
    auth=needs(Scope.CURATE, Scope.RELEASE),
    response=RunShape,
    url_name="run_cancel",
)
def run_cancel(request: Asking, run_id: UUID) -> RunShape:
    """Ask that a run ends; what it finished stays."""
    found = get_object_or_404(Run.objects.visible_to(request.user), pk=run_id)
    cancel(found)
    record(request, "run.cancelled", found, kind=found.kind)
    found.refresh_from_db()
    return run_shape(found)
