"""The tables of exports, a module per noun."""

from exports.models.notices import Delivery, Listener, News
from exports.models.publications import Publication
from exports.models.recipes import Destination, Recipe
from exports.models.releases import (
    Release,
    ReleaseFile,
    ReleaseItem,
    ReleasePrompt,
    ReleaseRating,
    ReleaseResponse,
)
from exports.models.schedules import Schedule, ScheduleSlot

__all__ = [
    "Delivery",
    "Destination",
    "Listener",
    "News",
    "Publication",
    "Recipe",
    "Release",
    "ReleaseFile",
    "ReleaseItem",
    "ReleasePrompt",
    "ReleaseRating",
    "ReleaseResponse",
    "Schedule",
    "ScheduleSlot",
]
