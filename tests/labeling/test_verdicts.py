"""Answers to every kind of question, read from the posted form."""

from typing import Any

import pytest

from config.ids import uuid7
from labeling.questions import Question
from labeling.submission import InvalidSubmission, OtherDefinition, Shown, ShownTrait, Submission, draft_of
from labeling.submission import read_submission as read_form

TR = ShownTrait(uuid7(), "TR", "Truthfulness")
SAYS, HIDES = uuid7(), uuid7()
FORM = {"submission_id": str(uuid7()), "renderer": "1", "v_TR": str(TR.version_id)}


def read(*questions: Question, order: tuple[int, ...] = (2, 0, 1), **fields: Any) -> Submission:
    criteria = (SAYS, HIDES) if Question.CRITERIA in questions else ()
    shown = Shown([TR], order, [3] * len(order), "1", 2, questions, criteria, [5.0, -3.0][: len(criteria)])
    form = {**FORM, "criteria": " ".join(map(str, criteria)), **fields}
    return read_form(
        {name: value if isinstance(value, list) else [value] for name, value in form.items()}, shown
    )


def problems(*questions: Question, **fields: Any) -> list[str]:
    with pytest.raises(InvalidSubmission) as caught:
        read(*questions, **fields)
    return list(caught.value.problems)


def marks(**changes: str) -> dict[str, Any]:
    return {f"m_{letter}_{each}": "met" for letter in "ABC" for each in (SAYS, HIDES)} | changes


def test_the_overall_preference_stands_beside_those_on_traits() -> None:
    asked = (Question.OVERALL, Question.TRAITS)

    verdicts = read(*asked, order=(1, 0), p_all="1", p_TR="-1").verdicts

    assert [(each.trait_version_id, each.strength) for each in verdicts] == [(None, -1), (TR.version_id, 1)]


def test_overall_one_may_find_both_bad_or_be_unable_to_judge() -> None:
    both_bad = read(Question.OVERALL, order=(0, 1), bad_all="1").verdicts[0]
    unable = read(Question.OVERALL, order=(0, 1), na_all="1").verdicts[0]

    assert (both_bad.strength, both_bad.both_bad) == (0, True)
    assert (unable.strength, unable.cannot_judge) == (None, True)


def test_only_what_is_asked_is_read() -> None:
    submission = read(Question.HARM, p_TR="1", confidence="3", reasons="safer", place_A="1", r_A_TR="4")

    assert (submission.verdicts, submission.confidence, submission.reasons) == ([], None, [])
    assert (submission.ranks, submission.ratings) == ([], [])


def test_every_response_is_graded_by_every_criterion() -> None:
    assert len(read(Question.CRITERIA, **marks()).marks) == 6
    assert problems(Question.CRITERIA, **marks(**{f"m_B_{HIDES}": "perhaps"})) == [f"c_{HIDES}"]


def test_a_mark_belongs_to_the_canonical_place_and_may_say_why_it_is_unsure() -> None:
    unsure: dict[str, Any] = {
        f"m_A_{SAYS}": "unsure",
        f"why_A_{SAYS}": "It hints at it.",
        f"why_B_{SAYS}": "Left over.",
    }

    found = {
        (each.place, each.criterion_id): each for each in read(Question.CRITERIA, **marks(**unsure)).marks
    }

    assert found[2, SAYS][2:] == ("unsure", "It hints at it.")
    assert found[0, SAYS][2:] == ("met", "")


def test_a_sentence_may_speak_to_a_criterion() -> None:
    submission = read(Question.CRITERIA, **marks(), cite=[f"B2:{HIDES}", "B2:TR", f"B2:{HIDES}"])

    assert [(each.place, each.target) for each in submission.citations] == [(0, HIDES), (0, TR.version_id)]


def test_a_sentence_of_a_criterion_that_is_not_shown_cannot_be_cited() -> None:
    assert problems(Question.CRITERIA, **marks(), cite=f"B2:{uuid7()}") == ["cite"]


def test_another_rubric_than_the_one_shown_is_refused() -> None:
    with pytest.raises(OtherDefinition):
        read(Question.CRITERIA, **marks(criteria=str(SAYS)))


@pytest.mark.parametrize(
    ("places", "ranks"),
    [
        ("123", [(2, 1), (0, 2), (1, 3)]),
        ("221", [(1, 1), (0, 2), (2, 2)]),
        ("113", [(0, 1), (2, 1), (1, 3)]),
        ("3-1", [(1, 1), (2, 2)]),
    ],
)
def test_places_become_ranks_with_ties_and_gaps(places: str, ranks: list[tuple[int, int]]) -> None:
    fields: dict[str, Any] = {
        f"place_{letter}": place.strip("-") for letter, place in zip("ABC", places, strict=True)
    }

    assert [each[:2] for each in read(Question.RANKING, cut="3", **fields).ranks] == ranks


@pytest.mark.parametrize(("cut", "acceptable"), [("0", []), ("1", [2]), ("3", [2, 0, 1])])
def test_what_stands_above_the_line_is_acceptable(cut: str, acceptable: list[int]) -> None:
    found = read(Question.RANKING, cut=cut, place_A="1", place_B="2", place_C="3").ranks

    assert [each.place for each in found if each.is_acceptable] == acceptable


def test_a_ranking_needs_two_responses_and_the_line() -> None:
    assert problems(Question.RANKING, place_A="1") == ["ranking", "cut"]
    assert problems(Question.RANKING, place_A="1", place_B="9", cut="-1") == ["ranking", "cut"]


def test_ratings_run_from_0_to_4_or_can_not_be_given() -> None:
    found = read(Question.RATINGS, r_A_TR="0", r_B_TR="4", r_C_TR="na").ratings

    assert [(each.place, each.value) for each in found] == [(2, 0), (0, 4), (1, None)]
    assert problems(Question.RATINGS, r_A_TR="0", r_B_TR="5", r_C_TR="na") == ["r_TR"]


def test_a_rewrite_names_its_response_and_says_it_better() -> None:
    rewrite = read(Question.REWRITE, rewrite_of="B", rewrite=" I don’t know.\r\n").rewrite

    assert rewrite == (0, "I don’t know.")
    assert read(Question.REWRITE, rewrite_of="", rewrite=" ").rewrite is None
    assert problems(Question.REWRITE, rewrite_of="B") == ["rewrite"]
    assert problems(Question.REWRITE, rewrite="Better so.") == ["rewrite"]


def test_harm_is_kept_by_canonical_place_and_reasons_are_those_offered() -> None:
    submission = read(
        Question.HARM, Question.REASONS, harm=["A", "C", "H", ""], reasons=["other", "safer", "nicer"]
    )

    assert (submission.harms, submission.reasons) == ([1, 2], ["safer", "other"])


def test_a_draft_keeps_the_answers_to_every_kind_of_question() -> None:
    names = ["p_all", f"m_A_{SAYS}", f"why_A_{SAYS}", "r_A_TR", "place_A", "cut", "rewrite", "rewrite_of"]
    form = {name: ["1"] for name in [*names, "reasons", "harm", "criteria", "confirmed"]}

    assert sorted(draft_of(form)) == sorted([*names, "reasons", "harm"])
