"""A worker that dies while it brings a release back to a storage: the next one goes on, to one pointer."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from exports.actions.publish import start_restore
from exports.models import Publication
from runs.actions import perform
from runs.models import Run
from tests.exports.deposits import make_s3, under
from tests.exports.releases import folder_of, make_release, publish
from tests.exports.s3_double import Fault, Storage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]

STEPS = [
    ("PUT", "v0.1.0/README.md"),
    ("PUT", "v0.1.0/data/ratings/train.parquet"),
    ("PUT", "v0.1.0/manifest.json"),
    ("PUT", "traits/latest.json"),
    ("GET", "v0.1.0/data/preference/train.parquet"),
    ("GET", "traits/latest.json"),
]


class Death(BaseException):
    """The worker is no more: nothing of ours catches this, as nothing catches SIGKILL."""


@pytest.fixture(autouse=True)
def mortal(storage: Storage, settings: Settings) -> Iterator[None]:
    def die(*_: Any) -> None:
        raise Death

    settings.HUB_SILENCE_S = settings.HUB_REQUEST_S = 20
    former = signal.signal(signal.SIGUSR1, die)
    yield
    signal.signal(signal.SIGUSR1, former)


@pytest.mark.parametrize("kind", ["die", "die_after_apply"])
@pytest.mark.parametrize(("method", "ending"), STEPS)
def test_the_next_worker_brings_it_back(storage: Storage, method: str, ending: str, kind: str) -> None:
    destination = make_s3(storage)
    first, second = make_release("0.1.0"), make_release("0.2.0")
    former, _ = publish(first, destination)
    publish(second, destination)
    del storage.objects["arete/traits/v0.1.0/data/ratings/train.parquet"]
    storage.faults.append(Fault(method, ending, kind))
    restored = start_restore(former)

    with pytest.raises(Death):
        perform(restored.run_id)
    Run.objects.update(lease_until=Now() - timedelta(seconds=1))
    perform(restored.run_id)

    restored.refresh_from_db()
    restored.run.refresh_from_db()
    assert restored.run.state == Run.State.DONE, restored.run.error
    assert (restored.state, restored.tag) == (Publication.State.DONE, "v0.1.0-restored-1")
    assert under(storage, first) == folder_of(first)
    assert under(storage, second) == folder_of(second)
    assert b'"folder": "v0.1.0"' in storage.objects["arete/traits/latest.json"]
