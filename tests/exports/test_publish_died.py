"""A worker that dies at any step of a push: the next one goes on, to one commit and one tag."""

import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from exports.actions.publish import start_publication
from exports.hub_double import HubDouble
from exports.hub_double.server import Fault
from exports.models import Publication
from runs.actions import perform
from runs.models import Run
from tests.exports.releases import folder_of, history, make_destination, make_release, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files", "hurried")]

STEPS = [
    (route, kind)
    for route in (
        "create_repo", "info", "tree", "preupload", "lfs_batch", "lfs_put", "lfs_verify", "commit", "refs", "tag",
        "resolve",
    )
    for kind in ("timeout", "timeout_after_apply")
    if kind == "timeout" or route in {"create_repo", "lfs_put", "commit", "tag"}
]  # fmt: skip


class Death(BaseException):
    """The worker is no more: nothing of ours catches this, as nothing catches SIGKILL."""


@pytest.fixture(autouse=True)
def mortal(hurried: None, settings: Settings) -> Iterator[None]:
    def die(*_: Any) -> None:
        raise Death

    # It dies before it would give up.
    settings.HUB_SILENCE_S = settings.HUB_REQUEST_S = 5
    former = signal.signal(signal.SIGUSR1, die)
    yield
    signal.signal(signal.SIGUSR1, former)


def die_at(hub: HubDouble, last: str, kind: str) -> None:
    """Let the worker die while it waits for the answer to its first request to a route."""
    worker, asked = threading.main_thread().ident, hub.next_fault
    met = threading.Event()

    def seen(route: str) -> Fault | None:
        if route != last or met.is_set():
            return asked(route)
        met.set()
        threading.Timer(0.15, signal.pthread_kill, (worker, signal.SIGUSR1)).start()
        return Fault(route, kind, 0, 0)

    hub.next_fault = seen  # type: ignore[method-assign]  # The double tells us when the request arrives.


@pytest.mark.parametrize("later", ["", "drop_after_apply"])
@pytest.mark.parametrize(("route", "kind"), STEPS)
def test_the_next_worker_goes_on(hub: HubDouble, route: str, kind: str, later: Any) -> None:
    release = make_release()
    publication = start_publication(release, make_destination(hub))
    die_at(hub, route, kind)
    with pytest.raises(Death):
        perform(publication.run_id)
    Run.objects.update(lease_until=Now() - timedelta(seconds=1))
    if later:
        hub.fault("commit", later)
        hub.fault("tag", later)

    perform(publication.run_id)

    publication.refresh_from_db()
    publication.run.refresh_from_db()
    assert publication.run.state == Run.State.DONE, publication.run.error
    assert publication.state == Publication.State.DONE
    assert history(hub) == ["Release 0.1.0", "initial commit"]
    assert stored(hub, "v0.1.0") == folder_of(release)
