"""Publications for programs: releases are pushed, and how far each push is."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from exports.actions.publish import (
    NotPublishable,
    give_up_publication,
    pause_publication,
    resume_publication,
    start_erasure,
    start_publication,
    start_restore,
)
from exports.models import Destination, Publication, Release
from runs.api import RunShape, run_shape

routes = Routes(tags=["publications"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
ENDED = "It has ended, or goes on already. Look at its state."
NO_DESTINATION = "There is no such destination."


class PublicationShape(BaseModel):
    """One push of a release to one place."""

    id: UUID
    release: UUID
    release_version: str
    destination: str
    repo_id: str
    purpose: Literal["publish", "restore", "erase"]
    state: Literal["started", "committed", "tagged", "done"]
    is_paused: bool
    commit_oid: str
    tag: str
    run: RunShape
    created_at: datetime


class PublicationFilters(Paging):
    """Which publications."""

    release: UUID | None = None
    state: Literal["started", "committed", "tagged", "done"] | None = None


class PublishIn(Sent):
    """Where a release shall go."""

    destination: str = Field(min_length=1, max_length=60, description="Its slug.")
    accepted_head: str = Field(
        "", pattern=r"^([0-9a-f]{7,64})?$", description="A foreign commit it may replace."
    )


def publication_shape(publication: Publication) -> PublicationShape:
    """Return a publication as it is sent."""
    return PublicationShape(
        id=publication.pk,
        release=publication.release_id,
        release_version=publication.release.version,
        destination=publication.destination.slug,
        repo_id=publication.repo_id,
        purpose=publication.purpose,  # type: ignore[arg-type]  # These are choices of their columns.
        state=publication.state,  # type: ignore[arg-type]
        is_paused=publication.is_paused,
        commit_oid=publication.commit_oid,
        tag=publication.tag,
        run=run_shape(publication.run),
        created_at=publication.created_at,
    )


def visible(request: Asking) -> "QuerySet[Publication]":
    """Return the publications that this person may see."""
    found = Publication.objects.visible_to(request.user).select_related(
        "run", "destination", "release__recipe"
    )
    return found.defer("release__codebook", "release__terms", "release__salt", "release__counts")


def find(request: Asking, publication_id: UUID) -> Publication:
    """Return a publication that this person may see."""
    found: Publication = get_object_or_404(visible(request), pk=publication_id)
    return found


@routes.post(
    "/releases/{uuid:release_id}/publications",
    auth=WRITES,
    response={202: PublicationShape},
    url_name="publication_start",
)
@once
def publication_start(request: Asking, release_id: UUID, asked: PublishIn) -> Status[PublicationShape]:
    """Push a release to a destination. One that is there already, or on its way, is returned instead."""
    found = get_object_or_404(
        Release.objects.visible_to(request.user).select_related("recipe"), pk=release_id
    )
    destination = Destination.objects.filter(slug=asked.destination).first()
    if destination is None:
        raise invalid([("destination", NO_DESTINATION)])
    try:
        begun = start_publication(found, destination, actor=request, accepted_head=asked.accepted_head)
    except NotPublishable as error:
        raise held(error) from error
    return Status(202, publication_shape(find(request, begun.pk)))


@routes.get("/publications", auth=READS, response=Page[PublicationShape], url_name="publications")
def publications(request: Asking, asked: Query[PublicationFilters]) -> Page[PublicationShape]:
    """List pushes, newest first."""
    said = {"release": asked.release, "state": asked.state}
    rows = visible(request).filter(**{name: value for name, value in said.items() if value})
    return page_of(rows, asked, publication_shape)


@routes.get(
    "/publications/{uuid:publication_id}", auth=READS, response=PublicationShape, url_name="publication"
)
def publication(request: Asking, publication_id: UUID) -> PublicationShape:
    """Say how far a push is."""
    return publication_shape(find(request, publication_id))


@routes.post(
    "/publications/{uuid:publication_id}/pause",
    auth=WRITES,
    response=PublicationShape,
    url_name="publication_pause",
)
def publication_pause(request: Asking, publication_id: UUID) -> PublicationShape:
    """Stop a push at its next checkpoint, to go on later."""
    if not pause_publication(find(request, publication_id), actor=request):
        raise Problem(409, "ended", ENDED)
    return publication_shape(find(request, publication_id))


@routes.post(
    "/publications/{uuid:publication_id}/resume",
    auth=WRITES,
    response=PublicationShape,
    url_name="publication_resume",
)
def publication_resume(request: Asking, publication_id: UUID) -> PublicationShape:
    """Go on with a push that was paused, cancelled or failed."""
    try:
        resumed = resume_publication(find(request, publication_id), actor=request)
    except NotPublishable as error:
        raise held(error) from error
    if not resumed:
        raise Problem(409, "ended", ENDED)
    return publication_shape(find(request, publication_id))


@routes.post(
    "/publications/{uuid:publication_id}/cancel",
    auth=WRITES,
    response=PublicationShape,
    url_name="publication_cancel",
)
def publication_cancel(request: Asking, publication_id: UUID) -> PublicationShape:
    """Give a push up, so that its place is free for another release."""
    give_up_publication(find(request, publication_id), actor=request)
    return publication_shape(find(request, publication_id))


@routes.post(
    "/publications/{uuid:publication_id}/restore",
    auth=WRITES,
    response={202: PublicationShape},
    url_name="publication_restore",
)
@once
def publication_restore(request: Asking, publication_id: UUID) -> Status[PublicationShape]:
    """Bring an earlier release back to the head of main."""
    try:
        begun = start_restore(find(request, publication_id), actor=request)
    except NotPublishable as error:
        raise held(error) from error
    return Status(202, publication_shape(find(request, begun.pk)))


@routes.post(
    "/publications/{uuid:publication_id}/erase",
    auth=WRITES,
    response={202: PublicationShape},
    url_name="publication_erase",
)
@once
def publication_erase(request: Asking, publication_id: UUID) -> Status[PublicationShape]:
    """Take a release's data away from a place, in a commit that leaves a notice."""
    try:
        begun = start_erasure(find(request, publication_id), actor=request)
    except NotPublishable as error:
        raise held(error) from error
    return Status(202, publication_shape(find(request, begun.pk)))


def held(error: NotPublishable) -> Problem:
    """Return why a release can't go there now."""
    return Problem(409, "not_publishable", str(error))
