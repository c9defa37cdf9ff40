"""Runs ./arete the way an operator does: in a data folder of its own, with a clean environment."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supervisor.folders import DataFolder
from supervisor.leftovers import end_leftovers

ROOT = Path(__file__).resolve().parent.parent.parent
# The suite itself runs inside services whose addresses must not reach the ones that are started here.
SET_BY_THE_SUITE = {
    "DATABASE_URL", "BROKER_URL", "SECRET_KEY", "SECRETS_KEYS", "BASE_URL", "ALLOWED_HOSTS", "ARETE_DATA",
}  # fmt: skip


class Door:
    """./arete with one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {name: value for name, value in os.environ.items() if name not in SET_BY_THE_SUITE}
        self.started: list[subprocess.Popen[str]] = []

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [ROOT / "arete", *arguments, "--data", self.data],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=90,
        )

    def up(self, port: int, *arguments: str) -> subprocess.Popen[str]:
        """Start everything and return once it is ready."""
        process = self.begin_up(port, *arguments)
        self.wait_ready(process, port)
        return process

    def begin_up(self, port: int, *arguments: str) -> subprocess.Popen[str]:
        """Start everything."""
        log = self.data.parent / f"{self.data.name}.out"
        with log.open("w") as handle:
            process = subprocess.Popen(
                [ROOT / "arete", "up", "--data", self.data, "--port", str(port), *arguments],
                env=self.environment,
                stdout=handle,
                stderr=subprocess.STDOUT,
                text=True,
                stdin=subprocess.DEVNULL,
            )
        self.started.append(process)
        return process

    def wait_ready(self, process: subprocess.Popen[str], port: int) -> None:
        """Return once pages are served."""
        wait_for(lambda: "Arete is ready:" in self.said() or process.poll() is not None, 90)
        assert f"Arete is ready: http://localhost:{port}\n" in self.said(), self.said()

    def said(self) -> str:
        """Return what ./arete up printed."""
        return (self.data.parent / f"{self.data.name}.out").read_text()

    def close(self) -> None:
        """End whatever a failed test left running."""
        for process in self.started:
            process.send_signal(signal.SIGINT)
        for process in self.started:
            process.wait(30)
        folder = DataFolder(self.data)
        if self.data.exists():
            end_leftovers(folder)
            folder.remove()


def wait_for(met: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Give a folder that other accounts can pass through; pytest's own is closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="arete-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def door(short_folder: Path) -> Iterator[Door]:
    opened = Door(short_folder / "data")
    yield opened
    opened.close()
