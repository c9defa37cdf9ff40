"""The tables of exports, a module per noun."""

from exports.models.gates import (
    CardText,
    Finding,
    FindingPlace,
    FindingReview,
    Gate,
    GateResult,
    ReleaseMeasures,
    Thresholds,
    Waiver,
    WaiverRequest,
)
from exports.models.notices import Delivery, Listener, News
from exports.models.publications import Publication
from exports.models.recipes import Destination, Recipe
from exports.models.refusals import WaiverRefusal
from exports.models.releases import (
    Release,
    ReleaseFile,
    ReleaseItem,
    ReleasePrompt,
    ReleaseRating,
    ReleaseResponse,
)
from exports.models.rows import (
    ReleaseAnnotator,
    ReleaseAnswer,
    ReleaseDemonstration,
    ReleaseJudgement,
    ReleaseRank,
    ReleaseRanking,
    ReleaseTask,
)
from exports.models.schedules import Schedule, ScheduleSlot

__all__ = [
    "CardText",
    "Delivery",
    "Destination",
    "Finding",
    "FindingPlace",
    "FindingReview",
    "Gate",
    "GateResult",
    "Listener",
    "News",
    "Publication",
    "Recipe",
    "Release",
    "ReleaseAnnotator",
    "ReleaseAnswer",
    "ReleaseDemonstration",
    "ReleaseFile",
    "ReleaseItem",
    "ReleaseJudgement",
    "ReleaseMeasures",
    "ReleasePrompt",
    "ReleaseRank",
    "ReleaseRanking",
    "ReleaseRating",
    "ReleaseResponse",
    "ReleaseTask",
    "Schedule",
    "ScheduleSlot",
    "Thresholds",
    "Waiver",
    "WaiverRefusal",
    "WaiverRequest",
]
