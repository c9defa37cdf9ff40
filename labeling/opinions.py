"""What people said about one item, side by side and without names."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from labeling.charts import Votes, vote_bars
from labeling.models import Annotation, Assignment, Evidence, Item, Preference
from labeling.sheets import Sheet, load_sheet
from labeling.submission import LETTERS

STRENGTHS = {0: "about equal", 1: "slightly better", 2: "better", 3: "much better"}


class Opinion(NamedTuple):
    """One person's answer about one trait."""

    side: str
    """a or b; empty for a tie and for no answer."""
    says: str
    both_bad: bool
    rationale: str
    reasons: Sequence[str]
    confidence: int | None
    cited: Sequence[str]
    """Sentences, as A3."""
    quotes: Sequence[str]


class Question(NamedTuple):
    """What was asked about one trait, and all answers."""

    version_id: UUID | None
    """Of the trait; None for the overall preference."""
    name: str
    votes: Votes
    opinions: Sequence[Opinion]


class Opinions(NamedTuple):
    """Everything that the page shows."""

    sheet: Sheet | None
    """The item's text in canonical order; None while somebody may still be handed the item."""
    questions: Sequence[Question]
    answered: int


def opinions_on(item: Item) -> Opinions:
    """Return the answers to an item, from A much better to B much better, without who gave them.

    Until all places are filled there are none to see: whoever reads them could still be handed the item.
    """
    annotations = list(Annotation.objects.counted().filter(assignment__item=item))
    if len(annotations) < item.needed:
        return Opinions(None, [], len(annotations))
    places = dict(item.places.values_list("response", "place"))
    # The page of nobody's assignment, in the order that the item keeps.
    sheet = load_sheet(Assignment(item=item, order_shown=sorted(places.values())))
    return Opinions(sheet, questions_of(annotations, places), len(annotations))


def questions_of(annotations: Sequence[Annotation], places: dict[UUID, int]) -> list[Question]:
    """Return the answers by trait."""
    by_id = {each.pk: each for each in annotations}
    rows = Preference.objects.filter(annotation__in=by_id).select_related("trait_version__trait")
    cited: dict[tuple[UUID, UUID | None], list[Evidence]] = {}
    for evidence in Evidence.objects.filter(annotation__in=by_id).order_by("sentence"):
        cited.setdefault((evidence.annotation_id, evidence.trait_version_id), []).append(evidence)
    found: dict[str, list[Preference]] = {}
    for each in rows.order_by("trait_version__trait__name", "strength", "annotation__digest"):
        name = each.trait_version.trait.name if each.trait_version else "Overall"
        found.setdefault(name, []).append(each)
    return [
        Question(
            verdicts[0].trait_version_id,
            name,
            vote_bars([sum(each.strength == strength for each in verdicts) for strength in range(-3, 4)]),
            [
                opinion(
                    each,
                    by_id[each.annotation_id],
                    cited.get((each.annotation_id, each.trait_version_id), []),
                    places,
                )
                for each in verdicts
            ],
        )
        for name, verdicts in found.items()
    ]


def opinion(
    verdict: Preference, annotation: Annotation, evidence: Sequence[Evidence], places: dict[UUID, int]
) -> Opinion:
    """Return one answer as the page shows it."""
    strength = verdict.strength
    side = "" if not strength else LETTERS[strength > 0]
    says = (
        "Can’t judge"
        if strength is None
        else f"{side or 'A and B'} {'is' if side else 'are'} {STRENGTHS[abs(strength)]}"
    )
    return Opinion(
        side=side.lower(),
        says=says,
        both_bad=verdict.both_bad,
        rationale=annotation.rationale,
        reasons=annotation.reasons,
        confidence=annotation.confidence,
        cited=[f"{LETTERS[places[each.response_id]]}{each.sentence}" for each in evidence],
        quotes=[each.quote for each in evidence],
    )
