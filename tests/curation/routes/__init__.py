"""Who may find what in curation, a module per room: `ROUTES`, and `arguments` for objects that are not theirs."""

from typing import Any

from tests.access import Route
from tests.curation.routes import (
    cells,
    criteria,
    delphi,
    imports,
    pools,
    responses,
    reviews,
    scenarios,
    similarity,
    traits,
)

ROOMS = (cells, criteria, delphi, imports, pools, responses, reviews, scenarios, similarity, traits)
ROUTES: dict[str, Route] = {name: route for room in ROOMS for name, route in room.ROUTES.items()}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    """Return what stands in a route's address, None when the usual will do."""
    room = next((room for room in ROOMS if name in room.ROUTES), None)
    return room.arguments(name, world) if room else None
