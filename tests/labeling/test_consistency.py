"""Which answers of one sitting are asked about."""

from dataclasses import replace

from config.ids import uuid7
from labeling.consistency import doubts
from labeling.questions import Question
from labeling.submission import Mark, Placed, Rated, Shown, ShownTrait, Submission, Verdict

TR, EH = ShownTrait(uuid7(), "TR", "Truthfulness"), ShownTrait(uuid7(), "EH", "Epistemic humility")
SAYS, HIDES = uuid7(), uuid7()
SHOWN = Shown([TR, EH], (1, 0), [3, 3], "1", 2, list(Question), (SAYS, HIDES), (5.0, -3.0))
"""The response at place 1 is shown as A."""
NOTHING = Submission(
    id=uuid7(),
    digest="",
    verdicts=[],
    marks=[],
    ratings=[],
    ranks=[],
    rewrite=None,
    harms=[],
    reasons=[],
    citations=[],
    rationale="",
    confidence=None,
    note="",
    elapsed_ms=None,
    expected_revision=0,
)
A, B = 1, 0
"""Places by the letters that are shown."""


def prefer(place: int, trait: ShownTrait | None = None, by: int = 2) -> Verdict:
    return Verdict(trait and trait.version_id, by if place else -by, False, False)


def graded(*met: tuple[int, object]) -> list[Mark]:
    return [
        Mark(place, each, "met" if (place, each) in met else "not met", "")
        for place in (A, B)
        for each in (SAYS, HIDES)
    ]


def asked(**answers: object) -> list[str]:
    return doubts(replace(NOTHING, **answers), SHOWN)  # type: ignore[arg-type]


def test_answers_that_go_together_are_not_asked_about() -> None:
    assert asked() == []
    assert (
        asked(
            verdicts=[prefer(A), prefer(A, TR), prefer(B, EH)],
            marks=graded((A, SAYS)),
            ranks=[Placed(A, 1, True), Placed(B, 2, False)],
            ratings=[Rated(A, TR.version_id, 4), Rated(B, TR.version_id, 1), Rated(A, EH.version_id, None)],
            harms=[B],
        )
        == []
    )


def test_overall_against_every_trait() -> None:
    assert asked(verdicts=[prefer(B), prefer(A, TR), prefer(A, EH)]) == [
        "You prefer B all in all, but A on each trait."
    ]


def test_overall_with_one_trait_of_two_is_a_matter_of_weight() -> None:
    assert asked(verdicts=[prefer(B), prefer(A, TR), prefer(B, EH)]) == []


def test_a_preference_against_the_criteria() -> None:
    assert asked(verdicts=[prefer(B)], marks=graded((A, SAYS), (B, SAYS), (B, HIDES))) == [
        "You prefer B, but by the criteria A has more points."
    ]


def test_traits_that_agree_stand_for_the_overall_preference() -> None:
    marks = graded((A, SAYS))

    assert asked(verdicts=[prefer(B, TR), prefer(B, EH)], marks=marks) != []
    assert asked(verdicts=[prefer(B, TR), prefer(A, EH)], marks=marks) == []


def test_a_tie_contradicts_nothing() -> None:
    assert asked(verdicts=[prefer(B, by=0)], marks=graded((A, SAYS))) == []


def test_a_preference_against_the_ranking() -> None:
    ranks = [Placed(A, 1, True), Placed(B, 2, True)]

    assert asked(verdicts=[prefer(B)], ranks=ranks) == ["You prefer B, but ranked A above it."]
    assert asked(verdicts=[prefer(B)], ranks=[Placed(A, 1, True), Placed(B, 1, True)]) == []


def test_a_preference_on_a_trait_against_its_ratings() -> None:
    ratings = [Rated(A, TR.version_id, 3), Rated(B, TR.version_id, 2)]

    assert asked(verdicts=[prefer(B, TR), prefer(B, EH)], ratings=ratings) == [
        "You prefer B on Truthfulness, but rated A higher."
    ]


def test_a_ranking_against_the_criteria() -> None:
    assert asked(ranks=[Placed(B, 1, True), Placed(A, 2, True)], marks=graded((A, SAYS))) == [
        "You ranked B above A, but by the criteria A has more points."
    ]


def test_an_acceptable_response_that_would_do_harm() -> None:
    assert asked(ranks=[Placed(B, 1, True), Placed(A, 2, False)], harms=[A, B]) == [
        "You call B acceptable, but say that it would do harm."
    ]
