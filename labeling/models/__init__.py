"""The tables of labeling, a module per noun."""

from labeling.models.adjudication import Adjudication, Disagreement, GoldReference, Remark
from labeling.models.annotations import Annotation, Draft, Evidence, Flag, Preference
from labeling.models.batches import ItemBatch
from labeling.models.calibration import GoldContest, Qualification, Round, RoundRemark
from labeling.models.care import Care, Withdrawal
from labeling.models.invitations import ProjectInvitation, ProjectInvitationUse
from labeling.models.items import Assignment, Item, ItemResponse
from labeling.models.label_studio import (
    LabelStudio,
    LabelStudioAnswer,
    LabelStudioDecision,
    LabelStudioLoss,
    LabelStudioPerson,
    LabelStudioRun,
    LabelStudioTask,
)
from labeling.models.outside import OutsideAnnotator, OutsideLoss, OutsideVerdict
from labeling.models.projects import Membership, Project, ProjectImport, ProjectTrait
from labeling.models.reports import (
    AgreementReport,
    DailyCount,
    Deadline,
    Distribution,
    DividedItem,
    GoldStanding,
    Measurement,
    QueueHealth,
    VerdictKind,
)
from labeling.models.verdicts import CriterionMark, Harm, Rank, Rating, Rewrite

__all__ = [
    "Adjudication",
    "AgreementReport",
    "Annotation",
    "Assignment",
    "Care",
    "CriterionMark",
    "DailyCount",
    "Deadline",
    "Disagreement",
    "Distribution",
    "DividedItem",
    "Draft",
    "Evidence",
    "Flag",
    "GoldContest",
    "GoldReference",
    "GoldStanding",
    "Harm",
    "Item",
    "ItemBatch",
    "ItemResponse",
    "LabelStudio",
    "LabelStudioAnswer",
    "LabelStudioDecision",
    "LabelStudioLoss",
    "LabelStudioPerson",
    "LabelStudioRun",
    "LabelStudioTask",
    "Measurement",
    "Membership",
    "OutsideAnnotator",
    "OutsideLoss",
    "OutsideVerdict",
    "Preference",
    "Project",
    "ProjectImport",
    "ProjectInvitation",
    "ProjectInvitationUse",
    "ProjectTrait",
    "Qualification",
    "QueueHealth",
    "Rank",
    "Rating",
    "Remark",
    "Rewrite",
    "Round",
    "RoundRemark",
    "VerdictKind",
    "Withdrawal",
]
