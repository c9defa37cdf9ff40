"""Everything that the pages around publishing show, in all its states."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from exports.actions.publish import start_publication
from exports.actions.schedules import start_due_slots
from exports.models import Delivery, Destination, Listener, News, Publication, Schedule, ScheduleSlot
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.judged import say_consent
from tests.exports.releases import make_release
from tests.exports.withdrawn import withdrawn_release


def published_world(steward: User) -> list[str]:
    """Make one of everything; return the addresses of its pages."""
    now = timezone.now()
    release = make_release()
    folder = Destination.objects.create(
        slug="folder",
        name="Our folder",
        kind="folder",
        endpoint="",
        repo_id=str(settings.DATA_DIR / "published"),
    )
    hub = Destination.objects.create(slug="hub", name="Our Hub", repo_id="org/traits", gating="manual")
    going = start_publication(release, folder, actor=steward)
    done = Publication.objects.create(
        run=Run.objects.create(kind="exports.publish", state="done", finished_at=now), release=release,
        destination=hub, repo_id=hub.repo_id, endpoint=hub.endpoint, state="done", commit_oid="a" * 40, tag="v0.1.0",
    )  # fmt: skip
    paused = Publication.objects.create(
        run=Run.objects.create(kind="exports.publish", state="cancelled", finished_at=now), release=release,
        destination=hub, repo_id="org/other", endpoint=hub.endpoint, paused_at=now,
    )  # fmt: skip
    schedule = Schedule.objects.create(
        recipe=release.recipe,
        expression="0 6 * * MON#1",
        zone="Europe/Berlin",
        next_at=now - timedelta(days=90),
    )
    schedule.destinations.add(hub)
    start_due_slots(now)
    ScheduleSlot.objects.filter(state="waiting").update(release=release)
    listener = Listener.objects.create(
        kind="webhook", name="CI", address="https://hooks.example.org/", kinds=["release.built"],
        disabled_at=now, disabled_why="5 deliveries in a row were given up. The last one: It answered 500.",
    )  # fmt: skip
    Delivery.objects.create(
        listener=listener, news=News.objects.create(kind="test", subject=listener.pk), status=500,
        run=Run.objects.create(kind="exports.deliver", state="failed", error="It answered 500.", finished_at=now),
    )  # fmt: skip
    withdrawn, person = withdrawn_release()
    pass_gates(withdrawn)
    say_consent(person, is_given=False)
    Publication.objects.create(
        run=Run.objects.create(kind="exports.publish", state="done", finished_at=now), release=withdrawn,
        destination=hub, repo_id="org/withdrawn", endpoint=hub.endpoint, state="done", commit_oid="b" * 40, tag="v1.0.0",
    )  # fmt: skip
    return [
        f"/releases/{withdrawn.pk}/",
        f"/recipes/{release.recipe.slug}/",
        *(f"/publications/{each.pk}/" for each in (going, done, paused)),
        f"/publications/{done.pk}/erase/",
        "/destinations/",
        *(f"/destinations/new/?kind={kind}" for kind in ("hub", "s3", "folder")),
        "/destinations/folder/",
        "/destinations/hub/",
        "/schedules/",
        f"/schedules/{schedule.pk}/",
        f"/recipes/{release.recipe.slug}/schedules/new/",
        "/notifications/",
        "/notifications/new/?kind=email",
        f"/notifications/{listener.pk}/",
        "/withdrawals/",
    ]
