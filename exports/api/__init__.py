"""Recipes, releases, gates, destinations, publications and schedules for programs."""

from exports.api import destinations, listeners, publications, recipes, releases, schedules, terms, waivers

MODULES = (recipes, terms, releases, waivers, destinations, publications, schedules, listeners)
ROUTES = tuple(dict.fromkeys(each.routes for each in MODULES))
"""Modules that answer at one address by several methods share their routes."""
