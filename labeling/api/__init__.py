"""Projects, labeling, agreement, disagreements and imports for programs."""

from labeling.api import (
    agreement,
    annotations,
    assignments,
    columns,
    disagreements,
    imports,
    items,
    projects,
)

MODULES = (
    projects,
    items,
    assignments,
    annotations,
    agreement,
    disagreements,
    imports,
    columns,
)
ROUTES = tuple(dict.fromkeys(each.routes for each in MODULES))
"""Modules that answer at one address by several methods share their routes."""
