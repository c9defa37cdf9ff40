"""What becomes of a draft: ready, copied, or deleted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from curation.actions.remarks import family_refusal, remarks
from curation.actions.scenarios import (
    ChangedMeanwhile,
    NotAcknowledged,
    NotADraft,
    NotComplete,
    SameText,
    StillUsed,
    copy_as_draft,
    delete_draft,
    mark_ready,
    same_text,
    words_of,
)
from curation.models import Scenario
from curation.warnings import gaps


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS)
def scenario_ready(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show what stands between a draft and being ready, or make its text final."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user).select_related("family"), pk=pk)
    if not found.is_draft:
        return redirect("curation:scenario", pk)
    if request.method != "POST":
        return render_ready(request, found)
    was, acknowledged = request.POST.get("was", ""), request.POST.getlist("acknowledged")
    try:
        mark_ready(pk, was=was, acknowledged=acknowledged, actor=request)
    except ChangedMeanwhile:
        return render_ready(request, found, status=409, is_changed=True)
    except NotAcknowledged:
        return render_ready(request, found, status=422, is_overlooked=True, acknowledged=acknowledged)
    except (NotComplete, SameText):
        return render_ready(request, found, status=422)
    messages.success(request, _("The scenario is ready. Its text is final from now on."))
    return redirect("curation:scenario", pk)


def render_ready(request: UserRequest, found: Scenario, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show what is missing and what should be looked at."""
    words = words_of(found)
    context = {
        "scenario": found,
        "was": words.digest,
        "gaps": gaps(words),
        "refusals": family_refusal(found),
        "existing": same_text(words),
        "remarks": remarks(found, words),
        "section": "scenarios",
        **more,
    }
    return render(request, "curation/scenario_ready.html", context, status=status)


@require_POST
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_copy(request: UserRequest, pk: UUID) -> HttpResponse:
    """Copy a scenario as a draft: corrected in the same family, or the beginning of another."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user).select_related("family"), pk=pk)
    is_correction = request.POST.get("as") == "correction"
    copy = copy_as_draft(found, author=request.user, is_correction=is_correction)
    text = (
        _("This is the corrected copy. The scenario it was made from stays as it is.")
        if is_correction
        else _("Copied.")
    )
    messages.success(request, text)
    return redirect("curation:scenario_edit", copy.pk)


def may_delete(user: User, found: Scenario) -> bool:
    """Whether a person may delete a draft: curators any, others their own."""
    return user.has_role(Role.CURATORS) or found.author_id == user.pk


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_delete(request: UserRequest, pk: UUID) -> HttpResponse:
    """Ask whether to delete a draft, or do it."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user), pk=pk)
    if not may_delete(request.user, found):
        raise Http404
    context: dict[str, Any] = {"scenario": found, "section": "scenarios"}
    if request.method != "POST":
        return render(request, "curation/scenario_delete.html", context)
    try:
        delete_draft(pk, actor=request)
    except NotADraft:
        messages.error(request, _("The scenario is ready, so it can’t be deleted."))
        return redirect("curation:scenario", pk)
    except StillUsed as error:
        context["used_by"] = error
        return render(request, "curation/scenario_delete.html", context, status=422)
    messages.success(request, _("The draft is deleted."))
    return redirect("curation:scenarios")
