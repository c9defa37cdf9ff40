"""Projects, labeling, agreement, disagreements and imports for programs."""

from labeling.api import (
    agreement,
    annotations,
    assignments,
    batches,
    columns,
    disagreements,
    gold,
    imports,
    invitations,
    items,
    members,
    projects,
    rounds,
    rules,
    steering,
    unfinished,
)

MODULES = (
    projects,
    rules,
    members,
    invitations,
    items,
    batches,
    steering,
    gold,
    rounds,
    assignments,
    unfinished,
    annotations,
    agreement,
    disagreements,
    imports,
    columns,
)
ROUTES = tuple(dict.fromkeys(each.routes for each in MODULES))
"""Modules that answer at one address by several methods share their routes."""
