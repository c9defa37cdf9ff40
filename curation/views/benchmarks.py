"""Benchmarks, and which scenarios stand in them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.benchmarks import (
    NotLoaded,
    StillInUse,
    add_benchmark,
    check_again,
    delete_benchmark,
    newest_load,
    switch,
)
from curation.actions.contamination import KIND, NoReason, set_aside, start_contaminate, take_up_again
from curation.forms.benchmarks import BenchmarkForm
from curation.forms.places import number_key
from curation.models import Benchmark, Contamination
from curation.paging import newest_first
from curation.views.similarity import READERS, back
from runs.models import Run

PAGE_SIZE = 20
MOST_BENCHMARKS = 500
NO_SPACE = words("The file could not be stored: {reason}. Ask an operator to make room, then try again.")


@require_safe
@role_required(*READERS)
def benchmarks(request: UserRequest) -> HttpResponse:
    """List the benchmarks against which scenarios are held."""
    context = {
        "benchmarks": Benchmark.objects.select_related("created_by")[:MOST_BENCHMARKS],
        "run": Run.objects.filter(kind=KIND).order_by("-pk").first(),
        "may_decide": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }
    return render(request, "curation/benchmarks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS)
def benchmark_new(request: UserRequest) -> HttpResponse:
    """Take a benchmark's texts or hashes, and have them read."""
    if request.method != "POST":
        return render_form(request, BenchmarkForm())
    # The body is read here at the latest, and only then is it known whether the file could be stored.
    posted, files = request.POST, request.FILES
    form = BenchmarkForm(posted, files, upload_problem=getattr(request, "upload_problem", ""))
    if form.is_valid():
        try:
            made = add_benchmark(form.facts, form.cleaned_data["file"], actor=request)
        except OSError as error:
            form.add_error("file", told(NO_SPACE).format(reason=error.strerror))
        except IntegrityError:
            form.add_error("name", _("There is a benchmark of this name. Add its version or split."))
        else:
            return redirect("curation:benchmark", made.pk)
    return render_form(request, form)


def render_form(request: UserRequest, form: BenchmarkForm) -> HttpResponse:
    """Show the form of a new benchmark."""
    context = {"form": form, "section": "scenarios"}
    return render(request, "curation/benchmark_new.html", context, status=422 if form.is_bound else 200)


@require_safe
@role_required(*READERS)
def benchmark(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a benchmark: how far it is read, and which scenarios stand in it."""
    found = get_object_or_404(Benchmark.objects.select_related("created_by"), pk=pk)
    load = newest_load(found)
    context = {
        "benchmark": found,
        "run": load,
        "check": Run.objects.filter(kind=KIND).order_by("-pk").first() if found.active_since else None,
        **findings(request, found),
    }
    return render(request, "curation/benchmark.html", context)


@require_safe
@role_required(*READERS)
def contamination(request: UserRequest) -> HttpResponse:
    """Report which scenarios stand in a benchmark, and which of them were kept, with the reason."""
    run = Run.objects.filter(kind=KIND).order_by("-pk").first()
    has_benchmarks = Benchmark.objects.filter(is_active=True).exists()
    context = {"run": run, "has_benchmarks": has_benchmarks, **findings(request)}
    return render(request, "curation/contamination.html", context)


def findings(request: UserRequest, of: Benchmark | None = None) -> dict[str, Any]:
    """Return one page of findings, of one benchmark or of all that are active, as templates want it."""
    is_decided = request.GET.get("show") == "decided"
    scenario = ("scenario__family", "scenario__domain", "scenario__removal")
    rows = Contamination.objects.select_related("benchmark", "dismissal__dismissed_by", *scenario)
    rows = rows.defer("scenario__rendered", "scenario__original")
    rows = rows.filter(benchmark=of) if of else rows.filter(benchmark__is_active=True)
    rows = rows.filter(dismissal__isnull=not is_decided)
    if not is_decided:
        rows = rows.filter(scenario__removal=None)
    place = {name: number_key(request.GET.get(name, "")) for name in ("before", "after")}
    return {
        "page": newest_first(rows, **place, size=PAGE_SIZE),
        "is_decided": is_decided,
        "query": "show=decided" if is_decided else "",
        "limit": settings.CONTAMINATION_PERCENT,
        "may_decide": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }


@require_POST
@role_required(Role.CURATORS)
def contamination_decide(request: UserRequest, pk: int) -> HttpResponse:
    """Keep a scenario in spite of a finding, with a reason, or take that back."""
    finding = get_object_or_404(Contamination, pk=pk)
    if request.POST.get("decision") == "reopen":
        take_up_again(finding, actor=request)
        messages.success(request, _("The finding waits for a decision again."))
        return back(request, "curation:contamination")
    try:
        set_aside(finding, request.POST.get("reason", ""), actor=request.user, request=request)
    except NoReason:
        messages.error(request, _("Write why the scenario stays. The reason is shown with the finding."))
    else:
        messages.success(request, _("Noted: the scenario stays, with your reason."))
    return back(request, "curation:contamination")


@require_POST
@role_required(Role.CURATORS)
def contamination_check(request: UserRequest) -> HttpResponse:
    """Hold what is new against the benchmarks, or everything again."""
    if request.POST.get("again") == "all":
        check_again(actor=request)
    else:
        start_contaminate(created_by=request.user)
    return redirect("curation:contamination")


@require_POST
@role_required(Role.CURATORS)
def benchmark_switch(request: UserRequest, pk: UUID) -> HttpResponse:
    """Switch a benchmark on or off."""
    found = get_object_or_404(Benchmark, pk=pk)
    is_active = request.POST.get("active") == "1"
    try:
        switch(found, is_active=is_active, actor=request)
    except NotLoaded:
        messages.error(request, _("Its file is not read yet, so nothing can be held against it."))
    else:
        said = (
            _("Switched on. All scenarios are held against it.")
            if is_active
            else _("Switched off. Its findings are hidden.")
        )
        messages.success(request, said)
    return redirect("curation:benchmark", pk)


@require_POST
@role_required(Role.CURATORS)
def benchmark_delete(request: UserRequest, pk: UUID) -> HttpResponse:
    """Delete a benchmark whose file could not be read."""
    found = get_object_or_404(Benchmark, pk=pk)
    try:
        delete_benchmark(found, actor=request)
    except StillInUse:
        messages.error(request, _("Scenarios were held against it, so it stays. Switch it off instead."))
        return redirect("curation:benchmark", pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": found.name})
    return redirect("curation:benchmarks")
