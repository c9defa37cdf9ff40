"""Starting publications, watching them, stopping them, and going back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from exports.actions.publish import (
    NotPublishable,
    give_up_publication,
    pause_publication,
    resume_publication,
    start_publication,
    start_restore,
)
from exports.forms.destinations import PublishForm
from exports.models import Destination, Publication, Release
from runs.models import Run

State, Purpose = Publication.State, Publication.Purpose
STEPS = {
    (True, False): (
        (State.COMMITTED, _("Upload and commit"), _("All files in one commit")),
        (State.TAGGED, _("Tag"), _("So that readers can pin this release")),
        (State.DONE, _("Read back and verify"), _("Every file’s hash at the tag")),
    ),
    (True, True): (
        (State.COMMITTED, _("Take the data away"), _("One commit, which leaves a notice")),
        (State.TAGGED, _("Tag"), _("So that the moment can be found again")),
        (State.DONE, _("Read back and verify"), _("Nothing but the notice is left on main")),
    ),
    (False, False): (
        (State.COMMITTED, _("Copy"), _("Every file, the manifest last")),
        (State.TAGGED, _("Point to it"), _("For readers who name no release")),
        (State.DONE, _("Read back and verify"), _("Every file’s hash")),
    ),
    (False, True): (
        (State.TAGGED, _("Take the data away"), _("The manifest first; a notice is left")),
        (State.DONE, _("Read back and verify"), _("Nothing but the notice is left")),
    ),
}
"""By whether it is a Hub, and whether data is taken away."""


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def publish(request: UserRequest, release_id: UUID) -> HttpResponse:
    """Push a release to one destination or several."""
    release = get_object_or_404(Release.objects.select_related("recipe"), pk=release_id)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        begun = started(request, release, form)
        if len(begun) == 1 and form.is_valid():
            return redirect("exports:publication", begun[0].pk)
        if form.is_valid():
            return redirect("exports:release", release.pk)
    context = {"release": release, "section": "releases", **publishing(release)}
    if form.is_bound:
        context["publish_form"] = form
    return render(request, "exports/publish.html", context, status=422 if form.is_bound else 200)


def started(request: UserRequest, release: Release, form: PublishForm) -> list[Publication]:
    """Start a publication to each chosen destination; what can't be is said at the field."""
    begun, accepted = [], form.cleaned_data["accepted_head"]
    chosen = list(form.cleaned_data["destination"])
    for destination in chosen:
        # A commit is of one repository.
        head = accepted if len(chosen) == 1 else ""
        try:
            begun.append(start_publication(release, destination, actor=request, accepted_head=head))
        except NotPublishable as reason:
            form.add_error("destination", told(reason.args[0]))
    return begun


@require_safe
@vary_on_headers("HX-Request")
@role_required(Role.STEWARDS)
def publication(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show how far a push is and what came of it; to htmx the part that changes."""
    found = fetched(pk)
    template = (
        "exports/publication.html#outcome" if "HX-Request" in request.headers else "exports/publication.html"
    )
    live = found.current
    context = {
        "publication": found,
        "steps": steps_of(found),
        "foreign_head": found.run.cursor.get("foreign_head", ""),
        "is_live": live is not None and live.pk == found.pk,
        "may_restore": is_former(found, live),
        "section": "releases",
    }
    return render(request, template, context)


def is_former(publication: Publication, live: Publication | None) -> bool:
    """Whether readers who name no release get something else than this publication of a release."""
    was_there = (publication.state, publication.purpose) == (State.DONE, Purpose.PUBLISH)
    is_back = live is not None and live.release_id == publication.release_id and live.purpose != Purpose.ERASE
    return was_there and not is_back


@require_POST
@role_required(Role.STEWARDS)
def publication_pause(request: UserRequest, pk: UUID) -> HttpResponse:
    """Stop a push at its next checkpoint, to go on later."""
    if not pause_publication(fetched(pk), actor=request):
        messages.warning(request, _("It had ended already."))
    return redirect("exports:publication", pk)


@require_POST
@role_required(Role.STEWARDS)
def publication_resume(request: UserRequest, pk: UUID) -> HttpResponse:
    """Go on with a push that was paused, cancelled or failed."""
    try:
        if not resume_publication(fetched(pk), actor=request):
            messages.warning(request, _("It has not stopped yet, or is done. Look at its state below."))
    except NotPublishable as reason:
        messages.error(request, told(reason.args[0]))
    return redirect("exports:publication", pk)


@require_POST
@role_required(Role.STEWARDS)
def publication_cancel(request: UserRequest, pk: UUID) -> HttpResponse:
    """Give a push up, so that its place is free for another release."""
    give_up_publication(fetched(pk), actor=request)
    return redirect("exports:publication", pk)


@require_POST
@role_required(Role.STEWARDS)
def publication_restore(request: UserRequest, pk: UUID) -> HttpResponse:
    """Bring an earlier release back for readers who name none."""
    try:
        return redirect("exports:publication", start_restore(fetched(pk), actor=request).pk)
    except NotPublishable as reason:
        messages.error(request, told(reason.args[0]))
        return redirect("exports:publication", pk)


def fetched(pk: UUID) -> Publication:
    """Return a publication with what its page needs."""
    rows = Publication.objects.select_related("run", "release__recipe", "destination")
    found: Publication = get_object_or_404(rows, pk=pk)
    return found


def publishing(release: Release) -> dict[str, Any]:
    """Return what `exports/_publish.html` needs on the page of a release."""
    destinations = Destination.objects.all()
    publications = list(release.publications.select_related("run", "destination"))
    underway = next((each for each in publications if each.run.is_unfinished), None)
    return {
        "publications": publications,
        "underway": underway,
        "underway_steps": steps_of(underway) if underway else [],
        "publish_form": PublishForm(initial={"destination": first_slug(destinations)}),
        "has_destinations": destinations.exists(),
    }


def first_slug(destinations: Any) -> list[str]:
    """Return the only destination's slug; none when people have to choose."""
    slugs = list(destinations.values_list("slug", flat=True)[:2])
    return slugs if len(slugs) == 1 else []


def steps_of(publication: Publication) -> list[dict[str, object]]:
    """Return the steps of a push with how each stands: done, now, fail or nothing yet."""
    order = list(State)
    reached = order.index(State(publication.state))
    steps = STEPS[publication.destination.is_hub, publication.purpose == Purpose.ERASE]
    stands = "fail" if publication.run.state in {Run.State.FAILED, Run.State.NEEDS_ATTENTION} else "now"
    found: list[dict[str, object]] = []
    is_next = True
    for state, title, text in steps:
        is_done = order.index(state) <= reached
        how = "done" if is_done else stands if is_next else ""
        is_next = is_done
        found.append({"title": title, "text": text, "how": how})
    return found
