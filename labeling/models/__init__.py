"""The tables of labeling, a module per noun."""

from labeling.models.adjudication import Adjudication, Disagreement, GoldReference, Remark
from labeling.models.annotations import Annotation, Draft, Evidence, Flag, Preference
from labeling.models.calibration import GoldContest, Qualification, Round, RoundRemark
from labeling.models.items import Assignment, Item, ItemResponse
from labeling.models.projects import Membership, Project, ProjectImport, ProjectTrait
from labeling.models.verdicts import CriterionMark, Harm, Rank, Rating, Rewrite

__all__ = [
    "Adjudication",
    "Annotation",
    "Assignment",
    "CriterionMark",
    "Disagreement",
    "Draft",
    "Evidence",
    "Flag",
    "GoldContest",
    "GoldReference",
    "Harm",
    "Item",
    "ItemResponse",
    "Membership",
    "Preference",
    "Project",
    "ProjectImport",
    "ProjectTrait",
    "Qualification",
    "Rank",
    "Rating",
    "Remark",
    "Rewrite",
    "Round",
    "RoundRemark",
]
