"""One item with everything that was said about it, for those who settle disagreements. Names stay out."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from config.ids import uuid7
from curation.shown import StoredHtml, readable
from labeling.models import Annotation, Assignment, Disagreement, Item, Preference
from labeling.sheets import Texts, load_sheet
from labeling.submission import LETTERS

SAYINGS = (
    "A is much better",
    "A is better",
    "A is slightly better",
    "Tie",
    "B is slightly better",
    "B is better",
    "B is much better",
)


class Response(NamedTuple):
    """A response under its letter."""

    letter: str
    key: str
    html: StoredHtml


class Label(NamedTuple):
    """What one person said on the trait."""

    annotator: UUID
    said: str
    key: str
    """a or b: which response they prefer; empty for a tie or none."""
    rationale: str
    cites: Sequence[str]


class Vote(NamedTuple):
    """How many said one thing."""

    said: str
    number: int


def texts_of(item: Item) -> tuple[Texts, list[Response]]:
    """Return the conversation, and the responses in canonical order with nothing to press."""
    places = list(item.places.values_list("place", flat=True))
    return texts_as_shown(Assignment(id=uuid7(), item=item, order_shown=places))


def texts_as_shown(assignment: Assignment) -> tuple[Texts, list[Response]]:
    """Return the conversation, and the responses under the letters that a person saw, with nothing to press."""
    texts = load_sheet(assignment).texts
    return texts, [
        Response(letter, letter.lower(), readable(texts.responses[place][0], letter))
        for letter, place in zip(LETTERS, assignment.order_shown, strict=False)
    ]


def labels_of(disagreement: Disagreement) -> list[Label]:
    """Return what people said on the trait, most for the first response first."""
    rows = Preference.objects.filter(
        annotation__assignment__item=disagreement.item_id,
        annotation__superseded_by=None,
        annotation__is_late=False,
        annotation__assignment__state="submitted",
        trait_version=disagreement.trait_version_id,
    ).select_related("annotation__assignment")
    cites = cites_of([row.annotation for row in rows], disagreement)
    ordered = sorted(rows, key=lambda row: (row.strength is None, row.strength, row.pk))
    return [
        Label(
            row.annotation.assignment.annotator_id,
            saying(row.strength, both_bad=row.both_bad),
            "ab"[row.strength > 0] if row.strength else "",
            row.annotation.rationale,
            cites.get(row.annotation_id, []),
        )
        for row in ordered
    ]


def cites_of(annotations: Sequence[Annotation], disagreement: Disagreement) -> dict[object, list[str]]:
    """Return the sentences that each annotation cites for the trait or for no trait, as A3."""
    letters = dict(disagreement.item.places.values_list("response_id", "place"))
    found: dict[object, list[str]] = {}
    for annotation in annotations:
        for each in annotation.evidence.order_by("id"):
            if each.trait_version_id in (None, disagreement.trait_version_id):
                ref = f"{LETTERS[letters[each.response_id]]}{each.sentence}"
                found.setdefault(annotation.pk, []).append(ref)
    return found


def saying(strength: int | None, *, both_bad: bool = False) -> str:
    """Return a preference in words."""
    said = "Can’t judge" if strength is None else SAYINGS[strength + 3]
    return f"{said}, both bad" if both_bad else said


def votes_on(disagreement: Disagreement) -> list[Vote]:
    """Return how often each strength was said, from -3 to 3."""
    said = [label.said.removesuffix(", both bad") for label in labels_of(disagreement)]
    return [Vote(words, said.count(words)) for words in SAYINGS]
