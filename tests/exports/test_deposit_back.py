"""Going back to an earlier release where releases lie side by side: a publication of its own, on the record."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from exports.actions.publish import NotPublishable, start_erasure, start_restore
from exports.models import Destination, Publication
from runs.actions import perform_now
from runs.models import Run
from tests.exports.deposits import laid_down, make_folder, make_s3, named_by, under
from tests.exports.gated import pass_gates
from tests.exports.judged import say_consent
from tests.exports.releases import folder_of, make_publication, make_release, publish
from tests.exports.s3_double import Storage
from tests.exports.withdrawn import withdrawn_release
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]


@pytest.fixture
def steward(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    return client


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_an_earlier_release_comes_back_by_a_publication_of_its_own(storage: Storage, kind: str):
    destination = make_folder() if kind == "folder" else make_s3(storage)
    first, second = make_release("0.1.0"), make_release("0.2.0")
    former, _ = publish(first, destination)
    publish(second, destination)
    storage.seen.clear()

    restored = start_restore(former)
    run = perform_now(restored.run)

    restored.refresh_from_db()
    assert run.state == Run.State.DONE, run.error
    assert (restored.purpose, restored.tag) == ("restore", "v0.1.0-restored-1")
    assert AuditEvent.objects.filter(act="publication.done", detail__purpose="restore").count() == 1
    if kind == "folder":
        assert named_by(destination) == "v0.1.0"
        assert laid_down(destination, second) == folder_of(second)
    else:
        assert json.loads(storage.objects["arete/traits/latest.json"])["folder"] == "v0.1.0"
        assert under(storage, second) == folder_of(second)
        puts = [key for method, key in storage.seen if method == "PUT"]
        assert not [key for key in puts if "data/" in key], "what is there as it was built is not sent again"


def test_what_was_lost_or_damaged_comes_again_with_the_release():
    destination, first = make_folder(), make_release("0.1.0")
    former, _ = publish(first, destination)
    publish(make_release("0.2.0"), destination)
    root = Path(destination.repo_id) / "traits" / "v0.1.0"
    (root / "data/ratings/train.parquet").unlink()
    damaged = root / "data/preference/train.parquet"
    damaged.write_bytes(bytes(damaged.stat().st_size))

    run = perform_now(start_restore(former).run)

    assert run.state == Run.State.DONE, run.error
    assert laid_down(destination, first) == folder_of(first)


def test_going_back_and_on_again_is_told_apart():
    destination = make_folder()
    first, _ = publish(make_release("0.1.0"), destination)
    second, _ = publish(make_release("0.2.0"), destination)

    for former in (first, second, first):
        assert perform_now(start_restore(former).run).state == Run.State.DONE

    tags = Publication.objects.filter(purpose="restore").values_list("tag", flat=True)
    assert sorted(tags) == ["v0.1.0-restored-1", "v0.1.0-restored-2", "v0.2.0-restored-1"]
    assert named_by(destination) == "v0.1.0"


def test_a_pointer_of_somebody_else_is_left_alone():
    destination = make_folder()
    pointer = Path(destination.repo_id) / "traits" / "latest.json"
    pointer.parent.mkdir(parents=True)
    pointer.write_bytes(b"{}")

    publication, run = publish(make_release(), destination)

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "names something that Arete did not publish there" in run.error
    assert (publication.state, pointer.read_bytes()) == (Publication.State.COMMITTED, b"{}")


def test_what_somebody_withdrew_does_not_come_back():
    release, person = withdrawn_release()
    pass_gates(release)
    former = make_publication(release, make_folder(), state="done", commit_oid="a", tag=release.tag)
    say_consent(person, is_given=False)

    with pytest.raises(NotPublishable, match="were withdrawn"):
        start_restore(former)


def test_a_destination_that_leads_elsewhere_brings_nothing_back():
    destination = make_folder()
    former, _ = publish(make_release("0.1.0"), destination)
    Destination.objects.update(repo_id=f"{destination.repo_id}-else")

    with pytest.raises(NotPublishable, match="Change it back first"):
        start_restore(former)


def test_the_pointer_goes_with_the_release_that_it_names():
    destination = make_folder()
    former, _ = publish(make_release("0.1.0"), destination)
    newer, _ = publish(make_release("0.2.0"), destination)

    perform_now(start_erasure(former).run)
    is_untouched = named_by(destination) == "v0.2.0"
    perform_now(start_erasure(newer).run)

    assert is_untouched
    assert not (Path(destination.repo_id) / "traits" / "latest.json").exists()
    assert newer.current is None


def test_a_steward_rolls_a_folder_back_on_the_page(steward: Client):
    destination = make_folder()
    former, _ = publish(make_release("0.1.0"), destination)
    publish(make_release("0.2.0"), destination)
    page = reverse("exports:publication", args=[former.pk])

    offered = steward.get(page).content.decode()
    steward.post(reverse("exports:publication_restore", args=[former.pk]))
    restored = Publication.objects.get(purpose="restore")
    perform_now(restored.run)
    later = steward.get(page).content.decode()
    new = steward.get(reverse("exports:publication", args=[restored.pk])).content.decode()

    assert "Roll back to this release" in offered
    assert "does not name this release" in offered
    assert "Roll back to this release" not in later
    assert "latest.json</code> names it" in new
