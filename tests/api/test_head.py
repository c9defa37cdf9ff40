"""HEAD answers as GET does, without a body."""

import pytest

from accounts.models import Scope
from tests.api.asking import PROBLEM, Caller, curator
from tests.exports.releases import make_release
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.django_db


def test_head_answers_as_get_does_without_a_body():
    caller = curator()
    path = f"/scenarios/{make_scenario().pk}"

    whole, bare = caller.get(path), caller.send("HEAD", path, b"")

    assert (bare.status_code, bare.content) == (200, b"")
    assert bare["Content-Type"] == whole["Content-Type"]
    assert int(bare["Content-Length"]) == len(whole.content)


def test_of_a_stream_nothing_is_read():
    make_scenario()

    bare = curator().send("HEAD", "/scenarios.ndjson", b"")

    assert (bare.status_code, bare.content, bare["Content-Type"]) == (200, b"", "application/x-ndjson")
    assert "Content-Length" not in bare


def test_of_a_file_its_size_is_told(settings, tmp_path):
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    release = make_release()
    file = release.files.order_by("path")[0]
    caller = Caller(make_user(is_superuser=True), Scope.READ)

    bare = caller.send("HEAD", f"/releases/{release.pk}/files/{file.pk}", b"")

    assert (bare.status_code, int(bare["Content-Length"])) == (200, file.size_bytes)


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/scenarios?colour=red", 422)])
def test_what_is_refused_is_refused_alike(path, status):
    bare = curator().send("HEAD", path, b"")

    assert (bare.status_code, bare.content, bare["Content-Type"]) == (status, b"", PROBLEM)


def test_where_nothing_can_be_fetched_it_is_not_allowed():
    assert curator().send("HEAD", "/destinations/x/check", b"").status_code == 405


def test_without_a_token_it_says_so(client):
    assert client.head("/api/v1/me").status_code == 401
