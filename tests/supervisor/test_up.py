"""./arete up, with everything it starts."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from supervisor.folders import DataFolder
from supervisor.leftovers import leftovers
from supervisor.postgres import postgres_answers
from supervisor.programs import free_port as free_port_near
from tests.supervisor.conftest import Door, free_port, wait_for


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    names = {
        "granian": "web",
        "celery": "worker",
        "beat": "beat",
        "valkey-server": "valkey",
        "postgres": "postgres",
    }
    found: dict[str, int] = {}
    for pid in pids:
        words = Path(f"/proc/{pid}/cmdline").read_text().replace("/", "\0").split("\0")
        found |= {role: int(pid) for word, role in names.items() if word in words}
    return found


def wait_until_said(door: Door, line: str) -> None:
    wait_for(lambda: line in door.said())


def is_served(port: int) -> bool:
    try:
        with urlopen(f"http://localhost:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def neighbour(short_folder: Path) -> Iterator[Door]:
    opened = Door(short_folder / "neighbour")
    yield opened
    opened.close()


def test_two_stand_side_by_side_and_all_survives(door: Door, neighbour: Door) -> None:
    port, other_port = free_port(), free_port()
    first, other = door.begin_up(port), neighbour.begin_up(other_port, "--no-demo")
    door.wait_ready(first, port)
    neighbour.wait_ready(other, other_port)

    assert is_served(port)
    assert is_served(other_port)
    assert "Sign in: http://localhost:" in door.said()
    assert_busy_port_is_refused(Door(door.data.parent / "third"), port)
    assert_second_holder_is_refused(door, first)

    stop(first, other)
    assert door.said().endswith("Stopped.\n")
    assert leftovers(DataFolder(door.data)) == []
    assert_a_warm_start_serves(door, port)
    assert_killed_children_come_back(door, port)
    assert_the_next_start_copes_with_a_killed_supervisor(door, port)


def assert_busy_port_is_refused(door: Door, port: int) -> None:
    outcome = door.run("up", "--port", str(port))

    reason = "cannot be used: Address already in use. Choose another with --port or --bind."
    assert (outcome.returncode, outcome.stderr) == (1, f"Port {port} on 127.0.0.1 {reason}\n")


def assert_second_holder_is_refused(door: Door, holder: subprocess.Popen[str]) -> None:
    outcome = door.run("up", "--port", str(free_port()))

    assert outcome.returncode == 1
    assert f"is in use by ./arete up (process {holder.pid})" in outcome.stderr


def assert_a_warm_start_serves(door: Door, port: int) -> None:
    door.up(port)

    assert is_served(port)


def assert_killed_children_come_back(door: Door, port: int) -> None:
    children = children_of(door.started[-1])
    assert set(children) == {"web", "worker", "beat", "postgres", "valkey"}

    for pid in children.values():
        os.kill(pid, signal.SIGKILL)

    for name in children:
        wait_until_said(door, f"{name} was killed by SIGKILL; starting it again")
    wait_for(lambda: is_served(port), 30)
    wait_for(lambda: postgres_answers(DataFolder(door.data)))
    assert door.run("manage", "migrate", "--check").returncode == 0


def assert_the_next_start_copes_with_a_killed_supervisor(door: Door, port: int) -> None:
    killed = door.started[-1]
    killed.kill()
    killed.wait()
    again = door.up(port)

    assert is_served(port)
    stop(again)


def stop(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.send_signal(signal.SIGINT)
    assert [process.wait(30) for process in processes] == [0] * len(processes)


def test_the_demo_hub_keeps_its_port_unless_somebody_took_it() -> None:
    wanted = free_port()

    assert free_port_near(wanted) == wanted
