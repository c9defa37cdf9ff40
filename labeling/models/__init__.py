"""The tables of labeling, a module per noun."""

from labeling.models.adjudication import Adjudication, Disagreement, GoldReference, Remark
from labeling.models.annotations import Annotation, Draft, Evidence, Flag, Preference
from labeling.models.batches import ItemBatch
from labeling.models.invitations import ProjectInvitation, ProjectInvitationUse
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
    "GoldReference",
    "Harm",
    "Item",
    "ItemBatch",
    "ItemResponse",
    "Membership",
    "Preference",
    "Project",
    "ProjectImport",
    "ProjectInvitation",
    "ProjectInvitationUse",
    "ProjectTrait",
    "Rank",
    "Rating",
    "Remark",
    "Rewrite",
]
