"""Projects, labeling, agreement, disagreements and imports for programs."""

from labeling.api import (
    agreement,
    annotations,
    assignments,
    batches,
    columns,
    disagreements,
    imports,
    items,
    members,
    projects,
    rules,
)

MODULES = (
    projects,
    rules,
    members,
    items,
    batches,
    assignments,
    annotations,
    agreement,
    disagreements,
    imports,
    columns,
)
ROUTES = tuple(dict.fromkeys(each.routes for each in MODULES))
"""Modules that answer at one address by several methods share their routes."""
