"""The tables of labeling, a module per noun."""

from labeling.models.adjudication import Adjudication, Disagreement, GoldReference, Remark
from labeling.models.annotations import Annotation, Draft, Evidence, Flag, Preference
from labeling.models.care import Care, Withdrawal
from labeling.models.items import Assignment, Item, ItemResponse
from labeling.models.projects import Membership, Project, ProjectImport, ProjectTrait
from labeling.models.verdicts import CriterionMark, Harm, Rank, Rating, Rewrite

__all__ = [
    "Adjudication",
    "Annotation",
    "Assignment",
    "Care",
    "CriterionMark",
    "Disagreement",
    "Draft",
    "Evidence",
    "Flag",
    "GoldReference",
    "Harm",
    "Item",
    "ItemResponse",
    "Membership",
    "Preference",
    "Project",
    "ProjectImport",
    "ProjectTrait",
    "Rank",
    "Rating",
    "Remark",
    "Rewrite",
    "Withdrawal",
]
