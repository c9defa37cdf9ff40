"""Requests that come twice under one idempotency key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import KeptAnswer, Role
from curation.models import Import
from exports.models import Release
from labeling.models import Project
from tests.api.asking import Caller, curator, named, steward
from tests.exports.releases import make_recipe
from tests.factories import make_trait_version, make_user

pytestmark = pytest.mark.django_db
PAIRS = b'{"prompt": "May I?", "chosen": "Yes.", "rejected": "No."}\n'


def body(**fields: Any) -> dict[str, Any]:
    version = make_trait_version()
    return {"name": "Ours", "traits": [f"{version.trait.slug}@1"], **fields}


def test_the_same_request_again_gets_the_same_answer_and_does_nothing():
    caller, wanted = curator(), body()

    first = caller.post("/projects", wanted, Idempotency_Key="one")
    again = caller.post("/projects", wanted, Idempotency_Key="one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert Project.objects.count() == 1


def test_another_request_under_the_same_key_is_refused():
    caller, wanted = curator(), body()
    caller.post("/projects", wanted, Idempotency_Key="one")

    refused = caller.post("/projects", {**wanted, "name": "Theirs"}, Idempotency_Key="one")

    assert (refused.status_code, named(refused)) == (422, {"Idempotency-Key"})
    assert Project.objects.count() == 1


def test_the_same_body_elsewhere_is_another_request():
    caller = steward()
    for slug in ("one", "two"):
        make_recipe(slug)
    caller.post("/recipes/one/releases", {}, Idempotency_Key="k")

    assert caller.post("/recipes/two/releases", {}, Idempotency_Key="k").status_code == 422


def test_a_key_belongs_to_its_token():
    wanted = body()
    curator().post("/projects", wanted, Idempotency_Key="one")

    answer = curator().post("/projects", wanted, Idempotency_Key="one")

    assert "Idempotent-Replayed" not in answer
    assert Project.objects.count() == 2


def test_without_a_key_each_request_is_a_new_one():
    caller, wanted = curator(), body()

    slugs = [caller.post("/projects", wanted).json()["slug"] for _ in range(2)]

    assert slugs == ["ours", "ours-2"]


def test_what_failed_may_be_tried_again():
    caller = curator()
    refused = caller.post("/projects", {"name": "Ours", "traits": ["none@1"]}, Idempotency_Key="one")

    answer = caller.post("/projects", body(), Idempotency_Key="one")

    assert (refused.status_code, answer.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_a_key_that_is_none_is_named(key):
    refused = curator().post("/projects", body(), Idempotency_Key=key)

    assert (refused.status_code, named(refused)) == (422, {"Idempotency-Key"})


def test_kept_answers_are_forgotten_after_a_day():
    caller = curator()
    caller.post("/projects", body(), Idempotency_Key="old")
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))

    caller.post("/projects", body(), Idempotency_Key="new")

    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["new"]


def test_a_release_is_cut_once():
    caller = steward()
    make_recipe()

    first, again = (
        caller.post("/recipes/traits/releases", {"bump": "minor"}, Idempotency_Key="k") for _ in "ab"
    )

    assert (first.status_code, again.json()) == (202, first.json())
    assert Release.objects.count() == 1


def test_an_upload_comes_in_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    caller = curator()
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(PAIRS)

    def send(**more: str) -> Any:
        with path.open("rb") as file:
            return caller.upload("/imports", {"source": "pairs", **more, "file": file}, Idempotency_Key="k")

    first, again, other = send(), send(), send(license="cc0-1.0")

    assert (first.status_code, again.content, other.status_code) == (202, first.content, 422)
    assert Import.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_it():
    caller, wanted = Caller(make_user(roles=(Role.CURATORS,))), body()

    def ask(_):
        try:
            return caller.post("/projects", wanted, Idempotency_Key="one").json()["slug"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        slugs = set(pool.map(ask, range(4)))

    assert slugs == {"ours"}
    assert Project.objects.count() == 1
