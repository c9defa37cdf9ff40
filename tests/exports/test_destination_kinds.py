"""Stewards add storages and folders, and check whether they may write there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role
from egress.models import Secret
from exports.models import Destination
from runs.actions import perform_now
from runs.models import Run
from tests.exports.s3_double import BUCKET, KEYS, Storage, serving_s3
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
NEW = "exports:destination_new"


@pytest.fixture
def steward(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    return client


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    with serving_s3() as server:
        settings.EGRESS_ALLOWED = [server.url.removeprefix("http://")]
        yield server


def said(storage: Storage, **fields: Any) -> dict[str, Any]:
    return {
        "name": "Our storage",
        "endpoint": storage.url,
        "repo_id": f"{BUCKET}/arete",
        "region": KEYS.region,
        "access_key": KEYS.access_key,
        "token": KEYS.secret_key,
        **fields,
    }


def checked(steward: Client) -> Run:
    steward.post(reverse("exports:destination_check", args=[Destination.objects.get().slug]))
    return perform_now(Run.objects.get(kind="exports.check"))


def test_a_storage_is_added_and_checked(steward: Client, storage: Storage):
    steward.post(reverse(NEW) + "?kind=s3", said(storage))

    run = checked(steward)

    destination = Destination.objects.get()
    assert (destination.kind, destination.access_key) == ("s3", KEYS.access_key)
    assert run.state == Run.State.DONE, run.error
    assert storage.objects == {}, "what was written to try it is gone"


def test_a_storage_with_a_wrong_key_says_so(steward: Client, storage: Storage):
    steward.post(reverse(NEW) + "?kind=s3", said(storage, token="another"))

    run = checked(steward)

    assert run.state == Run.State.FAILED
    assert "The credentials are wrong" in run.error


def test_the_secret_key_is_shown_on_no_page(steward: Client, storage: Storage):
    added = steward.post(reverse(NEW) + "?kind=s3", said(storage), follow=True).content.decode()

    wrong = steward.post(
        reverse("exports:destination", args=["our-storage"]), said(storage, name="")
    ).content.decode()

    assert KEYS.secret_key not in added + wrong


def test_another_address_makes_the_secret_key_void(steward: Client, storage: Storage):
    steward.post(reverse(NEW) + "?kind=s3", said(storage))

    steward.post(
        reverse("exports:destination", args=["our-storage"]), said(storage, repo_id=f"{BUCKET}/x", token="")
    )

    assert Destination.objects.get().secret is None
    assert not Secret.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("repo_id", ""),
        ("repo_id", "ab"),
        ("repo_id", "Bucket"),
        ("repo_id", "bucket/../other"),
        ("repo_id", "bucket//x"),
        ("repo_id", "bucket/a\nb"),
        ("region", "Europe!"),
        ("access_key", "a/b"),
        ("access_key", "a,b=c"),
        ("token", ""),
        ("endpoint", "https://127.0.0.1"),
    ],
)
def test_what_is_no_storage_is_said_at_its_field(steward: Client, storage: Storage, field: str, value: str):
    answer = steward.post(reverse(NEW) + "?kind=s3", said(storage, **{field: value}))

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Destination.objects.exists()


def test_a_folder_is_added_and_checked(steward: Client):
    folder = django_settings.DATA_DIR / "published" / "sets"

    steward.post(reverse(NEW) + "?kind=folder", {"name": "Here", "repo_id": str(folder)})
    run = checked(steward)

    assert run.state == Run.State.DONE, run.error
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("folder", ["/etc", "published", "{data}/published/../secrets", "{data}"])
def test_a_folder_elsewhere_is_refused_at_its_field(steward: Client, folder: str):
    path = folder.format(data=django_settings.DATA_DIR)

    answer = steward.post(reverse(NEW) + "?kind=folder", {"name": "Here", "repo_id": path})

    assert answer.status_code == 422
    assert "not below a folder that the operator allows" in answer.content.decode()


def test_there_is_no_fourth_kind(steward: Client):
    assert steward.get(reverse(NEW) + "?kind=ftp").status_code == 404


def test_a_kind_never_changes(steward: Client):
    folder = str(django_settings.DATA_DIR / "published")
    steward.post(reverse(NEW) + "?kind=folder", {"name": "Here", "repo_id": folder})

    steward.post(
        reverse("exports:destination", args=["here"]) + "?kind=hub", {"name": "Here", "repo_id": folder}
    )

    assert Destination.objects.get().kind == "folder"
