"""Web servers are restarted one after the other while people label, as an upgrade does; nobody notices."""

import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from config.invariants import violations
from labeling.models import Annotation
from tests.faults.conftest import Processes, until
from tests.faults.labeling import Hurry, busy_projects, finish, free_port, is_up, start_people, start_web

pytestmark = pytest.mark.faults
PLACES = 400
"""For how many labels there is room, at least: people go on until both servers were restarted."""
THINKING_S = 0.5
TOKEN = "a token that is long enough"


@dataclass
class Balanced(Hurry):
    """People behind a proxy that asks the servers in turn, and none that is being restarted."""

    ports: list[int] = field(default_factory=list)
    turns: Iterator[int] = field(default_factory=itertools.count)
    is_over: bool = False

    def next_port(self) -> int:
        """The server whose turn it is, for somebody who has thought."""
        time.sleep(THINKING_S)
        return self.ports[next(self.turns) % len(self.ports)]

    def is_done(self) -> bool:
        """Whether all was restarted, or somebody gave up."""
        return self.is_over or bool(self.errors)


def restart(
    house: Processes, hurry: Balanced, web: subprocess.Popen[bytes], port: int
) -> subprocess.Popen[bytes]:
    """Take a server out of the rotation, let it finish what it has, and bring another in."""
    hurry.ports = [each for each in hurry.ports if each != port]
    web.terminate()
    web.wait(30)
    fresh = start_web(house, port)
    until(lambda: is_up(port))
    hurry.ports = [*hurry.ports, port]
    return fresh


def requests_counted(port: int) -> float:
    """How many requests a server says its processes answered, whichever of them is asked."""
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    lines = [line for line in answer.text.splitlines() if line.startswith("arete_requests_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in lines if 'route="labeling:submit"' in line)


def test_a_rolling_restart_loses_no_label_and_breaks_no_request(house: Processes) -> None:
    projects, clients = busy_projects(PLACES)
    counts = house.folder / "counts"
    counts.mkdir()
    house.environment |= {
        "METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(counts), "LOG_FORMAT": "json", "LOG_REQUESTS": "true",
    }  # fmt: skip
    hurry = Balanced(0, projects, PLACES, ports=[free_port(), free_port()])
    webs = {port: start_web(house, port) for port in hurry.ports}
    until(lambda: all(map(is_up, hurry.ports)))

    threads = start_people(hurry, clients)
    labels: list[int] = []
    for port, web in webs.items():
        until(lambda: hurry.is_done() or len(hurry.known) > 20 + sum(labels[-1:]))
        restart(house, hurry, web, port)
        labels.append(len(hurry.known))
    until(lambda: hurry.is_done() or len(hurry.known) > 20 + labels[-1])
    hurry.is_over = True
    finish(hurry, threads)

    assert hurry.asked_again == 0
    stored = [str(each) for each in Annotation.objects.values_list("submission_id", flat=True)]
    assert sorted(stored) == sorted(hurry.known)
    assert violations() == {}
    # The counts of all four processes, those that ended included.
    assert requests_counted(hurry.ports[0]) == len(hurry.known)
    assert_every_request_is_a_line(house, hurry)


def assert_every_request_is_a_line(house: Processes, hurry: Hurry) -> None:
    time.sleep(0.2)
    written = [
        line for log in house.folder.glob("*.log") for line in log.read_text().splitlines() if line[:1] == "{"
    ]
    submits = [line for line in map(json.loads, written) if line.get("route") == "labeling:submit"]
    assert len(submits) == len(hurry.known)
    assert len({line["request_id"] for line in submits}) == len(submits)
    assert all(line["status"] == 200 and line["user_id"] for line in submits)
