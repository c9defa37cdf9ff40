"""Releases that hold judgments of people who have withdrawn, and taking their data away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from exports.actions.pieces import notice
from exports.actions.publish import NotPublishable, start_erasure
from exports.actions.withdrawals import affected_releases
from exports.views.publications import fetched


@require_safe
@role_required(Role.STEWARDS)
def withdrawals(request: UserRequest) -> HttpResponse:
    """List the releases that hold what people have withdrawn since, and where they went."""
    context = {"affected": affected_releases(), "section": "releases"}
    return render(request, "exports/withdrawals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def publication_erase(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show the commit that takes a release's data away from a place, and make it."""
    found = fetched(pk)
    if request.method == "POST":
        try:
            return redirect("exports:publication", start_erasure(found, actor=request).pk)
        except NotPublishable as reason:
            messages.error(request, told(reason.args[0]))
            return redirect("exports:publication", pk)
    context = {
        "publication": found,
        "paths": sorted(
            {"manifest.json", *found.release.files.values_list("path", flat=True)} - {"README.md"}
        ),
        "notice": notice(found.release).decode(),
        "section": "releases",
    }
    return render(request, "exports/publication_erase.html", context)
