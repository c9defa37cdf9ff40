"""Projects, labeling, agreement and imports for programs."""

from labeling.api import agreement, annotations, assignments, imports, items, projects

ROUTES = (
    projects.routes,
    items.routes,
    assignments.routes,
    annotations.routes,
    agreement.routes,
    imports.routes,
)
