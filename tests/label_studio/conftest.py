"""A Label Studio that is started once, with a database that was prepared once. Other runs pass these tests by."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from supervisor.label_studio import server_command, server_environment
from supervisor.programs import free_port
from tests.label_studio.server import EMAIL, PASSWORD, TOKEN, There

SERVER, PREPARED = os.environ.get("LABEL_STUDIO_SERVER"), os.environ.get("LABEL_STUDIO_PREPARED")
STARTS_WITHIN_S = 240

collect_ignore_glob = [] if SERVER else ["test_*.py"]


@pytest.fixture(scope="session")
def studio_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Label Studio with one person in it."""
    assert SERVER
    assert PREPARED
    data = tmp_path_factory.mktemp("label_studio")
    shutil.copytree(PREPARED, data, dirs_exist_ok=True)
    port = free_port(0)
    url = f"http://127.0.0.1:{port}"
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*server_command(SERVER, "start"), "--port", str(port), *person()],
            env=server_environment(data),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(url, process, data / "server.log")
        yield url
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def person() -> list[str]:
    return ["--username", EMAIL, "--password", PASSWORD, "--user-token", TOKEN, "--enable-legacy-api-token"]


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        time.sleep(0.5)
    raise AssertionError(f"no answer within {STARTS_WITHIN_S} s: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def there(studio_url: str, settings: Settings, tmp_path: Path) -> Iterator[There]:
    """The person who answers there; our own side may speak to it."""
    settings.EGRESS_ALLOWED = [studio_url.removeprefix("http://")]
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    settings.DATA_DIR = tmp_path
    with There(studio_url) as found:
        yield found
