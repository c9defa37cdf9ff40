from typing import Any

from accounts.models import User
from curation.models import SavedFilter
from tests.access import NOBODY, READERS, Route

ROUTES: dict[str, Route] = {
    "curation:scenarios": Route(READERS),
    "curation:filter_save": Route(READERS, "post"),
    "curation:filter_delete": Route(NOBODY, "post"),
    "curation:scenario": Route(READERS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    if name == "curation:filter_delete":
        return {"pk": foreign_filter(world.other).pk}
    return None


def foreign_filter(owner: User) -> SavedFilter:
    return SavedFilter.objects.create(owner=owner, page="curation:scenarios", name="Mine", query="q=key")
