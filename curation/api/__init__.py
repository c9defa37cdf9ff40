"""Traits, scenarios, rubrics, responses, samplings, pools and near-duplicates for programs."""

from curation.api import (
    benchmarks,
    cells,
    criteria,
    drafts,
    endpoints,
    families,
    gradings,
    panels,
    pools,
    proposals,
    readying,
    remarks,
    responses,
    reviews,
    samplings,
    scenarios,
    similarity,
    traits,
    words,
)

MODULES = (
    traits,
    drafts,
    reviews,
    remarks,
    panels,
    cells,
    scenarios,
    readying,
    words,
    families,
    criteria,
    gradings,
    proposals,
    responses,
    endpoints,
    samplings,
    pools,
    similarity,
    benchmarks,
)
ROUTES = tuple(dict.fromkeys(each.routes for each in MODULES))
"""Modules that answer at one address by several methods share their routes."""
