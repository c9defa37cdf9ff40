"""Starts publications of built releases, and performs them."""

from typing import Any

from django.db import transaction

from accounts.audit import Actor, person_behind, record
from config.ids import uuid7
from exports.actions.destinations import said_to_people
from exports.actions.push import Push
from exports.models import Destination, Publication, Release
from runs.actions import start
from runs.work import Work


class NotPublishable(Exception):
    """The release can't go to this destination now. The text says why."""


@transaction.atomic
def start_publication(
    release: Release, destination: Destination, *, actor: Actor = None, accepted_head: str = ""
) -> Publication:
    """Write down that a release is to be pushed. One that is there already, or on its way, is returned instead.

    Args:
        release: a built one.
        destination: where to.
        actor: who wants it.
        accepted_head: a foreign commit that the release may replace.

    Raises:
        NotPublishable: there are no files yet, no token, or another release is on its way there.
    """
    # Without the lock, two people could begin the same push at once.
    destination = Destination.objects.select_for_update().get(pk=destination.pk)
    there = Publication.objects.filter(endpoint=destination.endpoint, repo_id=destination.repo_id)
    done = there.done().filter(release=release).first()
    if done is not None:
        return done
    if not release.is_built:
        raise NotPublishable(f"{release} has no files yet. Build it first.")
    if destination.secret is None:
        raise NotPublishable(f"{destination} has no token. Enter one at the destination first.")
    underway = there.open().select_related("release__recipe").first()
    if underway is not None and underway.release_id != release.pk:
        raise NotPublishable(
            f"{underway.release} is on its way to {destination.repo_id}. Wait until it is there."
        )
    if underway is not None:
        return underway
    return begun(release, destination, actor, accepted_head)


def begun(release: Release, destination: Destination, actor: Actor, accepted_head: str) -> Publication:
    """Add a publication with its run and say so in the audit trail."""
    pk = uuid7()
    person = person_behind(actor)
    publication = Publication.objects.create(
        pk=pk,
        run=start("exports.publish", {"publication": str(pk)}, created_by=person, unit="steps"),
        release=release,
        destination=destination,
        repo_id=destination.repo_id,
        endpoint=destination.endpoint,
        accepted_head=accepted_head,
        created_by=person,
    )
    record(actor, "publication.started", publication, release=str(release), repo_id=destination.repo_id)
    return publication


def run_publish(work: Work) -> dict[str, Any]:
    """Push a release, from wherever the last attempt got to.

    Returns:
        The publication's state, commit and tag.
    """
    publication = Publication.objects.select_related("release__recipe", "destination__secret").get(
        pk=work.arguments["publication"]
    )
    with said_to_people():
        Push(work, publication).perform()
    return {"state": publication.state, "commit": publication.commit_oid, "tag": publication.tag}
