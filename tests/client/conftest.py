"""A living Arete on loopback, with somebody who has a token."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from arete_client.cli import main
from tests.api.asking import Caller
from tests.factories import make_user

Run = Callable[..., Any]


@pytest.fixture
def somebody(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> Caller:
    """Somebody who may do everything, logged in at the command line."""
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path / "data"
    caller = Caller(make_user(roles=(Role.CURATORS, Role.STEWARDS, Role.TRAIT_AUTHORS), name="Ada"))
    monkeypatch.setenv("ARETE_URL", live_server.url)
    monkeypatch.setenv("ARETE_TOKEN", caller.token)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return caller


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command and return what it found: JSON where it is that."""

    def command(*arguments: str, status: int = 0) -> Any:
        returned = main(list(arguments))
        said = capsys.readouterr()
        assert returned == status, said.err
        if status:
            return said.err
        return orjson.loads(said.out) if said.out.startswith(("[", "{")) else said.out.split()

    return command
