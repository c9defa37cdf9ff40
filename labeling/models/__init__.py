"""The tables of labeling, a module per noun."""

from labeling.models.annotations import Annotation, Draft, Evidence, Flag, Preference
from labeling.models.items import Assignment, Item, ItemResponse
from labeling.models.projects import Membership, Project, ProjectImport, ProjectTrait
from labeling.models.reports import (
    AgreementReport,
    DailyCount,
    Deadline,
    Distribution,
    DividedItem,
    Measurement,
    QueueHealth,
    VerdictKind,
)
from labeling.models.verdicts import CriterionMark, Harm, Rank, Rating, Rewrite

__all__ = [
    "AgreementReport",
    "Annotation",
    "Assignment",
    "CriterionMark",
    "DailyCount",
    "Deadline",
    "Distribution",
    "DividedItem",
    "Draft",
    "Evidence",
    "Flag",
    "Harm",
    "Item",
    "ItemResponse",
    "Measurement",
    "Membership",
    "Preference",
    "Project",
    "ProjectImport",
    "ProjectTrait",
    "QueueHealth",
    "Rank",
    "Rating",
    "Rewrite",
    "VerdictKind",
]
