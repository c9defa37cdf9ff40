"""A house goes into one file and comes out of it the same, somewhere else."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.actions import give_consent, withdraw_consent
from accounts.models import User
from config.backups.archive import DATABASE, MANIFEST, ArchiveWriter, opened
from config.backups.house import RESTORING
from config.backups.making import make_backup
from config.backups.restoring import NotNow, refuse_loss, refuse_unfit
from exports.actions.releases import cut_release
from labeling.actions.withdrawals import withdraw
from labeling.erasures import write_down
from runs.actions import perform_now
from tests.backups.conftest import ROOT, House
from tests.exports.judged import make_annotator, make_recipe
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member, signed_in, submit, take

KEY = "correct horse battery staple"


def fill(here: House) -> list[User]:
    """A house with a built release, an upload, somebody signed in, and people who judged."""
    project = make_labeling_project(items=4, overlap=3)
    people = [make_member(project, make_annotator()) for _ in range(3)]
    for person in people:
        for _ in range(4):
            submit(take(project, person))
    assert perform_now(cut_release(make_recipe(project))[1]).state == "done"
    upload = here.data / "media" / "imports" / "x" / "größe.jsonl"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(os.urandom(3_000_000))
    (here.data / "static").mkdir()
    (here.data / "static" / "app.css").touch()
    signed_in(people[0])
    return people


def test_a_house_comes_back_whole_and_what_was_taken_back_stays_so(
    here: House, there: House, tmp_path: Path
) -> None:
    people = fill(here)
    (tmp_path / "key").write_text(KEY)
    said = StringIO()
    call_command("backup", to=tmp_path / "backups", key_file=tmp_path / "key", json=True, stdout=said)
    backup = json.loads(said.getvalue())
    before, files = here.rows(), here.hashes()
    withdraw(people[0])
    give_consent(people[1])
    withdraw_consent(people[1])
    assert write_down() == 2

    restored = there.manage(
        "restore", backup["path"], "--key-file", tmp_path / "key", "--erasures", here.data / "erasures.jsonl"
    )

    assert restored.returncode == 0, restored.stderr
    assert "Erased again what people had taken back since: 2." in restored.stdout
    assert "verify: nothing that must never happen has happened." in restored.stdout
    assert there.hashes() == files
    assert len(files) > 5
    assert not (there.data / "static").exists()
    after = there.rows()
    assert {name for name, count in after.items() if count != before[name]} == {
        "django_session", "labeling_withdrawal", "labeling_annotation", "accounts_consentrecord",
    }  # fmt: skip
    assert after["django_session"] == 0
    standing = "SELECT count(*) FROM labeling_assignment WHERE state = 'submitted' AND annotator_id = '{}'"
    assert [there.ask(standing.format(person.pk)) for person in people] == [[(0,)], [(4,)], [(4,)]]


def test_a_restore_that_dies_is_never_served_and_can_be_run_again(
    here: House, there: House, tmp_path: Path
) -> None:
    fill(here)
    backup = make_backup(tmp_path / "house.arete").path
    stalled = subprocess.Popen([sys.executable, "-c", stalling(backup)], cwd=ROOT, env=there.environment)
    until = time.monotonic() + 60
    while not (there.data / "stands still").exists():
        assert time.monotonic() < until
        time.sleep(0.05)

    stalled.send_signal(signal.SIGKILL)
    stalled.wait()

    assert (there.data / RESTORING).exists()
    assert "HalfRestored" in there.run("import config.wsgi").stderr
    assert "HalfRestored" in there.run("from supervisor.prepare import main; main()").stderr
    # Its database is lived in by now, and was given up already. This time a newer Arete puts it in place.
    again = there.run(newer(backup))
    assert again.returncode == 0, again.stderr
    assert there.ask(
        "SELECT FROM information_schema.columns WHERE column_name = 'note' AND table_name = 'egress_secret'"
    )
    before = here.rows()
    whole = {**before, "django_session": 0, "django_migrations": before["django_migrations"] + 1}
    assert (there.rows(), there.hashes()) == (whole, here.hashes())
    assert_a_dump_that_ends_too_early_changes_nothing(there, cut(backup), whole)


def assert_a_dump_that_ends_too_early_changes_nothing(
    there: House, broken: Path, whole: dict[str, int]
) -> None:
    refused = there.manage("restore", broken, "--replace")

    assert (refused.returncode, "Nothing was touched: pg_restore" in refused.stderr) == (1, True), (
        refused.stderr
    )
    assert there.rows() == whole
    assert not (there.data / RESTORING).exists()


def stalling(backup: Path) -> str:
    """A restore that stands still between the database and the files."""
    return f"""
import os, pathlib, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from django.conf import settings
from config.backups import restoring
def stand_still():
    (settings.DATA_DIR / "stands still").touch()
    time.sleep(600)
restoring.put_in_place = stand_still
restoring.restore(pathlib.Path({str(backup)!r}))
"""


def newer(backup: Path) -> str:
    """A restore by code that has one more migration."""
    return f"""
from config import settings
settings.MIGRATION_MODULES = {{"egress": "tests.migrating.one_more"}}
import django; django.setup()
import pathlib
from config.backups.restoring import restore
restore(pathlib.Path({str(backup)!r}))
"""


def cut(backup: Path) -> Path:
    """A backup with all its hashes right, whose dump ends too early."""
    broken = backup.with_name("broken.arete")
    with broken.open("wb") as file, opened(backup, None) as members:
        archive = ArchiveWriter(file, None)
        for name, content in members:
            data = content.read()
            if name != MANIFEST:
                archive.add_bytes(name, data[: len(data) // 2] if name.startswith(DATABASE) else data)
        archive.finish()
    return broken


def test_a_file_that_a_release_names_and_nobody_has_is_told(here: House, tmp_path: Path) -> None:
    fill(here)
    next((settings.DATA_DIR / "releases").rglob("README.md")).unlink()
    said = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("backup", to=tmp_path / "house.arete", stderr=said)

    assert ended.value.code == 1
    assert "README.md" in said.getvalue()
    assert (tmp_path / "house.arete").exists()


def test_a_house_that_is_in_use_or_lived_in_is_not_replaced(here: House) -> None:
    make_user(password="set")

    with pytest.raises(NotNow, match="isn’t empty"):
        refuse_loss(may_replace=False)
    refuse_loss(may_replace=True)
    with psycopg.connect(here.url), pytest.raises(NotNow, match="1 other sessions use the database"):
        refuse_loss(may_replace=True)


def test_a_backup_of_a_newer_arete_is_refused_and_one_of_an_older_is_not() -> None:
    newer = {"format": 1, "version": "9.0.0", "migrations": ["labeling.0001_initial", "labeling.0999_dreams"]}

    with pytest.raises(NotNow, match=r"newer Arete \(9\.0\.0\).*labeling\.0999_dreams"):
        refuse_unfit(newer)
    refuse_unfit({**newer, "migrations": ["labeling.0001_initial"]})
    with pytest.raises(NotNow, match="format is 7"):
        refuse_unfit({**newer, "format": 7})
