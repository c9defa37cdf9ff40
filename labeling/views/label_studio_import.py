"""Bringing a preference project of a Label Studio in."""

from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import UserRequest
from labeling.actions.studio_import import bring_as_project, bring_project
from labeling.forms.imports import may_import
from labeling.forms.label_studio import ForeignForm


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def import_label_studio(request: UserRequest) -> HttpResponse:
    """Name a project of a Label Studio, and have it fetched and imported."""
    if not may_import(request.user):
        raise Http404
    form = ForeignForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        wanted, plan = form.wanted(Path()), form.new_project
        if plan:
            origin = bring_as_project(wanted, plan, actor=request)
        else:
            origin = bring_project(wanted, created_by=request.user)
        return redirect("labeling:import", origin.pk)
    context = {"section": "scenarios", "form": form}
    return render(request, "labeling/import_label_studio.html", context, status=422 if form.is_bound else 200)
