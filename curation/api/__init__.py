"""Traits, scenarios, rubrics and responses for programs."""

from curation.api import (
    criteria,
    families,
    proposals,
    readying,
    responses,
    scenarios,
    traits,
    words,
)

MODULES = (traits, scenarios, readying, words, families, criteria, proposals, responses)
ROUTES = tuple(dict.fromkeys(each.routes for each in MODULES))
"""Modules that answer at one address by several methods share their routes."""
