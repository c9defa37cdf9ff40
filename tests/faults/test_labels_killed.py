"""Web workers and the database die in the middle of submissions of every kind; what was acknowledged is there, once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from config.invariants import violations
from labeling.models import Annotation
from supervisor.binaries import postgres_programs
from supervisor.children import Child
from supervisor.folders import DataFolder, service_owner, throwaway_folder
from supervisor.postgres import database_url, postgres_answers, postgres_program
from tests.faults.conftest import ROOT, Processes, until
from tests.faults.labeling import Hurry, busy_projects, finish, free_port, is_up, start_people, start_web
from tests.labeling.modes import MODES

pytestmark = pytest.mark.faults
WANTED = int(os.environ.get("ARETE_FAULT_LABELS", "150"))
"""How many labels are made; 1200 for a run by hand."""
KILLS = max(4, WANTED // 100)
CRASHES = 3


def said(hurry: Hurry, began: float, deaths: int) -> None:
    """Say what the run came to; pytest shows it with -s."""
    seconds = time.monotonic() - began
    print(  # noqa: T201
        f"\n{len(hurry.known)} labels, {deaths} deaths, {hurry.asked_again} requests asked again, {seconds:.1f} s; "
        f"{dict(Counter(hurry.known.values()))}"
    )


def reached(hurry: Hurry, deaths: int, number: int) -> bool:
    """Whether it is time for the next death: they are spread over the run."""
    return hurry.is_done() or len(hurry.known) >= number * hurry.wanted // (deaths + 1)


def test_what_was_acknowledged_while_the_web_workers_died_is_there_once(house: Processes) -> None:
    projects, clients = busy_projects(WANTED)
    hurry = Hurry(free_port(), projects, WANTED)
    web = start_web(house, hurry.port)
    until(lambda: is_up(hurry.port))
    began = time.monotonic()

    threads = start_people(hurry, clients)
    for number in range(1, KILLS + 1):
        until(lambda number=number: reached(hurry, KILLS, number))  # type: ignore[misc]
        house.kill(web)
        web = start_web(house, hurry.port)
    finish(hurry, threads)

    said(hurry, began, KILLS)
    stored = [str(each) for each in Annotation.objects.values_list("submission_id", flat=True)]
    assert sorted(stored) == sorted(hurry.known)
    assert len(set(hurry.known.values())) == len(MODES)
    assert hurry.asked_again > 0
    assert violations() == {}


class Cluster:
    """A database server of its own, which holds what the test's database held when it was made."""

    def __init__(self, folder: DataFolder, house: Processes) -> None:
        folder.create(service_owner())
        self.url = database_url(folder)
        self.folder = folder
        self.child = Child(postgres_program(folder, service_owner(), dict(os.environ)))
        self.start()
        programs = postgres_programs()
        dump = subprocess.run(
            [programs / "pg_dump", "--no-owner", house.environment["DATABASE_URL"]],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", self.url],
            input=dump.stdout,
            check=True,
            capture_output=True,
        )
        house.environment["DATABASE_URL"] = self.url

    def start(self) -> None:
        self.child.start()
        until(lambda: postgres_answers(self.folder))

    def crash(self) -> None:
        """End all its processes at once, as `pg_ctl stop -m immediate` does; the next start has to recover."""
        assert self.child.process
        self.child.process.send_signal(signal.SIGQUIT)
        self.child.process.wait()
        self.child.end_group()

    def submissions(self) -> list[str]:
        with psycopg.connect(self.url) as connected:
            return [str(row[0]) for row in connected.execute("SELECT submission_id FROM labeling_annotation")]


@pytest.fixture
def throwaway() -> Iterator[DataFolder]:
    """Give a folder for a database server."""
    with throwaway_folder(None) as folder:
        yield folder


def test_what_was_acknowledged_while_the_database_crashed_is_there_once(
    house: Processes, throwaway: DataFolder
) -> None:
    projects, clients = busy_projects(WANTED)
    hurry = Hurry(free_port(), projects, WANTED)
    cluster = Cluster(throwaway, house)
    try:
        start_web(house, hurry.port)
        until(lambda: is_up(hurry.port))
        began = time.monotonic()

        threads = start_people(hurry, clients)
        for number in range(1, CRASHES + 1):
            until(lambda number=number: reached(hurry, CRASHES, number))  # type: ignore[misc]
            cluster.crash()
            cluster.start()
        finish(hurry, threads)

        said(hurry, began, CRASHES)
        assert sorted(cluster.submissions()) == sorted(hurry.known)
        assert len(set(hurry.known.values())) == len(MODES)
        assert hurry.asked_again > 0
        command = [sys.executable, "manage.py", "verify"]
        assert subprocess.run(command, cwd=ROOT, env=house.environment, check=False).returncode == 0
    finally:
        cluster.child.stop(lambda: True)
