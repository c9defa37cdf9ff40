"""A release whose builder is killed is finished later, once, with no half of it left."""

import os
import signal
import sys
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import Settings

from exports.actions.rebuild import rebuild
from exports.actions.releases import cut_release
from exports.models import Release
from runs.actions import perform_now
from runs.models import Run
from tests.exports.judged import Panel, make_recipe
from tests.faults.conftest import Processes, until

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("moment", ["a file is being written", "the folder was moved, and not yet recorded"])
def test_a_release_killed_while_it_is_built_is_finished_once(
    house: Processes, tmp_path: Path, settings: Settings, moment: str
) -> None:
    settings.DATA_DIR = tmp_path / "files"
    panel = Panel()
    for _ in range(20):
        panel.pair(1, 2)
    recipe = make_recipe(panel.project)
    release, run = cut_release(recipe)
    stop_at = "sync_folder" if moment.startswith("the folder") else "write_file"
    house.environment["HERE"] = str(house.folder / "here")
    process = house.start(sys.executable, "-c", stalling(run, stop_at))
    until((house.folder / "here").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    left = [path.name for path in (tmp_path / "files" / "releases" / recipe.slug).iterdir()]

    Run.objects.update(lease_until="2020-01-01T00:00:00Z")
    again, same = cut_release(recipe)
    ended = perform_now(same)

    assert len(left) == 1
    assert (again.pk, same.pk) == (release.pk, run.pk)
    assert ended.state == Run.State.DONE, ended.error
    release = Release.objects.get()
    assert [path.name for path in release.folder.parent.iterdir()] == ["1.0.0"]
    assert not rebuild(release).different


def stalling(run: Run, function: str) -> str:
    """A worker that performs the run, and stands still when it comes to a function for the second time."""
    return f"""
import os, pathlib, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from django.conf import settings
settings.DATA_DIR = pathlib.Path({str(settings.DATA_DIR)!r})
from exports.actions import build
from runs.actions import perform
real, calls = build.{function}, []
def stand_still(*args):
    calls.append(args)
    if len(calls) > 1 if {function!r} == "write_file" else args[0].name == "traits":
        pathlib.Path(os.environ["HERE"]).touch()
        time.sleep(600)
    return real(*args)
build.{function} = stand_still
perform("{run.pk}")
"""
