"""People take their labels back, and see before what that reaches and what not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import UserRequest
from exports.withdrawn import releases_holding
from labeling.actions.withdrawals import standing_of, withdraw
from labeling.models import Project, Withdrawal


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw_labels(request: UserRequest) -> HttpResponse:
    """Ask which labels; show what taking them back means; do it when that was confirmed."""
    sent = request.POST or request.GET
    scope = sent.get("scope", "")
    judged = Project.objects.filter(items__assignments__annotator=request.user).distinct().order_by("name")
    project = get_object_or_404(judged, slug=scope) if scope not in ("", "all") else None
    if request.method == "POST" and scope and "sure" in request.POST:
        taken = withdraw(request.user, project)
        said = ngettext(
            "%(n)s label is taken back. No release from now on holds it.",
            "%(n)s labels are taken back. No release from now on holds them.",
            taken.annotations,
        )
        messages.success(request, said % {"n": taken.annotations})
        return redirect("exports:withdraw")
    context = {
        "scope": scope,
        "project": project,
        "projects": judged,
        "is_unsure": request.method == "POST" and bool(scope),
        "count": standing_of(request.user, project).count() if scope else 0,
        "releases": releases_holding(request.user, project) if scope else [],
        "withdrawals": Withdrawal.objects.of(request.user).select_related("project"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "exports/withdraw.html", context, status=status)
