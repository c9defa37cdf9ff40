from typing import Any

from tests.access import Route

AUTHORS = frozenset({"trait author", "administrator"})
WRITERS = AUTHORS | {"curator"}
ROUTES: dict[str, Route] = {
    "curation:lint": Route(WRITERS, "post"),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    return None
