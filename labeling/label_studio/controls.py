"""What a project asks, as controls of Label Studio. Knows no Django.

A control and the form field that it fills have one name, where there is one field: `p_ho` asks about the trait HO.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labeling.questions import OVERALL_CODE, REASONS, Question
from labeling.submission import LETTERS, ShownTrait

BETTER = "better"
DEGREE = "degree"
RANKING = "ranking"
EVIDENCE = "evidence_"
CONVERSATION = "conversation"
RESPONSES = "responses"
CANT = "na"
BOTH_BAD = "bad"
AS_A_WHOLE = "all"
"""The label of a passage that speaks to no trait of its own."""
RATING_LOWEST = 1
"""Label Studio's stars begin at one, our ratings at nought."""

DEGREES = (("0", "About equal"), ("1", "Slightly better"), ("2", "Better"), ("3", "Much better"))
STRENGTHS = (
    ("-3", "A is much better"),
    ("-2", "A is better"),
    ("-1", "A is slightly better"),
    ("0", "About equal"),
    ("1", "B is slightly better"),
    ("2", "B is better"),
    ("3", "B is much better"),
)
CANNOT = ((CANT, "I can’t judge it"),)
MARKS = (("met", "Met"), ("not met", "Not met"), ("unsure", "Unsure"))

Choice = tuple[str, str]
"""What a result holds, and what people read."""


@dataclass(frozen=True)
class Layout:
    """What the items of a project have in common, as they were sent."""

    questions: Collection[str]
    """Values of `Question`."""
    traits: Sequence[ShownTrait]
    size: int
    """Responses of the largest item."""
    rubric: int = 0
    """Criteria of the longest rubric."""

    @property
    def letters(self) -> str:
        """The letters of the responses."""
        return LETTERS[: self.size]


class Control(NamedTuple):
    """One thing to answer."""

    name: str
    tag: str
    """As Label Studio calls it: Choices, Pairwise, Rating, TextArea, Labels or Ranker."""
    to: str
    """The text, or the texts, that it is about."""
    title: str
    choices: Sequence[Choice] = ()
    is_many: bool = False
    is_required: bool = False
    most: int = 0
    """Stars of a rating."""

    @property
    def kind(self) -> str:
        """What a result calls this control."""
        return self.tag.lower()


def response_name(letter: str) -> str:
    """Return what the text of a response is called, in the config and in a task's data."""
    return f"response_{letter}"


def controls(layout: Layout) -> list[Control]:
    """Return everything that a project asks, in the order of the page."""
    return [control for section in (_citing, *_SECTIONS) for control in section(layout)]


def _citing(layout: Layout) -> Iterator[Control]:
    labels = (*((trait.code, trait.name) for trait in layout.traits), (AS_A_WHOLE, "The answer as a whole"))
    for letter in layout.letters:
        yield Control(f"{EVIDENCE}{letter}", "Labels", response_name(letter), f"Passages of {letter}", labels)


def _overall(layout: Layout) -> Iterator[Control]:
    if Question.OVERALL not in layout.questions:
        return
    both = ",".join(map(response_name, "AB"))
    yield Control(BETTER, "Pairwise", both, "All in all: press the better response")
    yield Control(
        DEGREE, "Choices", CONVERSATION, "By how much, all in all?", (*DEGREES, *CANNOT), is_required=True
    )
    yield _both_bad(OVERALL_CODE, "All in all")


def _traits(layout: Layout) -> Iterator[Control]:
    if Question.TRAITS not in layout.questions:
        return
    for trait in layout.traits:
        yield Control(
            f"p_{trait.code}",
            "Choices",
            CONVERSATION,
            f"{trait.name}: which response shows it better?",
            (*STRENGTHS, *CANNOT),
            is_required=True,
        )
        yield _both_bad(trait.code, trait.name)


def _both_bad(code: str, name: str) -> Control:
    return Control(
        f"bad_{code}",
        "Choices",
        CONVERSATION,
        f"{name}: tick when neither is good",
        ((BOTH_BAD, "Both are bad"),),
        True,
    )


def _criteria(layout: Layout) -> Iterator[Control]:
    if Question.CRITERIA not in layout.questions:
        return
    for number in range(1, layout.rubric + 1):
        for letter in layout.letters:
            yield Control(
                f"m_{letter}_{number}",
                "Choices",
                response_name(letter),
                f"Criterion {number}, response {letter}",
                MARKS,
            )


def _ranking(layout: Layout) -> Iterator[Control]:
    if Question.RANKING not in layout.questions:
        return
    ranks = [(str(rank), f"Place {rank}") for rank in range(1, layout.size + 1)]
    yield Control(
        RANKING, "Ranker", RESPONSES, "Put the responses into their order; ties share a place", ranks
    )
    cuts = [("0", "None is acceptable"), *((rank, f"Down to place {rank}") for rank, _ in ranks)]
    yield Control("cut", "Choices", CONVERSATION, "Which places are acceptable?", cuts, is_required=True)


def _ratings(layout: Layout) -> Iterator[Control]:
    if Question.RATINGS not in layout.questions:
        return
    for trait in layout.traits:
        for letter in layout.letters:
            about = response_name(letter)
            title = f"{trait.name}, response {letter}: one star not at all, five fully"
            yield Control(f"r_{letter}_{trait.code}", "Rating", about, title, most=5)
            yield Control(f"na_{letter}_{trait.code}", "Choices", about, "Or", CANNOT, True)


def _rewrite(layout: Layout) -> Iterator[Control]:
    if Question.REWRITE not in layout.questions:
        return
    letters = [(letter, f"Response {letter}") for letter in layout.letters]
    yield Control("rewrite_of", "Choices", CONVERSATION, "Which response do you word better?", letters)
    yield Control("rewrite", "TextArea", CONVERSATION, "The better wording")


def _harm(layout: Layout) -> Iterator[Control]:
    if Question.HARM in layout.questions:
        letters = [(letter, f"Response {letter}") for letter in layout.letters]
        yield Control("harm", "Choices", CONVERSATION, "Which would do harm if it were sent?", letters, True)


def _reasons(layout: Layout) -> Iterator[Control]:
    if Question.REASONS in layout.questions:
        reasons = [(reason, reason.capitalize()) for reason in REASONS]
        yield Control("reasons", "Choices", CONVERSATION, "Reasons", reasons, True)


def _confidence(layout: Layout) -> Iterator[Control]:
    if Question.CONFIDENCE in layout.questions:
        title = "How sure are you? One star unsure, three very sure"
        yield Control("confidence", "Rating", CONVERSATION, title, most=3)


def _rationale(layout: Layout) -> Iterator[Control]:
    yield Control("rationale", "TextArea", CONVERSATION, "Why?")


_SECTIONS = (
    _overall,
    _traits,
    _criteria,
    _ranking,
    _ratings,
    _rewrite,
    _harm,
    _reasons,
    _confidence,
    _rationale,
)
