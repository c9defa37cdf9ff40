"""Releases: the list, each one's content, and its files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from exports.actions.recipes import discard_draft
from exports.contents import contents_of
from exports.models import Destination, Recipe, Release, ReleaseFile
from exports.tables import csv_of
from exports.views.gates import gates_shown
from exports.views.publications import publishing
from runs.models import Run

LISTED = 50
FILE_GONE = _(
    "{path} is not in this machine’s folder of releases. The release itself is safe: this puts "
    "it back: ./arete manage rebuild {release}"
)


@require_safe
@role_required(Role.STEWARDS)
def releases(request: UserRequest) -> HttpResponse:
    """List recipes with their newest releases, the releases, and where they go."""
    light = Release.objects.select_related("recipe").defer("codebook", "terms", "salt")
    newest = light.order_by("recipe_id", "-major", "-minor", "-patch").distinct("recipe_id")
    latest = {release.recipe_id: release for release in newest}
    context = {
        "section": "releases",
        "recipes": [(recipe, latest.get(recipe.pk)) for recipe in Recipe.objects.all()],
        "releases": light.order_by("-created_at")[:LISTED],
        "destinations": Destination.objects.select_related("secret"),
    }
    return render(request, "exports/releases.html", context)


@require_safe
@role_required(Role.STEWARDS)
def release(request: UserRequest, release_id: UUID) -> HttpResponse:
    """Show what is in a release, what is out, what changed, and how far its build is."""
    found = Release.objects.select_related("recipe", "previous").filter(pk=release_id).first()
    run = None if found and found.is_built else build_of(release_id)
    if found is None and run is None:
        raise Http404
    if found is None or found.state == found.State.DRAFT:
        context: dict[str, Any] = {}
    else:
        context = {
            **contents_of(found),
            **publishing(found),
            **gates_shown(found, request.user),
            "published": found.publications.loadable().select_related("destination").order_by("created_at"),
        }
    return render(
        request, "exports/release.html", {"release": found, "run": run, "section": "releases", **context}
    )


@require_safe
@role_required(Role.STEWARDS)
def release_file(request: UserRequest, release_id: UUID, file_id: int) -> HttpResponseBase:
    """Send a file of a release."""
    file = get_object_or_404(
        ReleaseFile.objects.select_related("release__recipe"), pk=file_id, release=release_id
    )
    try:
        content = (file.release.folder / file.path).open("rb")
    except OSError:
        messages.error(request, FILE_GONE.format(path=file.path, release=file.release))
        return redirect("exports:release", release_id)
    name = f"{file.release.recipe.slug}-{file.release.version}-{file.path.removeprefix('data/')}"
    return FileResponse(content, as_attachment=True, filename=name.replace("/", "-"))


@require_safe
@role_required(Role.STEWARDS)
def release_csv(request: UserRequest, release_id: UUID, file_id: int) -> HttpResponseBase:
    """Send a table of a release as CSV."""
    tables = ReleaseFile.objects.filter(path__startswith="data/", rows__gt=0).select_related(
        "release__recipe"
    )
    file = get_object_or_404(tables, pk=file_id, release=release_id)
    path = file.release.folder / file.path
    if not path.is_file():
        messages.error(request, FILE_GONE.format(path=file.path, release=file.release))
        return redirect("exports:release", release_id)
    stem = file.path.removeprefix("data/").removesuffix(".parquet").replace("/", "-")
    name = f"{file.release.recipe.slug}-{file.release.version}-{stem}.csv"
    response = StreamingHttpResponse(csv_of(path), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@role_required(Role.STEWARDS)
def discard(request: UserRequest, release_id: UUID) -> HttpResponse:
    """Take back a release that was begun and is not frozen."""
    found = get_object_or_404(Release.objects.select_related("recipe"), pk=release_id)
    if discard_draft(found, actor=request):
        said = _("Release %(version)s was discarded. Its number is free again.")
        messages.success(request, said % {"version": found.version})
        return redirect("exports:recipe", found.recipe.slug)
    messages.error(request, _("It can’t be discarded: it is frozen already, or work on it goes on."))
    return redirect("exports:release", release_id)


def build_of(release_id: UUID) -> Run | None:
    """Return the newest run that cuts or builds a release, also when the draft is gone."""
    return (
        Run.objects.filter(kind="exports.build", arguments__release=str(release_id)).order_by("-pk").first()
    )
