import os
import signal
import sys
from pathlib import Path

import pytest

from curation.actions.importing import Plan
from curation.models import Import, Response, Scenario
from labeling.actions.imports import start_import
from labeling.models import Item
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_project
from tests.faults.conftest import Processes, until
from tests.labeling.import_files import pair, totals, write_lines

pytestmark = pytest.mark.faults
LINES = 30_000


def test_an_import_killed_on_its_way_is_finished_without_loss_or_doubles(
    house: Processes, tmp_path: Path
) -> None:
    project = make_project("demo")
    rows = (pair(number) if number % 10 else "{" for number in range(LINES))
    path = write_lines(tmp_path / "rows.jsonl", rows)
    origin = start_import(project, Plan(path, path.name, "pairs"))
    code = f"""
import django; django.setup()
from runs.actions import perform
perform("{origin.run_id}")
"""
    house.environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    process = house.start(sys.executable, "-c", code)
    until(lambda: Run.objects.get().done >= LINES // 3)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    written = Import.objects.get().lines

    Run.objects.update(lease_until="2020-01-01T00:00:00Z")
    run = perform_now(origin.run)

    assert 0 < written < LINES
    assert run.state == Run.State.DONE
    finished = Import.objects.get()
    assert totals(finished) == (LINES, LINES * 9 // 10, 0, LINES // 10)
    assert finished.problems.count() == LINES // 10
    assert (Scenario.objects.count(), Item.objects.count()) == (LINES * 9 // 10, LINES * 9 // 10)
    assert Response.objects.count() == 2 * LINES * 9 // 10
