"""Files that are too large for one request go to a storage in parts, and are there when all of them are."""

import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from exports.actions.publish import start_publication
from exports.models import Release
from exports.s3_parts import ATTEMPTS, MOST_PARTS, spans
from runs.actions import perform
from runs.models import Run
from tests.exports.deposits import make_s3, under
from tests.exports.dying import Death, mortal  # noqa: F401
from tests.exports.releases import folder_of, make_release, publish
from tests.exports.s3_double import Fault, Storage, odd_tag_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
BIG = "data/preference/big.parquet"


@pytest.fixture(autouse=True)
def small_parts(settings: Settings) -> None:
    settings.S3_PART_BYTES = 5_000


def make_large_release() -> Release:
    """A release with one file of five parts, the last of which is a short one."""
    return make_release(extra={BIG: random.Random(5).randbytes(20_100)})


def died_at(storage: Storage, release: Release, ending: str, kind: str, *, method: str = "PUT") -> UUID:
    """Let a worker die with the large file on its way, and return the run that the next one takes over."""
    publication = start_publication(release, make_s3(storage))
    storage.faults.append(Fault(method, f"big.parquet{ending}", kind))
    with pytest.raises(Death):
        perform(publication.run_id)
    Run.objects.update(lease_until=Now() - timedelta(seconds=1))
    return publication.run_id


def sent_parts(storage: Storage) -> list[str]:
    return [name.rpartition("?")[2] for method, name in storage.seen if method == "PUT" and "?part" in name]


def test_a_large_file_goes_in_parts_and_comes_back_in_ranges(storage: Storage):
    storage.tag_of = odd_tag_of
    release = make_large_release()

    _, run = publish(release, make_s3(storage))

    assert run.state == Run.State.DONE, run.error
    assert under(storage, release) == folder_of(release)
    asked = [name.rpartition("/")[2] for method, name in storage.seen if method in {"PUT", "POST"}]
    big = [name for name in asked if name.startswith("big.parquet")]
    assert big == [
        f"big.parquet?{step}" for step in ("uploads", *(f"part={n}" for n in range(1, 6)), "complete")
    ]
    assert asked[-2:] == ["manifest.json", "latest.json"]
    assert [name for method, name in storage.seen if method == "GET"].count(f"arete/traits/v0.1.0/{BIG}") == 5
    assert storage.uploads == {}


def test_a_storage_that_knows_no_ranges_is_read_whole(storage: Storage):
    storage.knows_ranges = False
    release = make_large_release()

    _, run = publish(release, make_s3(storage))

    assert run.state == Run.State.DONE, run.error


@pytest.mark.parametrize("kind", ["drop", "503", "429", "drop_after_apply"])
@pytest.mark.parametrize("ending", ["?uploads", "?part=2", "?part=5", "?complete"])
def test_trouble_with_a_part_is_gone_over(storage: Storage, ending: str, kind: str):
    release, destination = make_large_release(), make_s3(storage)
    method = "PUT" if "part" in ending else "POST"
    storage.faults.append(Fault(method, f"big.parquet{ending}", kind))

    _, run = publish(release, destination)

    assert run.state == Run.State.DONE, run.error
    assert under(storage, release) == folder_of(release)
    if method == "PUT":
        puts = [name for asked, name in storage.seen if asked == "PUT" and "?part" in name]
        assert len(puts) == 6, "only what was lost is sent again"


def test_an_error_inside_of_an_answer_is_none_the_less_one(storage: Storage):
    release, destination = make_large_release(), make_s3(storage)
    storage.faults.append(Fault("POST", "?complete", "error_inside"))
    storage.faults.append(Fault("POST", "?complete", "500"))

    _, run = publish(release, destination)

    assert run.state == Run.State.DONE, run.error
    assert under(storage, release) == folder_of(release)


def test_a_refused_part_is_final_and_leaves_no_parts_behind(storage: Storage):
    release, destination = make_large_release(), make_s3(storage)
    storage.faults.append(Fault("PUT", "?part=3", "403"))

    _, run = publish(release, destination)

    assert run.state == Run.State.FAILED
    assert "change that, or enter others" in run.error
    assert storage.uploads == {}
    assert not any("big.parquet" in key for key in storage.objects)


@pytest.mark.usefixtures("storage", "mortal")
@pytest.mark.parametrize("kind", ["die", "die_after_apply"])
@pytest.mark.parametrize(
    ("method", "ending"), [("POST", "?uploads"), ("PUT", "?part=3"), ("POST", "?complete")]
)
def test_the_next_worker_goes_on_where_a_dead_one_was(storage: Storage, method: str, ending: str, kind: str):
    release = make_large_release()
    run_id = died_at(storage, release, ending, kind, method=method)

    perform(run_id)

    run = Run.objects.get(pk=run_id)
    assert run.state == Run.State.DONE, run.error
    assert under(storage, release) == folder_of(release)
    assert storage.uploads == {}


@pytest.mark.usefixtures("mortal")
def test_parts_that_are_there_are_not_sent_again(storage: Storage):
    release = make_large_release()
    storage.page_size = 1
    run_id = died_at(storage, release, "?part=4", "die")

    perform(run_id)

    assert under(storage, release) == folder_of(release)
    assert sent_parts(storage) == ["part=1", "part=2", "part=3", "part=4", "part=4", "part=5"]


@pytest.mark.usefixtures("mortal")
@pytest.mark.parametrize("other", [b"x" * 5_000, b"x" * 4_999])
def test_other_bytes_under_the_number_of_a_part_are_never_joined(storage: Storage, other: bytes):
    release = make_large_release()
    run_id = died_at(storage, release, "?part=4", "die")
    ((_, parts),) = storage.uploads.values()
    parts[2] = other

    perform(run_id)

    assert under(storage, release) == folder_of(release)
    assert sent_parts(storage)[4:] == ["part=2", "part=4", "part=5"]


@pytest.mark.usefixtures("mortal")
def test_where_tags_tell_nothing_all_parts_are_sent_again(storage: Storage):
    storage.tag_of = odd_tag_of
    release = make_large_release()
    run_id = died_at(storage, release, "?part=3", "die")

    perform(run_id)

    assert under(storage, release) == folder_of(release)
    assert len(sent_parts(storage)) == 3 + 5


@pytest.mark.usefixtures("mortal")
def test_uploads_that_nobody_goes_on_with_are_dropped(storage: Storage):
    release = make_large_release()
    run_id = died_at(storage, release, "?part=3", "die")
    newest = list(storage.uploads)[-1]
    storage.uploads = {
        "older": (storage.uploads[newest][0], {1: b"x"}),
        **storage.uploads,
        "of another release": ("arete/traits/v0.0.9/data/preference/big.parquet", {1: b"x"}),
        "of another recipe": ("arete/other/v0.1.0/data/big.parquet", {1: b"x"}),
    }

    perform(run_id)

    assert list(storage.uploads) == ["of another recipe"]
    assert under(storage, release) == folder_of(release)


def test_a_storage_that_is_in_trouble_keeps_its_parts_for_the_next_attempt(storage: Storage):
    release, destination = make_large_release(), make_s3(storage)
    storage.faults += [Fault("PUT", "?part=3", "503")] * ATTEMPTS

    _, run = publish(release, destination)

    assert run.state == Run.State.DONE, run.error
    assert sent_parts(storage) == ["part=1", "part=2", *["part=3"] * (ATTEMPTS + 1), "part=4", "part=5"]


def test_a_storage_that_lists_no_parts_takes_a_release_all_the_same(storage: Storage):
    release, destination = make_large_release(), make_s3(storage)
    storage.faults.append(Fault("GET", "?uploads", "501"))

    _, run = publish(release, destination)

    assert run.state == Run.State.DONE, run.error


@pytest.mark.parametrize("size", [5_001, 20_000_000, 60_000_000, 10_000 * 5_000])
def test_there_are_never_more_parts_than_storages_take(tmp_path: Path, size: int):
    file = tmp_path / "file"
    with file.open("wb") as sparse:
        sparse.truncate(size)

    found = list(spans(file))

    assert 1 < len(found) <= MOST_PARTS
    assert all(one.start + one.size == other.start for one, other in pairwise(found))
    assert (found[0].start, found[-1].start + found[-1].size) == (0, size)
