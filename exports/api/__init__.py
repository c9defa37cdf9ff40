"""Recipes, releases, publications and schedules for programs."""

from exports.api import publications, recipes, releases, schedules

ROUTES = (recipes.routes, releases.routes, publications.routes, schedules.routes)
