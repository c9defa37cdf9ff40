"""Starts publications of built releases, performs them, and lets people stop them and go on."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import Actor, person_behind, record
from config.ids import uuid7
from config.wording import words
from exports.actions.attempt import Attempt
from exports.actions.deposit import Deposit
from exports.actions.destinations import said_to_people
from exports.actions.gates import why_held, why_withdrawn
from exports.actions.push import Push
from exports.models import Destination, Publication, Release
from runs.actions import cancel, resume, start
from runs.models import Run
from runs.work import Work

Purpose = Publication.Purpose


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
    there = Publication.objects.at(destination.endpoint, destination.repo_id)
    done = there.done().filter(release=release, purpose=Purpose.PUBLISH).first()
    if done is not None:
        return done
    if not release.is_built:
        raise NotPublishable(words("{release} has no files yet. Build it first.", release=str(release)))
    if held := why_held(release):
        raise NotPublishable(words("{release} is held back. {held}", release=str(release), held=held))
    return begun(release, destination, actor, accepted_head=accepted_head)


@transaction.atomic
def start_restore(former: Publication, *, actor: Actor = None) -> Publication:
    """Write down that an earlier release shall be what readers get again who name none.

    On a Hub that is a new commit with its files; elsewhere its files are compared and completed, and the pointer
    names it. Nothing is taken out of the record.

    Raises:
        NotPublishable: it was never published there, or somebody has withdrawn what is in it, or the destination leads
            elsewhere by now.
    """
    destination = Destination.objects.select_for_update().get(pk=former.destination_id)
    if former.state != Publication.State.DONE or former.purpose != Purpose.PUBLISH:
        raise NotPublishable(
            words(
                "{release} was never published to {repo}.", release=str(former.release), repo=former.repo_id
            )
        )
    refuse_moved(former, destination)
    if withdrawn := why_withdrawn(former.release):
        raise NotPublishable(withdrawn)
    return begun(former.release, destination, actor, purpose=Purpose.RESTORE)


@transaction.atomic
def start_erasure(former: Publication, *, actor: Actor = None) -> Publication:
    """Write down that a release's data shall be taken away from a place.

    Raises:
        NotPublishable: readers get another release there by now, or something is on its way there.
    """
    destination = Destination.objects.select_for_update().get(pk=former.destination_id)
    if former.state != Publication.State.DONE or former.purpose == Purpose.ERASE:
        raise NotPublishable(
            words("{release} is not in {repo}.", release=str(former.release), repo=former.repo_id)
        )
    refuse_moved(former, destination)
    live = Publication.objects.at(former.endpoint, former.repo_id).live().first()
    if destination.is_hub and live is not None and live.pk != former.pk:
        raise NotPublishable(
            words(
                "{release} stands at the head of {repo} by now.",
                release=str(live.release),
                repo=former.repo_id,
            )
        )
    return begun(former.release, destination, actor, purpose=Purpose.ERASE)


def refuse_moved(former: Publication, destination: Destination) -> None:
    """Refuse to look for what was published at a place to which the destination leads no more.

    Raises:
        NotPublishable: it leads elsewhere by now.
    """
    if (former.endpoint, former.repo_id) != (destination.endpoint, destination.repo_id):
        raise NotPublishable(
            words(
                "{destination} leads to {place} by now, and not to {repo}. Change it back first.",
                destination=str(destination),
                place=destination.repo_id,
                repo=former.repo_id,
            )
        )


def begun(
    release: Release,
    destination: Destination,
    actor: Actor,
    *,
    purpose: Publication.Purpose = Purpose.PUBLISH,
    accepted_head: str = "",
) -> Publication:
    """Add a publication with its run, unless the same is under way. The destination must be locked.

    Raises:
        NotPublishable: there is no token, or something else is on its way there.
    """
    if destination.needs_token and destination.secret is None:
        raise NotPublishable(
            words(
                "{destination} has no token. Enter one at the destination first.",
                destination=str(destination),
            )
        )
    there = Publication.objects.at(destination.endpoint, destination.repo_id)
    underway = there.open().select_related("release__recipe").first()
    if underway is not None and (underway.release_id, underway.purpose) != (release.pk, purpose):
        raise NotPublishable(
            words(
                "{release} is on its way to {repo}. Wait until it is there, or cancel it.",
                release=str(underway.release),
                repo=destination.repo_id,
            )
        )
    if underway is not None:
        return underway
    pk = uuid7()
    person = person_behind(actor)
    publication = Publication.objects.create(
        pk=pk,
        run=start("exports.publish", {"publication": str(pk)}, created_by=person, unit="steps"),
        release=release,
        destination=destination,
        repo_id=destination.repo_id,
        endpoint=destination.endpoint,
        purpose=purpose,
        accepted_head=accepted_head,
        created_by=person,
    )
    record(
        actor,
        "publication.started",
        publication,
        release=str(release),
        repo_id=destination.repo_id,
        purpose=purpose,
    )
    return publication


@transaction.atomic
def pause_publication(publication: Publication, *, actor: Actor = None) -> bool:
    """Stop a publication at its next checkpoint and keep its place; False when it has ended."""
    unfinished = Run.objects.unfinished().filter(pk=publication.run_id)
    mine = Publication.objects.filter(pk=publication.pk, paused_at=None, run__in=unfinished)
    if not mine.update(paused_at=Now()):
        return False
    cancel(publication.run)
    record(actor, "publication.paused", publication)
    return True


@transaction.atomic
def resume_publication(publication: Publication, *, actor: Actor = None) -> bool:
    """Go on with a publication that was paused, cancelled or failed; False when it is done, or goes on already.

    Raises:
        NotPublishable: another release is on its way there.
    """
    destination = Destination.objects.select_for_update().get(pk=publication.destination_id)
    others = (
        Publication.objects.at(publication.endpoint, publication.repo_id).open().exclude(pk=publication.pk)
    )
    if underway := others.select_related("release__recipe").first():
        raise NotPublishable(
            words(
                "{release} is on its way to {repo}. Wait until it is there.",
                release=str(underway.release),
                repo=destination.repo_id,
            )
        )
    if publication.state == Publication.State.DONE or not resume(publication.run):
        return False
    Publication.objects.filter(pk=publication.pk).update(paused_at=None)
    record(actor, "publication.resumed", publication)
    return True


@transaction.atomic
def give_up_publication(publication: Publication, *, actor: Actor = None) -> None:
    """Cancel a publication, also one that is paused, so that its place is free for others."""
    Publication.objects.filter(pk=publication.pk).update(paused_at=None)
    cancel(publication.run)
    record(actor, "publication.cancelled", publication)


def run_publish(work: Work) -> dict[str, Any]:
    """Bring a release to its place, from wherever the last attempt got to.

    Returns:
        The publication's state, commit and tag.
    """
    publication = Publication.objects.select_related("release__recipe", "destination__secret").get(
        pk=work.arguments["publication"]
    )
    with said_to_people():
        attempt_at(work, publication).perform()
    return {"state": publication.state, "commit": publication.commit_oid, "tag": publication.tag}


def attempt_at(work: Work, publication: Publication) -> Attempt:
    """Return one attempt, by the kind of place."""
    return Push(work, publication) if publication.destination.is_hub else Deposit(work, publication)
