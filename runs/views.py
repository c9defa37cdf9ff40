"""Pages about background work, and the answer to whether the house is ready for work."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.audit import record
from accounts.decorators import role_required
from accounts.models import UserRequest
from runs.actions import cancel as cancel_run
from runs.forms import PlaceForm
from runs.migrated import is_migrated
from runs.models import OVERSEERS, Run, WorkerSign, oversees
from runs.registry import QUEUES

PAGE_LENGTH = 50
NO_WORKER = "no worker of the queue {queue} has answered lately: are broker, beat and worker running?"
NO_DATABASE = "the database does not answer"
OLD_TABLES = "the tables are older than the code: run migrate"


@require_safe
@role_required(*OVERSEERS)
def runs(request: UserRequest) -> HttpResponse:
    """List background work, newest first."""
    found = Run.objects.visible_to(request.user).select_related("created_by").order_by("-pk")
    place = PlaceForm(request.GET)
    if place.is_valid() and place.cleaned_data["before"]:
        found = found.filter(pk__lt=place.cleaned_data["before"])
    shown = list(found[: PAGE_LENGTH + 1])
    context = {"runs": shown[:PAGE_LENGTH], "older": shown[PAGE_LENGTH - 1] if shown[PAGE_LENGTH:] else None}
    return render(request, "runs/runs.html", context)


@require_safe
@login_required
@vary_on_headers("HX-Request")
def progress(request: UserRequest, run_id: UUID) -> HttpResponse:
    """Show how far a run is: the page to a browser, the fragment that polls to htmx."""
    run = get_object_or_404(Run.objects.visible_to(request.user), pk=run_id)
    is_fragment = request.headers.get("HX-Request") == "true"
    context = {"run": run, "is_overseer": oversees(request.user)}
    answer = render(request, "runs/_progress.html" if is_fragment else "runs/progress.html", context)
    if is_fragment and not run.is_unfinished:
        # Pages that show a run's outcome may listen for it and fetch themselves anew.
        answer["HX-Trigger"] = "run-ended"
    return answer


@require_POST
@login_required
def cancel(request: UserRequest, run_id: UUID) -> HttpResponse:
    """Ask that a run ends."""
    run = get_object_or_404(Run.objects.visible_to(request.user), pk=run_id)
    cancel_run(run)
    record(request, "run.cancelled", run, kind=run.kind)
    return redirect("runs:progress", run.pk)


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers, knows our tables, and a worker through the broker; 503 names what is missing."""
    try:
        if not is_migrated():
            return JsonResponse({"ready": False, "missing": [OLD_TABLES]}, status=503)
        alive = set(WorkerSign.objects.fresh().values_list("queue", flat=True))
    except Error:
        return JsonResponse({"ready": False, "missing": [NO_DATABASE]}, status=503)
    missing = [NO_WORKER.format(queue=queue) for queue in QUEUES if queue not in alive]
    return JsonResponse({"ready": not missing, "missing": missing}, status=503 if missing else 200)
