from typing import Any

from tests.access import ALL, Route

ROUTES: dict[str, Route] = {
    "curation:traits": Route(ALL),
    "curation:trait": Route(ALL),
    "curation:trait_version": Route(ALL),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    return None
