"""What leads see of a project: pace, agreement, disagreement, queues and bias. Nobody else finds these pages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record
from accounts.models import UserRequest
from labeling.actions.measuring import start_measurement
from labeling.dashboard import beginning, figures, pace_of
from labeling.forms.reports import DeadlineForm, TraitForm
from labeling.models import Deadline, Item, Measurement, Project
from labeling.opinions import opinions_on
from labeling.views.answers import labels
from runs.models import Run


@require_GET
@labels
def dashboard(request: UserRequest, slug: str) -> HttpResponse:
    """Show how a project is getting on, as it was measured last."""
    return _render_dashboard(request, led(request, slug))


@require_POST
@labels
def measure(request: UserRequest, slug: str) -> HttpResponse:
    """Have the project measured now."""
    start_measurement(led(request, slug), created_by=request.user)
    return redirect("labeling:dashboard", slug)


@require_POST
@labels
@transaction.atomic
def deadline(request: UserRequest, slug: str) -> HttpResponse:
    """Say by when the project shall be done."""
    project = led(request, slug)
    form = DeadlineForm(request.POST)
    if not form.is_valid():
        return _render_dashboard(request, project, deadline_form=form, status=422)
    due_on = form.cleaned_data["due_on"]
    Deadline.objects.create(project=project, due_on=due_on, set_by=request.user)
    record(request, "project.deadline set", project, due_on=due_on.isoformat() if due_on else None)
    messages.success(request, _("The day is set.") if due_on else _("The project has no day to be done by."))
    return redirect("labeling:dashboard", slug)


@require_GET
@labels
def item_answers(request: UserRequest, slug: str, item_id: UUID) -> HttpResponse:
    """Show what people said about an item, side by side and without names."""
    project = led(request, slug)
    item = get_object_or_404(Item.objects.select_related("scenario"), project=project, pk=item_id)
    # A note comes before the text, and quotes are text too.
    is_gated = bool(item.scenario.content_warnings) and request.GET.get("read") != "1"
    context = {
        "section": "projects",
        "project": project,
        "item": item,
        "is_gated": is_gated,
        "title": "" if item.scenario.content_warnings else beginning(item.scenario.messages),
        "opinions": None if is_gated else opinions_on(item),
    }
    return render(request, "labeling/item_answers.html", context)


def led(request: UserRequest, slug: str) -> Project:
    """Return a project that the person leads.

    Raises:
        Http404: there is none, or they only take part in it.
    """
    found = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    if not found.is_led_by(request.user):
        raise Http404
    return found


def _render_dashboard(
    request: UserRequest, project: Project, *, deadline_form: DeadlineForm | None = None, status: int = 200
) -> HttpResponse:
    chosen = TraitForm(request.GET)
    version = chosen.cleaned_data["trait"] if chosen.is_valid() else ""
    done = project.memberships.aggregate(done=Sum("done"))["done"] or 0
    wanted = project.items_total * project.overlap
    measurements = Measurement.objects.of(project).select_related("run")
    newest, shown = measurements.first(), measurements.complete().first()
    today = timezone.now().date()
    pace = pace_of(project, max(0, wanted - done), today)
    context: dict[str, Any] = {
        "section": "projects",
        "project": project,
        "done": done,
        "wanted": wanted,
        "percent": min(100, done * 100 // wanted) if wanted else 0,
        "pace": pace,
        "deadline_form": deadline_form or DeadlineForm(initial={"due_on": pace.due_on}),
        "gold": project.items.filter(is_gold=True).count(),
        "newest": newest,
        "may_watch": newest and Run.objects.visible_to(request.user).filter(pk=newest.run_id).exists(),
        "measured": shown,
        "chosen": version,
    }
    if shown:
        context |= figures(project, shown, version, today)
    return render(request, "labeling/dashboard.html", context, status=status)
