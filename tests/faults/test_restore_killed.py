"""Going back to an earlier release in a folder, killed in the middle: the next worker finishes it, once."""

import os
import signal
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from exports.actions.publish import start_restore
from exports.models import Publication
from runs.actions import perform_now
from runs.models import Run
from tests.exports.conftest import house_of_files, plain_uploads  # noqa: F401
from tests.exports.deposits import laid_down, make_folder, named_by
from tests.exports.releases import folder_of, make_release, publish
from tests.faults.conftest import Processes, until

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("house_of_files")]


@pytest.mark.parametrize(
    ("moment", "names"),
    [("data/ratings/train.parquet", "v0.2.0"), ("latest.json", "v0.2.0"), ("latest.json, written", "v0.1.0")],
)
def test_going_back_in_a_folder_survives_a_kill(house: Processes, moment: str, names: str) -> None:
    destination, first, second = make_folder(), make_release("0.1.0"), make_release("0.2.0")
    former, _ = publish(first, destination)
    publish(second, destination)
    (Path(destination.repo_id) / "traits/v0.1.0/data/ratings/train.parquet").unlink()
    restored = start_restore(former)
    house.environment |= {"ARETE_DATA": str(django_settings.DATA_DIR), "HERE": str(house.folder / "here")}
    process = house.start(sys.executable, "-c", stalling(restored.run, moment))
    until((house.folder / "here").exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    named = named_by(destination)

    Run.objects.update(lease_until="2020-01-01T00:00:00Z")
    ended = perform_now(restored.run)

    assert named == names, "readers meet one release or the other, whole"
    assert ended.state == Run.State.DONE, ended.error
    assert (named_by(destination), Publication.objects.filter(purpose="restore").count()) == ("v0.1.0", 1)
    assert laid_down(destination, first) == folder_of(first)
    assert laid_down(destination, second) == folder_of(second)


def stalling(run: Run, moment: str) -> str:
    """A worker that performs the run, and stands still before or after it puts a file in its place."""
    ending, _, is_after = moment.partition(", ")
    return f"""
import os, pathlib, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from exports import folder
from runs.actions import perform
real = pathlib.Path.replace
def stand_still(part, target):
    is_here = str(target).endswith({ending!r})
    if is_here and {bool(is_after)}:
        real(part, target)
    if is_here:
        pathlib.Path(os.environ["HERE"]).touch()
        time.sleep(600)
    return real(part, target)
folder.Path.replace = stand_still
perform("{run.pk}")
"""
