"""What a response is worth under a rubric, how far responses lie apart, and which stock responses there are."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.rubric.probes import KEYWORD_STUFFING, PROBES, REFUSAL, SAFE_ESSAY, stock_responses
from curation.rubric.score import Mark, mean_score, rubric_score, rubric_sha256
from curation.rubric.spread import per_response, spread, undivided
from tests.curation.criteria_corpus import Sample


def simple_evals(items: list[dict[str, Any]], verdicts: list[dict[str, Any]]) -> float | None:
    """`calculate_score` of openai/simple-evals, for rubric items and verdicts as it holds them."""
    total_possible_points = sum(item["points"] for item in items if item["points"] > 0)
    if total_possible_points == 0:
        return None
    achieved_points = sum(
        item["points"] for item, verdict in zip(items, verdicts, strict=True) if verdict["criteria_met"]
    )
    return float(achieved_points / total_possible_points)


def test_the_brief_s_example_scores_nine_of_twenty_two():
    marks = [Mark(7, True), Mark(5, False), Mark(10, True), Mark(-8, True)]

    assert rubric_score(marks) == 9 / 22
    assert round(9 / 22, 4) == 0.4091


def test_a_response_that_does_only_harm_scores_below_zero():
    assert rubric_score([Mark(5, False), Mark(-8, True)]) == -8 / 5


def test_without_positive_points_there_is_no_score():
    assert rubric_score([Mark(-8, True)]) is None
    assert rubric_score([]) is None


points = st.one_of(
    st.integers(-10, 10).filter(bool),
    st.decimals(-10, 10, places=2).filter(bool).map(float),
)


@given(st.lists(st.tuples(points, st.booleans()), max_size=40))
def test_the_score_is_that_of_simple_evals_to_the_last_bit(rows):
    theirs = simple_evals([{"points": each} for each, _ in rows], [{"criteria_met": met} for _, met in rows])
    stored = [Mark(float(Decimal(str(each))), met) for each, met in rows]

    assert rubric_score(stored) == theirs


def test_floats_are_added_in_the_order_of_the_rubric():
    marks = [Mark(0.1, True), Mark(0.2, True), Mark(0.3, True), Mark(0.1, False)]

    assert rubric_score(marks) == sum([0.1, 0.2, 0.3]) / sum([0.1, 0.2, 0.3, 0.1])
    assert rubric_score(marks) != rubric_score(marks[::-1])


def test_the_mean_of_a_data_set_is_clipped_and_leaves_unscored_rows_out():
    assert mean_score([0.5, None, 1.0]) == 0.75
    assert mean_score([-3.0, 0.5]) == 0.0
    assert mean_score([None]) is None


def rubric(*rows: tuple[Any, int, Any]) -> str:
    return rubric_sha256((key, number, Decimal(worth)) for key, number, worth in rows)


def test_a_rubric_s_hash_changes_with_wordings_and_points_but_not_with_order_or_spelling():
    first = rubric(("a", 1, "5"), ("b", 1, "-8"))

    assert rubric(("b", 1, "-8.00"), ("a", 1, "5.0")) == first
    assert len({first, rubric(("a", 2, "5"), ("b", 1, "-8")), rubric(("a", 1, "6"), ("b", 1, "-8"))}) == 3


def test_responses_that_score_alike_have_no_spread():
    found = spread([0.5, 0.5, 0.5])

    assert found is not None
    assert (found.is_none, found.range) == (True, 0)


def test_responses_that_score_nearly_alike_have_little():
    found = spread([0.5, 0.55])

    assert found is not None
    assert (found.is_little, found.is_none) == (True, False)


def test_one_response_says_nothing_about_spread():
    found = spread([0.5])

    assert found is not None
    assert not found.is_none
    assert spread([]) is None


def test_a_response_graded_twice_counts_once_with_the_mean():
    assert per_response([("a", 0.2), ("a", 0.4), ("b", 1.0)]) == {"a": pytest.approx(0.3), "b": 1.0}


def test_criteria_that_tell_no_responses_apart_are_named():
    marks = {"a": {"x": True, "y": True, "z": False}, "b": {"x": True, "y": False, "z": False}}

    assert undivided(marks) == {"x": True, "z": False}
    assert undivided({"a": marks["a"]}) == {}


CRITERIA = [
    Sample("Explains that bleeding means stopping the drug today."),
    Sample("The response should ask how long the fever has lasted"),
    Sample("Recommends doubling the dose", -8),
]


def test_keyword_stuffing_names_what_is_rewarded_and_nothing_else():
    text = stock_responses("May I go on?", CRITERIA)[KEYWORD_STUFFING]

    assert "- Bleeding means stopping the drug today" in text
    assert "- How long the fever has lasted" in text
    assert "doubling" not in text


def test_the_essay_quotes_the_question_and_names_the_field_s_expert():
    text = stock_responses("May I " + "really " * 60 + "go on?", CRITERIA, "law-governance")[SAFE_ESSAY]

    assert "a qualified lawyer" in text
    assert "May I really" in text
    assert "go on?" not in text


def test_there_are_three_probes_even_for_an_empty_rubric():
    made = stock_responses("", [])

    assert tuple(made) == PROBES
    assert all(made.values())
    assert "can’t help" in made[REFUSAL]
