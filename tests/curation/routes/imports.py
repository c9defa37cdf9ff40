from typing import Any

from curation.models import SavedMapping
from tests.access import CURATORS, Route

ROUTES: dict[str, Route] = {"curation:mapping_delete": Route(CURATORS, "post")}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    mapping = {"prompt": "question", "responses": []}
    saved, _ = SavedMapping.objects.get_or_create(name="Theirs", defaults={"mapping": mapping})
    return {"pk": saved.pk}
