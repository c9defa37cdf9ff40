"""A Hub double that keeps its state for one test, and a client that may write to it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import huggingface_hub.constants
import huggingface_hub.utils._http
import pytest
from cryptography.fernet import Fernet
from huggingface_hub import HfApi
from huggingface_hub.utils._http import default_client_factory
from pytest_django import Settings

from exports.hub_double import HubDouble
from tests.exports.hub import REPO
from tests.exports.s3_double import Storage, serving_s3


@pytest.fixture
def plain_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client in this process upload over plain HTTP, and only with tokens that a test gives it."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Let neither the Hub's client nor ours wait long for an answer, or between two attempts."""
    monkeypatch.setattr(huggingface_hub.utils._http, "time", SimpleNamespace(sleep=lambda seconds: None))
    settings.HUB_PAUSE_S = 0.005
    settings.HUB_SILENCE_S = 0.4
    settings.HUB_REQUEST_S = 0.8


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubDouble]:
    with HubDouble(tmp_path / "hub", {"hf_write": "write", "hf_read": "read"}) as double:
        yield double


@pytest.fixture
def api(hub: HubDouble) -> HfApi:
    api = HfApi(endpoint=hub.url, token="hf_write")
    api.create_repo(REPO, repo_type="dataset")
    return api


@pytest.fixture
def house_of_files(tmp_path: Path, settings: Settings, plain_uploads: None) -> Iterator[Path]:
    """Give releases a folder of their own, and the Hub's client back its own way of calling afterwards."""
    settings.DATA_DIR = tmp_path / "files"
    settings.EGRESS_ALLOWED = []
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    yield settings.DATA_DIR
    huggingface_hub.set_client_factory(default_client_factory)


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    settings.HUB_PAUSE_S = 0.005
    settings.HUB_SILENCE_S = 1
    with serving_s3() as server:
        yield server
