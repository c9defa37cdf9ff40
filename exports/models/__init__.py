"""The tables of exports, a module per noun."""

from exports.models.gates import (
    CardText,
    Finding,
    FindingReview,
    Gate,
    GateResult,
    ReleaseMeasures,
    Thresholds,
    Waiver,
    WaiverRequest,
)
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

__all__ = [
    "CardText",
    "Destination",
    "Finding",
    "FindingReview",
    "Gate",
    "GateResult",
    "Publication",
    "Recipe",
    "Release",
    "ReleaseFile",
    "ReleaseItem",
    "ReleaseMeasures",
    "ReleasePrompt",
    "ReleaseRating",
    "ReleaseResponse",
    "Thresholds",
    "Waiver",
    "WaiverRequest",
]
