"""What people answered to each question about an item, side by side. Names stay out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from config.wording import words
from labeling.models import (
    Annotation,
    CriterionMark,
    Disagreement,
    Evidence,
    ItemResponse,
    Preference,
    Rating,
)
from labeling.submission import LETTERS

Answer = int | str | None
"""A strength, a rating, or whether a criterion is met; None for who can't judge or is unsure."""
PREFERENCES: dict[Answer, str] = {
    -3: words("A is much better"),
    -2: words("A is better"),
    -1: words("A is slightly better"),
    0: words("Tie"),
    1: words("B is slightly better"),
    2: words("B is better"),
    3: words("B is much better"),
}
RATINGS: dict[Answer, str] = {
    0: words("0, not at all"),
    1: words("1, a little"),
    2: words("2, partly"),
    3: words("3, mostly"),
    4: words("4, fully"),
}
MARKS: dict[Answer, str] = {"met": words("Met"), "not met": words("Not met")}
WORDS = {
    Disagreement.Kind.PREFERENCE: PREFERENCES,
    Disagreement.Kind.RATING: RATINGS,
    Disagreement.Kind.MARK: MARKS,
}


class About(NamedTuple):
    """One question about an item."""

    item: UUID
    version: UUID | None = None
    """Of the trait; None for the overall preference."""
    criterion: UUID | None = None
    response: UUID | None = None
    """None for preferences."""

    @property
    def kind(self) -> Disagreement.Kind:
        """What people were asked."""
        if self.response is None:
            return Disagreement.Kind.PREFERENCE
        return Disagreement.Kind.RATING if self.criterion is None else Disagreement.Kind.MARK


class Label(NamedTuple):
    """What one person said."""

    annotator: UUID
    answer: Answer
    said: str
    key: str
    """a or b: which response they prefer; empty for a tie or none, and for what is no preference."""
    rationale: str
    cites: Sequence[str]
    """Sentences, as A3."""
    confidence: int | None
    reasons: Sequence[str]


class Vote(NamedTuple):
    """How many said one thing."""

    said: str
    number: int


Given = tuple[About, UUID, Answer, str, str]
"""The question, the annotation, the answer, what stands beside it in words, and why someone is unsure."""


def about(disagreement: Disagreement) -> About:
    """Return the question that people answered differently."""
    found = disagreement
    return About(found.item_id, found.trait_version_id, found.criterion_id, found.response_id)


def labels_on(items: Iterable[UUID]) -> dict[About, list[Label]]:
    """Return all answers that count, from the lowest to the highest, those without an answer last.

    Seven statements, however many items and questions there are.
    """
    of_items = Annotation.objects.counted().filter(assignment__item__in=list(items))
    annotations = {each.pk: each for each in of_items.select_related("assignment")}
    here = {each.assignment.item_id for each in annotations.values()}
    places = ItemResponse.objects.filter(item__in=here).values_list("item", "response", "place")
    letters = {(item, response): LETTERS[place] for item, response, place in places}
    cited: dict[UUID, list[Evidence]] = {}
    for evidence in Evidence.objects.filter(annotation__in=annotations).order_by("id"):
        cited.setdefault(evidence.annotation_id, []).append(evidence)
    found: dict[About, list[Label]] = {}
    for question, annotation_id, answer, beside, why in given_in(annotations):
        annotation = annotations[annotation_id]
        label = Label(
            annotation.assignment.annotator_id,
            answer,
            saying(answer, question.kind)
            if not beside
            else words(beside, answer=saying(answer, question.kind)),
            "ab"[answer > 0] if isinstance(answer, int) and answer and question.response is None else "",
            why or annotation.rationale,
            [
                f"{letters[question.item, each.response_id]}{each.sentence}"
                for each in cited.get(annotation_id, [])
                if speaks_to(each, question)
            ],
            annotation.confidence,
            annotation.reasons,
        )
        found.setdefault(question, []).append(label)
    for labels in found.values():
        labels.sort(key=lambda label: (label.answer is None, label.answer or 0))
    return found


def given_in(annotations: dict[UUID, Annotation]) -> Iterator[Given]:
    """Yield every answer of some annotations."""

    def question(row: Any, version: UUID | None, **more: UUID) -> About:
        return About(annotations[row.annotation_id].assignment.item_id, version, **more)

    for preference in Preference.objects.filter(annotation__in=annotations).order_by("pk"):
        beside = "{answer}, both bad" if preference.both_bad else ""
        asked = question(preference, preference.trait_version_id)
        yield asked, preference.annotation_id, preference.strength, beside, ""
    for rating in Rating.objects.filter(annotation__in=annotations).order_by("pk"):
        asked = question(rating, rating.trait_version_id, response=rating.response_id)
        yield asked, rating.annotation_id, rating.value, "", ""
    marks = (
        CriterionMark.objects.filter(annotation__in=annotations).select_related("criterion").order_by("pk")
    )
    for mark in marks:
        asked = question(
            mark, mark.criterion.version_id, criterion=mark.criterion_id, response=mark.response_id
        )
        is_unsure = mark.value == CriterionMark.Value.UNSURE
        yield asked, mark.annotation_id, None if is_unsure else mark.value, "", mark.unsure_because


def speaks_to(evidence: Evidence, question: About) -> bool:
    """Whether a sentence was cited for a question, or for the answer as a whole."""
    if question.response not in (None, evidence.response_id):
        return False
    if evidence.criterion_id is not None or question.criterion is not None:
        return evidence.criterion_id == question.criterion
    return evidence.trait_version_id in (None, question.version)


def saying(answer: Answer, kind: Disagreement.Kind = Disagreement.Kind.PREFERENCE) -> str:
    """Return an answer in words."""
    if answer is None:
        return words("Unsure") if kind == Disagreement.Kind.MARK else words("Can’t judge")
    return WORDS[kind][answer]


def votes_of(labels: Sequence[Label], kind: Disagreement.Kind = Disagreement.Kind.PREFERENCE) -> list[Vote]:
    """Return how often each answer was given, from the lowest to the highest."""
    answers = [label.answer for label in labels]
    return [Vote(said, answers.count(answer)) for answer, said in WORDS[kind].items()]
