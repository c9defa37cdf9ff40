"""A backup names what is not in it."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from config.backups.outside import outside
from exports.models import Destination
from labeling.models import LabelStudioTask
from tests.backups.conftest import House
from tests.exports.releases import make_publication, make_release
from tests.labeling.scenes import make_labeling_project
from tests.labeling.studios import make_connection


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "files"


def published_to(kind: str, place: str, endpoint: str = "", *, state: str = "done") -> None:
    number = Destination.objects.count()
    slug = f"place-{number}"
    destination = Destination.objects.create(
        slug=slug, name=slug, kind=kind, repo_id=place, endpoint=endpoint
    )
    make_publication(make_release(f"0.{number}.0"), destination, state=state, commit_oid="a", tag="v1.0.0")


@pytest.mark.django_db
def test_a_house_that_sent_nothing_away_has_all_in_it() -> None:
    published_to("s3", "bucket/never", "https://storage.example.org", state="started")
    make_connection(make_labeling_project())

    assert outside() == []


@pytest.mark.django_db
def test_places_that_hold_copies_are_named(settings: Settings) -> None:
    published_to("folder", str(settings.DATA_DIR / "published" / "mine"))
    published_to("folder", "/srv/datasets")
    published_to("s3", "bucket/traits", "http://minio:9000")
    published_to("hub", "lab/traits", "https://hub.example.org")

    assert outside() == [
        "copies of releases in the folder /srv/datasets",
        "the repository lab/traits at https://hub.example.org",
        "copies of releases in the storage http://minio:9000, under bucket/traits",
    ]


@pytest.mark.django_db
def test_a_label_studio_is_named_with_what_was_synced() -> None:
    connection = make_connection(make_labeling_project(items=1), label_studio_id=7)
    task = LabelStudioTask.objects.create(
        connection=connection, item=connection.project.items.get(), order_shown=[0, 1]
    )
    person = connection.people.create(email="a@example.org")
    task.answers.create(person=person, why="Waits.")

    (line,) = outside()

    assert line == "project 7 of https://studio.example.org; answers that are here: 1"


def test_the_command_says_so(here: House, tmp_path: Path) -> None:
    published_to("s3", "bucket/traits", "http://minio:9000")
    place = "copies of releases in the storage http://minio:9000, under bucket/traits"
    said, as_json = StringIO(), StringIO()

    call_command("backup", "--to", str(tmp_path / "a.arete"), stdout=said)
    call_command("backup", "--to", str(tmp_path / "b.arete"), "--json", stdout=as_json)

    assert f"Nor is this; docs/how-to/back-up.md says how to keep it:\n- {place}\n" in said.getvalue()
    assert json.loads(as_json.getvalue())["outside"] == [place]
