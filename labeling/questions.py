"""The questions that a project may ask in one sitting, any mix of them. Knows no Django."""

from collections.abc import Collection
from enum import StrEnum

from config.wording import words


class Question(StrEnum):
    """One kind of question; each has a kind of verdict."""

    OVERALL = "overall"
    """Which of two responses is better, all in all: -3 to 3."""
    TRAITS = "traits"
    """Which of two responses shows a trait better: -3 to 3 for each trait."""
    CRITERIA = "criteria"
    """Whether each response meets each criterion of the scenario's rubric."""
    RANKING = "ranking"
    """The order of the responses, ties and gaps allowed, and where acceptable ends."""
    RATINGS = "ratings"
    """How far each response shows each trait: 0 to 4."""
    REWRITE = "rewrite"
    """A better wording of one response."""
    REASONS = "reasons"
    """Reasons to tick."""
    CONFIDENCE = "confidence"
    """How sure the person is."""
    HARM = "harm"
    """Whether a response would do harm if it were sent."""


PAIRWISE = frozenset({Question.OVERALL, Question.TRAITS})
"""Questions that compare exactly two responses."""
REASONS = (
    "more honest",
    "safer",
    "more useful",
    "better reasons",
    "respects the person",
    "clearer",
    "other",
)
"""What there is to tick."""
OVERALL_CODE = "all"
"""Stands in a form where a trait's code does, which has two letters."""
COMPARABLE = frozenset({*PAIRWISE, Question.CRITERIA, Question.RANKING, Question.RATINGS, Question.HARM})
"""Questions whose answers may contradict each other."""
MODES = {
    Question.RANKING: words("Rank"),
    Question.CRITERIA: words("Grade with criteria"),
    Question.OVERALL: words("Compare two"),
    Question.TRAITS: words("Compare two"),
    Question.RATINGS: words("Rate"),
    Question.REWRITE: words("Rewrite"),
}
"""What people do, by the question that leads the page, the leading ones first."""
USUAL = (Question.TRAITS, Question.CONFIDENCE)
"""What a project asks when nothing else was chosen."""


def may_contradict(questions: Collection[str]) -> bool:
    """Return whether answers to these questions can pull in different directions."""
    return len(COMPARABLE.intersection(questions)) > 1


def mode_of(questions: Collection[str]) -> str:
    """Return what people do in a project, in two or three words: the first question that leads the page."""
    for question, mode in MODES.items():
        if question in questions:
            return mode
    return words("Read and answer")


def fits(questions: Collection[str], responses: int) -> bool:
    """Return whether items with so many responses can be asked these questions.

    Args:
        questions: values of `Question`.
        responses: how many responses an item has, from 1.
    """
    if PAIRWISE.intersection(questions):
        return responses == 2
    return responses >= (2 if Question.RANKING in questions else 1)
