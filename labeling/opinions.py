"""What people said about one item, question by question and without names."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from config.wording import words
from curation.models import Criterion, TraitVersion
from labeling.answered import PREFERENCES, About, Label, Vote, labels_on, votes_of
from labeling.models import Annotation, Item, OutsideVerdict
from labeling.reading import Response, texts_of
from labeling.sheets import Texts, Turn
from labeling.submission import LETTERS


class Question(NamedTuple):
    """What was asked, and all answers."""

    about: About
    name: str
    letter: str
    """Of the response that it is about; empty for a preference."""
    votes: Sequence[Vote]
    labels: Sequence[Label]


class Opinions(NamedTuple):
    """Everything that the page shows."""

    texts: Texts | None
    """The conversation; None while somebody may still be handed the item."""
    responses: Sequence[Response]
    """In canonical order."""
    questions: Sequence[Question]
    answered: int
    """How many people judged it."""
    outside: Sequence[Vote] = ()
    """What people without an account said overall; empty when there are none."""

    @property
    def earlier(self) -> Sequence[Turn]:
        """The turns before the last."""
        return self.texts.turns[:-1] if self.texts else ()

    @property
    def final(self) -> Turn | None:
        """The turn that the responses answer."""
        return self.texts.turns[-1] if self.texts else None


def opinions_on(item: Item) -> Opinions:
    """Return the answers to an item, each question's from the lowest to the highest, without who gave them.

    Until all places are filled there are none to see: whoever reads them could still be handed the item.
    """
    answered = Annotation.objects.counted().filter(assignment__item=item).count()
    if answered < item.needed:
        return Opinions(None, [], [], answered)
    places = dict(item.places.values_list("response", "place"))
    labels = labels_on([item.pk])
    questions = [
        Question(
            question,
            name,
            LETTERS[places[question.response]] if question.response else "",
            votes_of(labels[question], question.kind),
            labels[question],
        )
        for question, name in names_of(labels)
    ]
    kinds = ["preference", "rating", "mark"]
    questions.sort(key=lambda each: (kinds.index(each.about.kind), each.name, each.letter))
    return Opinions(*texts_of(item), questions, answered, outside_votes(item))


def outside_votes(item: Item) -> list[Vote]:
    """Return how often outside annotators gave each answer, from the lowest to the highest."""
    strengths = list(OutsideVerdict.objects.live().filter(item=item).values_list("strength", flat=True))
    return [Vote(said, strengths.count(answer)) for answer, said in PREFERENCES.items() if isinstance(answer, int)] if strengths else []  # fmt: skip


def names_of(questions: Iterable[About]) -> list[tuple[About, str]]:
    """Return each question with the trait or the criterion that it asks about."""
    asked = list(questions)
    versions = TraitVersion.objects.select_related("trait").in_bulk([q.version for q in asked if q.version])
    criteria = Criterion.objects.in_bulk([q.criterion for q in asked if q.criterion])
    traits = {pk: version.trait.name for pk, version in versions.items()}
    texts = {pk: criterion.text for pk, criterion in criteria.items()}
    return [
        (q, texts[q.criterion] if q.criterion else traits[q.version] if q.version else words("Overall"))
        for q in asked
    ]
