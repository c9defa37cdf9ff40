"""The tables of curation, a module per noun."""

from curation.models.cells import Cell, CellCount, Guidance
from curation.models.criteria import Criterion, Grading, GradingMark, HealthBenchRow, Proposal, ProposalVote
from curation.models.delphi import DelphiPanelist, DelphiRound, DelphiStatement, DelphiVote
from curation.models.endpoints import Endpoint, Sample, Sampling
from curation.models.imports import Import, ImportProblem, SavedMapping
from curation.models.notes import ScenarioRating, TurnNote
from curation.models.pools import Canary, PoolRule, PoolShare
from curation.models.responses import Response
from curation.models.reviews import Comment, Contribution, Retirement, TraitReview
from curation.models.scenarios import Cluster, Domain, Family, PoolPolicy, Scenario
from curation.models.search import ResponseDocument, SavedFilter, ScenarioDocument
from curation.models.similarity import (
    Benchmark,
    BenchmarkCheck,
    BenchmarkGram,
    Contamination,
    Dismissal,
    NearDuplicate,
    Removal,
    Signature,
)
from curation.models.traits import Behaviour, Reference, Tension, Trait, TraitVersion

__all__ = [
    "Behaviour",
    "Benchmark",
    "BenchmarkCheck",
    "BenchmarkGram",
    "Canary",
    "Cell",
    "CellCount",
    "Cluster",
    "Comment",
    "Contamination",
    "Contribution",
    "Criterion",
    "DelphiPanelist",
    "DelphiRound",
    "DelphiStatement",
    "DelphiVote",
    "Dismissal",
    "Domain",
    "Endpoint",
    "Family",
    "Grading",
    "GradingMark",
    "Guidance",
    "HealthBenchRow",
    "Import",
    "ImportProblem",
    "NearDuplicate",
    "PoolPolicy",
    "PoolRule",
    "PoolShare",
    "Proposal",
    "ProposalVote",
    "Reference",
    "Removal",
    "Response",
    "ResponseDocument",
    "Retirement",
    "Sample",
    "Sampling",
    "SavedFilter",
    "SavedMapping",
    "Scenario",
    "ScenarioDocument",
    "ScenarioRating",
    "Signature",
    "Tension",
    "Trait",
    "TraitReview",
    "TraitVersion",
    "TurnNote",
]
