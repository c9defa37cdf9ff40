"""Who may find the pages around publishing, and their addresses."""

from typing import Any

from tests.access import STEWARDS, Route

PUBLICATIONS = {
    "exports:publication_pause": Route(STEWARDS, "post"),
    "exports:publication_resume": Route(STEWARDS, "post"),
    "exports:publication_cancel": Route(STEWARDS, "post"),
    "exports:publication_restore": Route(STEWARDS, "post"),
    "exports:publication_erase": Route(STEWARDS),
}
ROUTES = {
    **PUBLICATIONS,
    "exports:withdrawals": Route(STEWARDS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    """What an address names, made where it is not there yet; None when the usual will do."""
    if name in PUBLICATIONS:
        return {"pk": world.publication.pk}
    return None
