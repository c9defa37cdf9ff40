"""Schedules: when recipes are released, and what became of each time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from exports.actions.schedules import (
    StillAtWork,
    change_schedule,
    create_schedule,
    pause_schedule,
    run_now,
    unpause_schedule,
)
from exports.forms.schedules import ScheduleForm
from exports.models import Recipe, Schedule

SLOTS_SHOWN = 50


@require_safe
@role_required(Role.STEWARDS)
def schedules(request: UserRequest) -> HttpResponse:
    """List all schedules."""
    found = Schedule.objects.select_related("recipe").prefetch_related("destinations")
    context = {
        "schedules": [(schedule, schedule.slots.first()) for schedule in found],
        "recipes": Recipe.objects.all(),
        "section": "releases",
    }
    return render(request, "exports/schedules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def schedule_new(request: UserRequest, slug: str) -> HttpResponse:
    """Add a schedule to a recipe."""
    recipe = get_object_or_404(Recipe, slug=slug)
    form = ScheduleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        schedule = create_schedule(recipe, form.plan, actor=request)
        messages.success(request, _("The schedule was added."))
        return redirect("exports:schedule", schedule.pk)
    context = {"form": form, "recipe": recipe, "section": "releases"}
    return render(request, "exports/schedule_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def schedule(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a schedule with its slots, and change it."""
    found = get_object_or_404(Schedule.objects.select_related("recipe"), pk=pk)
    form = ScheduleForm(request.POST if request.method == "POST" else None, schedule=found)
    if form.is_valid():
        change_schedule(found, form.plan, actor=request)
        messages.success(request, _("Saved."))
        return redirect("exports:schedule", pk)
    slots = found.slots.select_related("run", "release__recipe", "asked_by").prefetch_related("publications")
    context = {"schedule": found, "form": form, "slots": slots[:SLOTS_SHOWN], "section": "releases"}
    return render(request, "exports/schedule.html", context, status=422 if form.is_bound else 200)


@require_POST
@role_required(Role.STEWARDS)
def schedule_pause(request: UserRequest, pk: UUID) -> HttpResponse:
    """Pause a schedule."""
    pause_schedule(get_object_or_404(Schedule, pk=pk), actor=request)
    messages.success(request, _("Paused. A release that is at work ends as usual."))
    return redirect("exports:schedule", pk)


@require_POST
@role_required(Role.STEWARDS)
def schedule_resume(request: UserRequest, pk: UUID) -> HttpResponse:
    """Go on with a schedule that was paused."""
    unpause_schedule(get_object_or_404(Schedule, pk=pk), actor=request)
    messages.success(request, _("It is due again."))
    return redirect("exports:schedule", pk)


@require_POST
@role_required(Role.STEWARDS)
def schedule_run(request: UserRequest, pk: UUID) -> HttpResponse:
    """Do now what the schedule does when it is due."""
    try:
        run_now(get_object_or_404(Schedule, pk=pk), actor=request)
        messages.success(request, _("Begun. Its slot is below."))
    except StillAtWork as reason:
        messages.warning(request, told(reason.args[0]))
    return redirect("exports:schedule", pk)
