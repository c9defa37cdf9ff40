"""The votes of a norming round: as they were when they were shown, and as they are now."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from config.wording import words
from labeling.answered import PREFERENCES, Answer, Vote
from labeling.models import Annotation, Assignment, Preference, Round
from labeling.quality import ALL_IN_ALL

if TYPE_CHECKING:
    from labeling.agreement import Estimate


class Cast(NamedTuple):
    """One person's vote on one trait of one item, in canonical order."""

    item: UUID
    person: UUID
    trait: str
    strength: int | None


class Votes(NamedTuple):
    """How the votes on one trait of an item fall."""

    trait: str
    before: list[Vote]
    now: list[Vote]
    unsure: int
    """How many can't judge now."""


class Alpha(NamedTuple):
    """How far people agree on a trait, before the votes were shown and now."""

    trait: str
    before: "Estimate"
    now: "Estimate"


class Ballot(NamedTuple):
    """All votes of a round."""

    before: Sequence[Cast]
    now: Sequence[Cast]
    rationales: Sequence[tuple[UUID, UUID, str]]
    """Item, person and words, as they were before the votes were shown."""


def ballot_of(found: Round) -> Ballot:
    """Return the votes of those who take part; before anything is shown, both are alike."""
    rows = (
        Annotation.objects.filter(
            assignment__item__in=found.items.all(), assignment__annotator__in=found.people.all()
        )
        .exclude(assignment__state=Assignment.State.WITHDRAWN)
        .select_related("assignment")
        .order_by("assignment", "revision")
    )
    before: dict[UUID, Annotation] = {}
    now: dict[UUID, Annotation] = {}
    for row in rows:
        now[row.assignment_id] = row
        if found.revealed_at is None or row.created_at <= found.revealed_at:
            before[row.assignment_id] = row
    rationales = [
        (row.assignment.item_id, row.assignment.annotator_id, row.rationale)
        for row in before.values()
        if row.rationale
    ]
    return Ballot(_cast(before.values()), _cast(now.values()), rationales)


def votes_of(ballot: Ballot, item: UUID) -> list[Votes]:
    """Return how the votes on an item fall, by trait."""
    traits = sorted({cast.trait for cast in ballot.now if cast.item == item})
    return [
        Votes(
            trait,
            _counted(ballot.before, item, trait),
            _counted(ballot.now, item, trait),
            sum((cast.item, cast.trait, cast.strength) == (item, trait, None) for cast in ballot.now),
        )
        for trait in traits
    ]


def alphas_of(ballot: Ballot) -> list[Alpha]:
    """Return the agreement on each trait, before and now."""
    traits = sorted({cast.trait for cast in ballot.now})
    return [Alpha(trait, _alpha(ballot.before, trait), _alpha(ballot.now, trait)) for trait in traits]


def _cast(annotations: Iterable[Annotation]) -> list[Cast]:
    rows = Preference.objects.filter(annotation__in=list(annotations)).select_related(
        "annotation__assignment", "trait_version__trait"
    )
    return [
        Cast(
            row.annotation.assignment.item_id,
            row.annotation.assignment.annotator_id,
            row.trait_version.trait.name if row.trait_version else ALL_IN_ALL,
            row.strength,
        )
        for row in rows.order_by("pk")
    ]


def _counted(casts: Sequence[Cast], item: UUID, trait: str) -> list[Vote]:
    said: list[Answer] = [cast.strength for cast in casts if (cast.item, cast.trait) == (item, trait)]
    return [Vote(what, said.count(strength)) for strength, what in PREFERENCES.items()]


def _alpha(casts: Sequence[Cast], trait: str) -> "Estimate":
    # numpy is a third of a second that no other page needs.
    from labeling.agreement import krippendorff_alpha, tabulate  # noqa: PLC0415
    from labeling.agreement.estimate import missing  # noqa: PLC0415

    rows = [cast for cast in casts if cast.trait == trait and cast.strength is not None]
    if not rows:
        return missing(0, 0, words("Nobody has voted."))
    columns = [str(row.item) for row in rows], [row.person for row in rows], [row.strength for row in rows]
    return krippendorff_alpha(tabulate(*columns), "ordinal")
