from typing import Any

from tests.access import READERS, Route

ROUTES: dict[str, Route] = {
    "curation:scenarios": Route(READERS),
    "curation:scenario": Route(READERS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    return None
