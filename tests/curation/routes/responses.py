from typing import Any

from tests.access import Route

ROUTES: dict[str, Route] = {}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    return None
