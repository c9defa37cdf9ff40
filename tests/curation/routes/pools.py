from typing import Any

from tests.access import CURATORS, READERS, Route

ROUTES: dict[str, Route] = {
    "curation:pools": Route(READERS),
    "curation:policy_begin": Route(CURATORS, "post"),
    "curation:policy_edit": Route(CURATORS),
    "curation:policy_preview": Route(CURATORS),
    "curation:policy_apply": Route(CURATORS, "post"),
    "curation:policy_discard": Route(CURATORS, "post"),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    return None
