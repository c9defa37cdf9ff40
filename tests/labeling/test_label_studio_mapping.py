"""Forms of ours as answers in Label Studio, and back."""

from uuid import UUID, uuid4

import pytest

from labeling.label_studio.controls import STRENGTHS, Layout
from labeling.label_studio.mapping import (
    EQUAL_AFTER_ALL,
    NO_SIDE,
    NOT_FOUND,
    WIDENED,
    Form,
    Loss,
    Texts,
    read_results,
    write_results,
)
from labeling.questions import Question
from labeling.submission import ShownTrait

TRAITS = [ShownTrait(uuid4(), "HO", "Honesty"), ShownTrait(uuid4(), "CA", "Care")]
CRITERIA = [str(UUID(int=1)), str(UUID(int=2))]
TEXTS = Texts(
    {"A": "One. 👩‍👩‍👧 Two.", "B": "Other."},
    {"A": [(0, 4), (5, 15)], "B": [(0, 6)]},
    CRITERIA,
)
PAIR = Layout(
    [Question.OVERALL, Question.TRAITS, Question.CONFIDENCE, Question.HARM, Question.REWRITE], TRAITS, 2
)
MANY = Layout([Question.RANKING, Question.RATINGS, Question.CRITERIA, Question.REASONS], TRAITS, 2, rubric=2)
WHOLE: list[tuple[Layout, Form]] = [
    (PAIR, {"p_all": [strength], "p_HO": [strength], "p_CA": ["0"], "bad_CA": ["bad"]})
    for strength, _ in STRENGTHS
]
WHOLE += [
    (PAIR, {"na_all": ["1"], "na_HO": ["1"], "p_CA": ["3"], "confidence": ["1"], "rationale": ["Why\nnot."]}),
    (PAIR, {"harm": ["A", "B"], "rewrite_of": ["B"], "rewrite": ["Better."], "confidence": ["3"]}),
    (MANY, {"place_A": ["2"], "place_B": ["1"], "cut": ["0"], "reasons": ["safer", "clearer"]}),
    (MANY, {"place_B": ["1"], "cut": ["2"]}),
    (MANY, {"r_A_HO": ["0"], "r_B_HO": ["na"], "r_A_CA": ["4"]}),
    (MANY, {f"m_A_{CRITERIA[0]}": ["met"], f"m_B_{CRITERIA[1]}": ["unsure"]}),
]


@pytest.mark.parametrize(("layout", "form"), WHOLE)
def test_what_goes_there_comes_back_as_it_was(layout: Layout, form: Form) -> None:
    read = read_results(write_results(form, layout, TEXTS), layout, TEXTS)

    assert (read.form, read.losses) == (form, [])


def test_equal_after_all_and_a_side_that_nobody_named_are_said() -> None:
    degree = {"from_name": "degree", "type": "choices", "value": {"choices": ["0"]}}
    side = {"from_name": "better", "type": "pairwise", "value": {"selected": "left"}}
    much = {**degree, "value": {"choices": ["Much better"]}}

    assert read_results([side, degree], PAIR, TEXTS).losses == [Loss("better", EQUAL_AFTER_ALL)]
    assert read_results([much], PAIR, TEXTS).losses == [Loss("better", NO_SIDE)]
    assert read_results([much, side], PAIR, TEXTS).form == {"p_all": ["-3"]}


@pytest.mark.parametrize(
    ("start", "end", "quote", "cites", "losses"),
    [
        (0, 4, "One.", ["A1:HO"], []),
        (5, 18, "👩‍👩‍👧 Two.", ["A2:HO"], []),
        (5, 15, "👩‍👩‍👧 Two.", ["A2:HO"], []),
        (1, 3, "ne", ["A1:HO"], [WIDENED]),
        (0, 4, "Else", [], [NOT_FOUND]),
        (900, 901, None, [], [NOT_FOUND]),
        (4, 5, " ", [], [NOT_FOUND]),
    ],
)
def test_passages_are_found_however_they_were_counted(
    start: int, end: int, quote: str | None, cites: list[str], losses: list[str]
) -> None:
    value = {"start": start, "end": end, "text": quote, "labels": ["HO"]}
    result = {"from_name": "evidence_A", "type": "labels", "value": value}

    read = read_results([result], PAIR, TEXTS)

    assert read.form.get("cite", []) == cites
    assert [loss.what for loss in read.losses] == losses
