"""What a submission says. Responses are named by canonical place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


class Verdict(NamedTuple):
    """A preference, in canonical order: negative for the response at place 0."""

    trait_version_id: UUID | None
    """None: all in all."""
    strength: int | None
    both_bad: bool
    cannot_judge: bool


class Mark(NamedTuple):
    """Whether a response meets a criterion: met, not met or unsure."""

    place: int
    criterion_id: UUID
    value: str
    unsure_because: str


class Rated(NamedTuple):
    """How far a response shows a trait, from 0 to 4; None when that can't be judged."""

    place: int
    trait_version_id: UUID
    value: int | None


class Placed(NamedTuple):
    """The rank of a response: 1 is the best, equal ranks are ties, and the rank after a tie counts its members."""

    place: int
    rank: int
    is_acceptable: bool


class Rewritten(NamedTuple):
    """A better wording of a response."""

    place: int
    text: str


class Citation(NamedTuple):
    """A sentence, by canonical place and number from 1, and the trait or the criterion it speaks to."""

    place: int
    sentence: int
    trait_version_id: UUID | None
    criterion_id: UUID | None = None

    @property
    def target(self) -> UUID | None:
        """What it speaks to; None for the answer as a whole."""
        return self.trait_version_id or self.criterion_id


@dataclass(frozen=True)
class Submission:
    """One answer, ready to be recorded."""

    id: UUID
    digest: str
    verdicts: Sequence[Verdict]
    marks: Sequence[Mark]
    ratings: Sequence[Rated]
    ranks: Sequence[Placed]
    """Of the responses that were ranked; the others are left out."""
    rewrite: Rewritten | None
    harms: Sequence[int]
    """Places of the responses that would do harm."""
    reasons: Sequence[str]
    citations: Sequence[Citation]
    rationale: str
    confidence: int | None
    note: str
    elapsed_ms: int | None
    expected_revision: int
