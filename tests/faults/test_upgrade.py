"""The version before is upgraded to this one while people label: tables first, then one web server after the other."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from labeling.models import Project
from tests.faults.before import unpack_former
from tests.faults.conftest import ROOT, Processes, until
from tests.faults.labeling import finish, free_port, is_up, start_people, start_web
from tests.faults.test_rolling_restart import Balanced, restart

pytestmark = pytest.mark.faults
PLACES = 120
SOME = 6
"""So many labels are waited for at each stage."""
THINKING_S = 1.0
SCENE = f"""
import json, django
django.setup()
from tests.faults.labeling import busy_projects
projects, clients = busy_projects({PLACES})
print(json.dumps([[each.slug for each in projects], [dict(each.cookies) for each in clients]]))
"""


@dataclass
class Unhurried(Balanced):
    """People who leave time for an upgrade before all is labeled."""

    def next_port(self) -> int:
        """The server whose turn it is, for somebody who has thought."""
        time.sleep(THINKING_S)
        return self.ports[next(self.turns) % len(self.ports)]


@pytest.fixture
def database(house: Processes) -> Iterator[str]:
    """A database with nothing in it, which the house uses from now on."""
    server = house.environment["DATABASE_URL"]
    name = f"before_{uuid4().hex}"
    address = make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connected:
        connected.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        files = house.folder / "files"
        files.mkdir()
        house.environment |= {"DATABASE_URL": address, "ARETE_DATA": str(files)}
        yield address
        connected.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def use(house: Processes, root: Path) -> None:
    """Let what is started from now on be the code of a checkout."""
    house.root = root
    house.environment |= {"PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "config.settings"}


def run(house: Processes, *command: str) -> str:
    """Run a program of the house to its end."""
    done = subprocess.run(
        [sys.executable, *command], cwd=house.root, env=house.environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def people_of_before(house: Processes) -> tuple[list[Project], list[httpx.Client]]:
    """What the version before makes by itself: projects, and browsers of people who are signed in."""
    slugs, cookies = json.loads(run(house, "-c", SCENE).splitlines()[-1])
    headers = {"X-CSRFToken": "a" * 32}
    browsers = [httpx.Client(cookies=each, headers=headers, timeout=20) for each in cookies]
    return [Project(slug=slug) for slug in slugs], browsers


def more(hurry: Unhurried) -> None:
    """Wait for some labels beyond those that are known."""
    enough = len(hurry.known) + SOME
    until(lambda: bool(hurry.errors) or len(hurry.known) >= enough)


def test_without_history_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.before.ROOT", tmp_path)

    with pytest.raises(pytest.skip.Exception, match="no checkout of git"):
        unpack_former(tmp_path)


def test_an_upgrade_under_load_loses_no_label_and_breaks_no_request(
    house: Processes, database: str, tmp_path: Path
) -> None:
    use(house, unpack_former(tmp_path))
    run(house, "manage.py", "migrate", "--verbosity", "0")
    projects, browsers = people_of_before(house)
    hurry = Unhurried(0, projects, PLACES, ports=[free_port(), free_port()])
    webs = {port: start_web(house, port) for port in hurry.ports}
    until(lambda: all(map(is_up, hurry.ports)))

    threads = start_people(hurry, browsers)
    try:
        more(hurry)
        use(house, ROOT)
        run(house, "manage.py", "migrate", "--verbosity", "0")
        # The version before goes on with the tables of this one.
        more(hurry)
        for port, web in webs.items():
            restart(house, hurry, web, port)
            more(hurry)
    finally:
        hurry.is_over = True
        finish(hurry, threads)

    assert hurry.asked_again == 0
    with psycopg.connect(database) as connected:
        rows = connected.execute("SELECT submission_id FROM labeling_annotation").fetchall()
    assert sorted(str(row[0]) for row in rows) == sorted(hurry.known)
    assert json.loads(run(house, "manage.py", "verify", "--json"))["violations"] == {}
