from typing import Any

from tests.access import CURATORS, Route

AUTHORS = frozenset({"trait author", "administrator"})
WRITERS = AUTHORS | {"curator"}
ROUTES: dict[str, Route] = {
    "curation:lint": Route(WRITERS, "post"),
    "curation:healthbench": Route(CURATORS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    return None
