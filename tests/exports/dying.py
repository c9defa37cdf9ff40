"""Workers that die while they wait for an answer."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings


class Death(BaseException):
    """The worker is no more: nothing of ours catches this, as nothing catches SIGKILL."""


@pytest.fixture
def mortal(settings: Settings) -> Iterator[None]:
    """Let this process die of SIGUSR1 like a worker, and before it would give up waiting."""

    def die(*_: Any) -> None:
        raise Death

    settings.HUB_SILENCE_S = settings.HUB_REQUEST_S = 20
    former = signal.signal(signal.SIGUSR1, die)
    yield
    signal.signal(signal.SIGUSR1, former)
