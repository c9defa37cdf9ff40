"""A Label Studio double and a project that was sent there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from accounts.models import User
from labeling.models import LabelStudio, Project
from runs.models import Run
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member
from tests.labeling.studio_double import StudioDouble, studio
from tests.labeling.studios import EMAIL, connected, exchange


@pytest.fixture
def double(settings: Settings, tmp_path: Path) -> Iterator[StudioDouble]:
    with studio() as server:
        settings.EGRESS_ALLOWED = [server.url.removeprefix("http://")]
        settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
        settings.DATA_DIR = tmp_path
        yield server


@pytest.fixture
def project() -> Project:
    return make_labeling_project(items=2, traits=1, questions=["traits"])


@pytest.fixture
def member(project: Project) -> User:
    return make_member(project, make_user(EMAIL))


@pytest.fixture
def connection(double: StudioDouble, project: Project) -> LabelStudio:
    found = connected(project, double.url)
    assert exchange(found, "send").run.state == Run.State.DONE
    return found
