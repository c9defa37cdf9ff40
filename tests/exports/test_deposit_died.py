"""A worker that dies while it brings a release back to a storage: the next one goes on, to one pointer."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from exports.actions.publish import start_restore
from exports.models import Publication
from runs.actions import perform
from runs.models import Run
from tests.exports.deposits import make_s3, under
from tests.exports.dying import Death, mortal  # noqa: F401
from tests.exports.releases import folder_of, make_release, publish
from tests.exports.s3_double import Fault, Storage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files", "storage", "mortal")]

STEPS = [
    ("PUT", "v0.1.0/README.md"),
    ("PUT", "v0.1.0/data/ratings/train.parquet"),
    ("PUT", "v0.1.0/manifest.json"),
    ("PUT", "traits/latest.json"),
    ("GET", "v0.1.0/data/preference/train.parquet"),
    ("GET", "traits/latest.json"),
]


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
