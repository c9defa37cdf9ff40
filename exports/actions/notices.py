"""Writes news down and hands them to those who want to know."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from config.ids import uuid7
from exports.models import Delivery, Listener, News, Publication, Release, ScheduleSlot
from runs.actions import start
from runs.models import Run

Kind = News.Kind
LOOKED_BACK = timedelta(days=2)
"""Runs that ended longer ago are no news."""
BUILD, PUBLISH = "exports.build", "exports.publish"
SLOT_NEWS = {
    ScheduleSlot.State.SKIPPED: Kind.SKIPPED,
    ScheduleSlot.State.STOPPED: Kind.GATE_FAILED,
    ScheduleSlot.State.FAILED: Kind.FAILED,
}


@transaction.atomic
def announce(kind: News.Kind, subject: UUID, facts: dict[str, Any]) -> News | None:
    """Write a piece of news down with a delivery to each listener who wants it; None when it was done before."""
    news, is_new = News.objects.get_or_create(kind=kind, subject=subject, defaults={"facts": facts})
    if not is_new:
        return None
    for listener in Listener.objects.reachable().filter(kinds__contains=[kind]):
        deliver(news, listener)
    return news


def deliver(news: News, listener: Listener) -> Delivery:
    """Have a worker bring a piece of news to a listener."""
    pk = uuid7()
    return Delivery.objects.create(
        pk=pk,
        listener=listener,
        news=news,
        run=start("exports.deliver", {"delivery": str(pk)}, total=1, unit="deliveries"),
    )


def announce_outcomes() -> int:
    """Write down as news how builds and publications ended since the last time.

    Returns:
        How many pieces of news there were.
    """
    ended = Run.objects.filter(kind__in=[BUILD, PUBLISH], finished_at__gt=Now() - LOOKED_BACK).exclude(
        state=Run.State.CANCELLED
    )
    count = 0
    for run in ended.order_by("finished_at"):
        kind = kind_of(run)
        if not News.objects.filter(kind=kind, subject=run.pk).exists():
            count += announce(kind, run.pk, facts_of_run(run)) is not None
    return count


def kind_of(run: Run) -> News.Kind:
    """Return which news an ended run is."""
    if run.state != Run.State.DONE:
        return Kind.FAILED
    return Kind.BUILT if run.kind == BUILD else Kind.PUBLISHED


def announce_slot(slot: ScheduleSlot) -> None:
    """Write down what became of a slot, unless its release says so itself."""
    kind = SLOT_NEWS.get(ScheduleSlot.State(slot.state))
    if kind is None:
        return
    facts = {
        "schedule": {"recipe": slot.schedule.recipe.slug, "slot": slot.slot_at.isoformat()},
        "reason": slot.reason,
        "url": absolute("exports:schedule", slot.schedule_id),
    }
    announce(kind, slot.pk, facts | release_facts(slot.release))


def facts_of_run(run: Run) -> dict[str, Any]:
    """Return what is told about a build or a publication."""
    facts: dict[str, Any] = {"reason": run.error} if run.error else {}
    if run.kind == PUBLISH:
        publications = Publication.objects.select_related("release__recipe")
        publication = publications.filter(pk=run.arguments["publication"]).first()
        return facts | (publication_facts(publication) if publication else {})
    release = Release.objects.select_related("recipe").filter(pk=run.arguments["release"]).first()
    return facts | release_facts(release)


def publication_facts(publication: Publication) -> dict[str, Any]:
    """Return what is told about a publication."""
    return release_facts(publication.release) | {
        "publication": {
            "purpose": publication.purpose,
            "endpoint": publication.endpoint,
            "repo_id": publication.repo_id,
            "commit": publication.commit_oid,
            "tag": publication.tag,
        },
        "url": absolute("exports:publication", publication.pk),
    }


def release_facts(release: Release | None) -> dict[str, Any]:
    """Return what is told about a release; nothing when it is gone."""
    if release is None:
        return {}
    return {
        "release": {
            "name": release.recipe.slug,
            "version": release.version,
            "digest": release.digest,
            "url": absolute("exports:release", release.pk),
        }
    }


def absolute(name: str, pk: UUID) -> str:
    """Return the whole address of a page."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse(name, args=[pk])}"
