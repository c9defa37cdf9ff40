"""The page by which an administrator sees how the house stands."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role
from config.backups.house import LAST, write_note
from config.status import of_storage
from runs.models import Run
from runs.registry import QUEUES
from runs.signs import write_signs
from tests.factories import make_user
from tests.labeling.scenes import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(tmp_path: Path, settings: Settings) -> Client:
    settings.DATA_DIR = tmp_path
    return signed_in(make_user(roles=(Role.ADMINISTRATORS,)))


def backed_up() -> None:
    write_note(LAST, {"timestamp": int(timezone.now().timestamp()), "bytes": 5_000_000, "is_sealed": True})


def test_when_all_is_well_it_says_so(administrator: Client, monkeypatch: pytest.MonkeyPatch):
    write_signs(list(QUEUES))
    backed_up()
    monkeypatch.setattr("config.status.FULL_PERCENT", 101)

    page = administrator.get("/status/").text

    assert "Everything runs." in page
    assert "4.8" in page
    assert "encrypted" in page


def test_it_names_what_is_wrong(administrator: Client):
    write_signs(["io"])
    Run.objects.create(kind="exports.build", due_at=timezone.now() - timedelta(minutes=12))
    Run.objects.create(kind="exports.publish", state=Run.State.FAILED, finished_at=timezone.now())

    page = administrator.get("/status/").text

    assert "No worker of the queue cpu has ever answered." in page
    assert "queue io" not in page
    assert "Background work has waited for 12 minutes" in page
    assert "waits for a decision, within 24 hours: 1." in page
    assert "No backup was ever made from here." in page


def test_an_old_backup_and_a_full_disk_are_problems():
    old = timezone.now() - timedelta(days=9)

    assert list(of_storage(95, old)) == [
        "The disk of the files is 95% full.",
        "The last backup is 9 days old.",
    ]
    assert list(of_storage(10, timezone.now())) == []
