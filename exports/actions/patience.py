"""Asking others again who gave no clear answer."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings

from exports.hub import HubError, RateLimited, Unclear

T = TypeVar("T")

PAUSES = (1, 2, 6)
"""How long to wait before each further question, in units of HUB_PAUSE_S."""
LONGEST_PAUSE_S = 60.0


def pauses_s() -> list[float]:
    """Return how long to wait before each further question."""
    return [settings.HUB_PAUSE_S * pause for pause in PAUSES]


def persistently(ask: Callable[[], T]) -> T:
    """Ask until there is a clear answer, a few times. Only for what may be asked twice."""
    for pause in pauses_s():
        try:
            return ask()
        except (Unclear, RateLimited) as error:
            wait_or_raise(error, pause)
    return ask()


def wait_or_raise(error: HubError, pause: float | None) -> None:
    """Wait before another attempt, as long as we are asked to.

    Raises:
        HubError: this was the last attempt, or they want a longer pause than a worker should make.
    """
    pause_s = max(pause or 0, error.after_s) if isinstance(error, RateLimited) else pause
    if pause is None or pause_s is None or pause_s > LONGEST_PAUSE_S:
        raise error
    time.sleep(pause_s)
