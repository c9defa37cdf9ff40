"""Releases in storages and folders: complete when the manifest is there, or not there at all."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from egress.secrets import seal
from exports.actions.publish import start_erasure, start_publication
from exports.models import Publication
from runs.actions import perform_now
from runs.models import Run
from tests.exports.deposits import laid_down, make_folder, make_s3, named_by, under
from tests.exports.releases import folder_of, make_recipe, make_release, publish
from tests.exports.s3_double import Fault, Storage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]

FILES = ["README.md", "data/preference/train.parquet", "manifest.json", "latest.json"]


def test_a_release_goes_to_a_storage(storage: Storage):
    release = make_release()

    publication, run = publish(release, make_s3(storage))

    assert run.state == Run.State.DONE, run.error
    assert under(storage, release) == folder_of(release)
    assert (publication.state, publication.tag) == (Publication.State.DONE, "v0.1.0")
    puts = [key for method, key in storage.seen if method == "PUT"]
    assert puts[-2].endswith("v0.1.0/manifest.json"), "what completes the release comes after all of it"
    assert puts[-1] == "arete/traits/latest.json", "what leads to it comes last"


def test_a_release_goes_to_a_folder():
    release, destination = make_release(), make_folder()

    _publication, run = publish(release, destination)

    assert run.state == Run.State.DONE, run.error
    assert laid_down(destination, release) == folder_of(release)


def test_publishing_again_changes_nothing(storage: Storage):
    release, destination = make_release(), make_s3(storage)
    first, _ = publish(release, destination)
    storage.seen.clear()

    again, _ = publish(release, destination)

    assert (again, storage.seen) == (first, [])


def test_a_listing_of_many_pages_is_read_to_its_end(storage: Storage):
    storage.page_size = 1

    _, run = publish(make_release(), make_s3(storage))

    assert run.state == Run.State.DONE, run.error


@pytest.mark.parametrize("kind", ["drop", "500", "503", "drop_after_apply"])
@pytest.mark.parametrize("ending", FILES)
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_trouble_once_is_gone_over(storage: Storage, method: str, ending: str, kind: str):
    release, destination = make_release(), make_s3(storage)
    storage.faults.append(Fault(method, ending, kind))

    _, run = publish(release, destination)

    assert run.state == Run.State.DONE, run.error
    assert under(storage, release) == folder_of(release)


@pytest.mark.parametrize(
    ("status", "said"),
    [("401", "Enter others"), ("403", "change that, or enter others"), ("400", "does not take")],
)
@pytest.mark.parametrize("ending", FILES)
def test_a_refusal_is_final_and_going_on_completes(storage: Storage, ending: str, status: str, said: str):
    release, destination = make_release(), make_s3(storage)
    storage.faults.append(Fault("PUT", ending, status))

    publication, run = publish(release, destination)
    again, second = publish(release, destination)

    assert run.state == Run.State.FAILED
    assert said in run.error
    assert publication != again
    assert second.state == Run.State.DONE, second.error
    assert under(storage, release) == folder_of(release)


def test_wrong_credentials_are_said(storage: Storage):
    wrong = seal("not the key".replace(" ", "_"), bound_to=storage.url)

    _, run = publish(make_release(), make_s3(storage, secret=wrong))

    assert run.state == Run.State.FAILED
    assert "The credentials are wrong" in run.error
    assert "SignatureDoesNotMatch" in run.error
    assert storage.objects == {}


def test_something_else_in_its_place_is_left_alone(storage: Storage):
    storage.objects["arete/traits/v0.1.0/manifest.json"] = b"{}"

    _, run = publish(make_release(), make_s3(storage))

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "holds something else already: manifest.json" in run.error
    assert list(storage.objects.values()) == [b"{}"]


def test_a_file_that_came_out_different_is_found(storage: Storage):
    release, destination = make_release(), make_s3(storage)
    publication = start_publication(release, destination)
    Publication.objects.update(state="tagged", commit_oid="a", tag="v0.1.0")
    prefix = "arete/traits/v0.1.0/"
    storage.objects |= {prefix + path: content for path, content in folder_of(release).items()}
    storage.objects[f"{prefix}README.md"] = b"other words"

    run = perform_now(publication.run)

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "README.md differ" in run.error


def test_a_public_storage_gets_nothing_that_must_be_private(storage: Storage):
    storage.is_public = True

    _, run = publish(make_release(), make_s3(storage, is_private=True))

    assert run.state == Run.State.FAILED
    assert "is public" in run.error
    assert list(storage.objects) == ["arete/traits/v0.1.0/README.md"]


def test_held_out_files_do_not_go_to_a_public_storage(storage: Storage):
    storage.is_public = True
    release = make_release(extra={"data/benchmark/test.parquet": b"PAR1 held out"})

    _, run = publish(release, make_s3(storage))

    assert run.state == Run.State.FAILED
    assert "files of held-out pools (data/benchmark/test.parquet)" in run.error
    assert not any("benchmark" in key for key in storage.objects)


def test_a_folder_that_the_operator_does_not_allow_gets_nothing(tmp_path: Path):
    _, run = publish(make_release(), make_folder(repo_id=str(tmp_path / "elsewhere")))

    assert run.state == Run.State.FAILED
    assert "not below a folder that the operator allows" in run.error
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_does_not_lead_out_of_the_allowed_folders(tmp_path: Path):
    (tmp_path / "outside").mkdir()
    allowed = django_settings.DATA_DIR / "published"
    allowed.mkdir(parents=True)
    (allowed / "link").symlink_to(tmp_path / "outside")

    _, run = publish(make_release(), make_folder(repo_id=str(allowed / "link")))

    assert run.state == Run.State.FAILED
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_folder_of_the_operators_own_is_allowed(tmp_path: Path, settings: Settings):
    settings.PUBLISH_FOLDERS = [str(tmp_path / "srv")]

    _, run = publish(make_release(), make_folder(repo_id=str(tmp_path / "srv" / "sets")))

    assert run.state == Run.State.DONE, run.error


def test_two_releases_lie_side_by_side():
    destination, first, second = make_folder(), make_release("0.1.0"), make_release("0.2.0")

    publish(first, destination)
    publish(second, destination)

    assert laid_down(destination, first) == folder_of(first)
    assert laid_down(destination, second) == folder_of(second)
    assert named_by(destination) == "v0.2.0"


def test_each_recipe_has_a_pointer_of_its_own():
    destination, other = make_folder(), make_recipe("others")
    publish(make_release("0.1.0"), destination)

    publish(make_release("0.3.0", recipe=other, path="releases/others/0.3.0"), destination)

    assert (named_by(destination), named_by(destination, "others")) == ("v0.1.0", "v0.3.0")


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_the_data_of_a_release_is_taken_away(storage: Storage, kind: str):
    destination = make_folder() if kind == "folder" else make_s3(storage)
    release = make_release()
    former, _ = publish(release, destination)

    erasure = start_erasure(former)
    run = perform_now(erasure.run)

    left = laid_down(destination, release) if kind == "folder" else under(storage, release)
    assert run.state == Run.State.DONE, run.error
    assert list(left) == ["README.md"]
    assert b"is withdrawn" in left["README.md"]
