"""Traits, scenarios and responses for programs."""

from curation.api import responses, scenarios, traits

ROUTES = (traits.routes, scenarios.routes, responses.routes)
