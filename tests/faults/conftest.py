"""A house of real processes that the tests may kill: broker, workers and beats."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from supervisor.binaries import valkey_program

ROOT = Path(__file__).resolve().parent.parent.parent
HASTE = {
    "RUN_LEASE_S": "2",
    "RUN_RETRY_S": "1",
    "RUN_RESEND_S": "1",
    "BEAT_INTERVAL_S": "0.2",
    "CELERY_SKIP_CHECKS": "true",
}


class Processes:
    """The processes of one house, each the leader of its own group."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = ROOT
        """The checkout whose code is started."""
        self.started: list[subprocess.Popen[bytes]] = []
        self.socket = folder / "valkey.sock"
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        described = {
            names[key]: value for key, value in connection.settings_dict.items() if key in names and value
        }
        self.environment = {
            **os.environ,
            **HASTE,
            "DATABASE_URL": make_conninfo(**described),
            "BROKER_URL": f"redis+socket://{self.socket}",
            "SECRET_KEY": settings.SECRET_KEY,
            "PYTHONPATH": str(ROOT),
        }

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.started.append(process)
        return process

    def broker(self) -> subprocess.Popen[bytes]:
        options = {"port": "0", "unixsocket": str(self.socket), "save": "", "dir": str(self.folder)}
        process = self.start(
            str(valkey_program()), *(part for key, value in options.items() for part in (f"--{key}", value))
        )
        until(self.socket.exists)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        options = ["--queues", "io,cpu", "--concurrency", "1", "--without-gossip", "--without-mingle"]
        return self.start(sys.executable, "-m", "celery", "-A", "config", "worker", *options)

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start(sys.executable, "manage.py", "beat")

    def send(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        os.killpg(process.pid, number)

    def freeze(self, process: subprocess.Popen[bytes]) -> None:
        # Not in the middle of a transaction, which would keep the run's row locked and thereby alive.
        self.send(process, signal.SIGSTOP)
        while in_transaction():
            self.send(process, signal.SIGCONT)
            time.sleep(0.02)
            self.send(process, signal.SIGSTOP)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        self.send(process, signal.SIGKILL)
        process.wait()

    def said(self) -> str:
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in sorted(self.folder.glob("*.log")))


def in_transaction() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return cursor.fetchone() is not None


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.05)


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory, transactional_db: None) -> Iterator[Processes]:
    """Give a house whose database is the test's; whatever was started in it is ended."""
    processes = Processes(tmp_path_factory.mktemp("h"))
    yield processes
    for process in processes.started:
        if process.poll() is None:
            processes.kill(process)
    print(processes.said())  # noqa: T201 - pytest shows it beside a failure.
