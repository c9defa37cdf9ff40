"""The routes of the API as sessions meet them: shut, whoever comes. `test_access` walks them with tokens."""

from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import OPEN, Route

NUMBERS = (
    "number", "file_id", "mapping_id", "request_id", "panelist_id", "round_number", "statement_id", "pair_id",
    "contamination_id", "objection_id",
)  # fmt: skip
NOWHERE: dict[str, Any] = {"slug": "nothing", "domain": "nothing", **dict.fromkeys(NUMBERS, 1)}
"""What an address names; a session is sent away before anybody looks."""


def _patterns() -> dict[str, URLPattern]:
    resolver = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "api")
    assert isinstance(resolver, URLResolver)
    return {f"api:{each.name}": each for each in resolver.url_patterns if isinstance(each, URLPattern)}


PATTERNS = _patterns()
ROUTES: dict[str, Route] = dict.fromkeys(PATTERNS, OPEN)


def arguments(name: str) -> dict[str, Any] | None:
    """Return what stands in a route's address; None for other routes."""
    if name not in PATTERNS:
        return None
    return {each: NOWHERE.get(each, UUID(int=7)) for each in PATTERNS[name].pattern.converters}
