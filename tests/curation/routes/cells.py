from typing import Any

from curation.models import Guidance
from tests.access import READERS, Route
from tests.factories import make_domain, make_guidance, make_trait

AUTHORS = frozenset({"trait author", "administrator"})
WRITERS = AUTHORS | {"curator"}
ROUTES: dict[str, Route] = {
    "curation:domains": Route(READERS),
    "curation:domain": Route(WRITERS),
    "curation:cells": Route(READERS),
    "curation:cells_targets": Route(WRITERS, "post"),
    "curation:cells_count": Route(READERS, "post"),
    "curation:cell": Route(READERS),
    "curation:cell_targets": Route(WRITERS, "post"),
    "curation:guidance_edit": Route(AUTHORS),
    "curation:guidance_publish": Route(AUTHORS, "post"),
    "curation:guidance_discard": Route(AUTHORS, "post"),
    "curation:guidance_version": Route(READERS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    if name in {"curation:domains", "curation:cells", "curation:cells_targets", "curation:cells_count"}:
        return None
    if name == "curation:domain":
        return {"slug": make_domain("health").slug}
    cell = {"slug": make_trait().slug, "domain": make_domain("health").slug}
    if name == "curation:guidance_version":
        guidance: Guidance = make_guidance(**cell)
        return cell | {"number": guidance.number}
    return cell
