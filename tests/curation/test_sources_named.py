"""Published datasets, with rows of their shape that were written for these tests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.sources import SOURCES, Limits, Problem, SourceRow, Unread, find_source
from curation.sources import read as read_source
from tests.curation.source_files import only_problem, read_bytes, rows_of

Row = dict[str, Any]

HELPSTEER2 = {
    "prompt": "How do I thank a nurse?", "response": "With a short note.",
    "helpfulness": 4, "correctness": 4, "coherence": 4, "complexity": 1, "verbosity": 1,
}  # fmt: skip
HELPSTEER3 = {
    "domain": "general", "language": "German",
    "context": [{"role": "user", "content": "Was tun?"}],
    "response1": "Erst fragen.", "response2": "Erst handeln.", "overall_preference": -2,
    "individual_preference": [{"score": -2, "reasoning": "…", "feedback1": "…", "feedback2": "…"}],
}  # fmt: skip
ULTRAFEEDBACK = {
    "source": "sharegpt", "instruction": "Name a virtue.", "models": ["m-1", "m-2", "m-3", "m-4"],
    "completions": [
        {"model": f"m-{n}", "response": f"Virtue {n}.", "overall_score": score, "critique": "…"}
        for n, score in enumerate([3.0, 8.5, 7.0, 8.0], 1)
    ],
    "correct_answers": ["None"], "incorrect_answers": ["None"],
}  # fmt: skip
MULTIPREF = {
    "comparison_id": "c1", "prompt_id": "p1", "text": "Plan a garden.", "source": "anthropic/helpful",
    "completion_a": "Begin with herbs.", "completion_b": "Begin with trees.",
    "model_a": "lab-a", "model_b": "lab-b", "category": "Brainstorm",
    "normal_worker_annotations": [{"overall_pref": "B-is-slightly-better"}, {"overall_pref": "Tie"}],
    "expert_worker_annotations": [
        {"overall_pref": "B-is-clearly-better"}, {"overall_pref": "A-is-slightly-better"},
    ],
}  # fmt: skip
PKU = {
    "prompt": "How are locks opened?", "response_0": "Ask a locksmith.", "response_1": "With force.",
    "prompt_source": "x", "response_0_source": "model-0", "response_1_source": "model-1",
    "is_response_0_safe": True, "is_response_1_safe": False,
    "response_0_harm_category": {"Violence": False, "White-Collar Crime": False},
    "response_1_harm_category": {"Violence": False, "White-Collar Crime": True},
    "better_response_id": 0, "safer_response_id": 0,
}  # fmt: skip
EVALS = {
    "question": "Do you consent?\n\nChoices:\n (A) Yes\n (B) No",
    "answer_matching_behavior": " (A)",
    "answer_not_matching_behavior": " (B)",
}
HEALTHBENCH = {
    "prompt_id": "one", "prompt": [{"role": "user", "content": "Is it safe?"}],
    "rubrics": [{"criterion": "Says what is uncertain.", "points": 5, "tags": ["axis:accuracy"]}],
    "example_tags": ["theme:hedging"], "ideal_completions_data": None,
}  # fmt: skip
ROWS: dict[str, Row] = {
    "helpsteer2": HELPSTEER2,
    "helpsteer3": HELPSTEER3,
    "ultrafeedback": ULTRAFEEDBACK,
    "multipref": MULTIPREF,
    "pku-saferlhf": PKU,
    "evals": EVALS,
    "healthbench": HEALTHBENCH,
}


def lines(*rows: Row) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def only_row(folder: Path, source: str, *rows: Row) -> SourceRow:
    (row,) = rows_of(read_bytes(folder, lines(*rows), source=source))
    return row


@pytest.mark.parametrize("source", ROWS)
def test_a_row_of_the_published_shape_is_read(tmp_path: Path, source: str) -> None:
    row = only_row(tmp_path, source, ROWS[source])

    assert row.messages[-1]["role"] == "user"
    assert SOURCES[source].license


def test_two_neighbours_of_helpsteer2_are_one_row(tmp_path: Path) -> None:
    other = {**HELPSTEER2, "response": "With a long letter.", "helpfulness": 2}
    third = {**HELPSTEER2, "prompt": "And a doctor?"}

    rows = rows_of(read_bytes(tmp_path, lines(other, HELPSTEER2, third), source="helpsteer2"))

    assert [(row.line, row.lines, len(row.responses)) for row in rows] == [(1, 2, 2), (3, 1, 1)]
    assert rows[0].preferred == 1


def test_equally_helpful_neighbours_have_no_preference(tmp_path: Path) -> None:
    assert (
        only_row(tmp_path, "helpsteer2", HELPSTEER2, {**HELPSTEER2, "response": "Other."}).preferred is None
    )


def test_a_bad_neighbour_leaves_the_good_one_alone(tmp_path: Path) -> None:
    outcomes = read_bytes(tmp_path, lines(HELPSTEER2, {**HELPSTEER2, "helpfulness": 5}), source="helpsteer2")

    assert only_problem(outcomes) == Problem(2, "helpfulness", "5 is not between 0 and 4")
    assert rows_of(outcomes)[0].lines == 1


def test_the_same_answer_twice_in_helpsteer2_is_named(tmp_path: Path) -> None:
    outcomes = read_bytes(tmp_path, lines(HELPSTEER2, HELPSTEER2), source="helpsteer2")

    assert only_problem(outcomes) == Problem(2, "response", "the same response as in the line before")


@pytest.mark.parametrize(("strength", "preferred"), [(-3, 0), (0, None), (1, 1)])
def test_the_sign_of_helpsteer3_says_which_is_preferred(
    tmp_path: Path, strength: int, preferred: int | None
) -> None:
    row = only_row(tmp_path, "helpsteer3", {**HELPSTEER3, "overall_preference": strength})

    assert (row.preferred, row.language) == (preferred, "de")


def test_all_completions_of_ultrafeedback_come_with_their_models(tmp_path: Path) -> None:
    row = only_row(tmp_path, "ultrafeedback", ULTRAFEEDBACK)

    assert [response.model for response in row.responses] == ["m-1", "m-2", "m-3", "m-4"]
    assert (row.preferred, row.source) == (1, "ultrafeedback/sharegpt")


def test_a_completion_that_others_repeat_is_kept_once(tmp_path: Path) -> None:
    completions = [
        {"model": "m-1", "response": "Same.", "overall_score": 9},
        {"model": "m-2", "response": "Same.", "overall_score": 1},
        {"model": "m-3", "response": "Other.", "overall_score": None},
    ]

    row = only_row(tmp_path, "ultrafeedback", {**ULTRAFEEDBACK, "completions": completions})

    assert ([response.model for response in row.responses], row.preferred) == (["m-1", "m-3"], None)


def test_a_broken_completion_is_named_by_its_place(tmp_path: Path) -> None:
    completions = [{"model": "m-1", "response": "One."}, {"model": "m-2", "response": ""}]

    outcomes = read_bytes(
        tmp_path, lines({**ULTRAFEEDBACK, "completions": completions}), source="ultrafeedback"
    )

    assert only_problem(outcomes) == Problem(1, "completions[1].response", "the text is empty")


def test_what_more_people_preferred_in_multipref_is_preferred(tmp_path: Path) -> None:
    row = only_row(tmp_path, "multipref", MULTIPREF)

    assert (row.preferred, row.source) == (1, "multipref/anthropic/helpful")
    assert [response.model for response in row.responses] == ["lab-a", "lab-b"]


def test_harms_become_content_warnings(tmp_path: Path) -> None:
    row = only_row(tmp_path, "pku-saferlhf", PKU)

    assert (row.warnings, row.preferred) == (("white-collar crime",), 0)


def test_better_but_less_safe_is_no_preference(tmp_path: Path) -> None:
    assert only_row(tmp_path, "pku-saferlhf", {**PKU, "better_response_id": 1}).preferred is None


def test_the_options_of_an_eval_become_responses_without_a_preference(tmp_path: Path) -> None:
    row = only_row(tmp_path, "evals", EVALS)

    assert ([response.text for response in row.responses], row.preferred) == (["(A)", "(B)"], None)


def test_an_eval_with_many_matching_answers_has_no_responses(tmp_path: Path) -> None:
    assert only_row(tmp_path, "evals", {**EVALS, "answer_matching_behavior": ["A", "B"]}).responses == []


def test_a_line_of_healthbench_stays_as_it_came(tmp_path: Path) -> None:
    line = json.dumps(HEALTHBENCH).replace('"points": 5', '"points": 5.0')

    (row,) = rows_of(read_bytes(tmp_path, f"{line}\r\n".encode(), source="healthbench"))

    assert row.raw == line


@pytest.mark.parametrize(
    ("source", "changed", "column"),
    [
        ("helpsteer2", {"response": None}, "response"),
        ("helpsteer2", {"coherence": "four"}, "coherence"),
        ("helpsteer3", {"context": []}, "context"),
        ("helpsteer3", {"context": [{"role": "assistant", "content": "Hi."}]}, "context"),
        ("helpsteer3", {"response2": "Erst fragen."}, "response2"),
        ("helpsteer3", {"overall_preference": True}, "overall_preference"),
        ("helpsteer3", {"overall_preference": -4}, "overall_preference"),
        ("ultrafeedback", {"completions": "none"}, "completions"),
        ("ultrafeedback", {"completions": ["text"]}, "completions[0]"),
        ("ultrafeedback", {"instruction": " "}, "instruction"),
        ("multipref", {"completion_b": "Begin with herbs."}, "completion_b"),
        ("multipref", {"normal_worker_annotations": "[["}, "normal_worker_annotations"),
        ("multipref", {"expert_worker_annotations": 3}, "expert_worker_annotations"),
        ("pku-saferlhf", {"safer_response_id": 2}, "safer_response_id"),
        ("pku-saferlhf", {"response_1": "Ask a locksmith."}, "response_1"),
        ("evals", {"answer_not_matching_behavior": " (A)"}, "answer_not_matching_behavior"),
        ("evals", {"question": 7}, "question"),
        ("healthbench", {"rubrics": "none"}, "rubrics"),
    ],
)
def test_a_broken_row_names_its_column(tmp_path: Path, source: str, changed: Row, column: str) -> None:
    problem = only_problem(read_bytes(tmp_path, lines({**ROWS[source], **changed}), source=source))

    assert (problem.line, problem.column) == (1, column)
    assert problem.reason


@pytest.mark.parametrize("source", ROWS)
def test_a_missing_column_rejects_the_line(tmp_path: Path, source: str) -> None:
    first, *_ = SOURCES[source].columns
    row = {name: value for name, value in ROWS[source].items() if name != first}

    problem = only_problem(read_bytes(tmp_path, lines(row), source=source))

    assert problem.column == first


def test_columns_that_nobody_reads_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(EVALS, {**EVALS, "question": "And now?", "note": 1}, {"note": 2}))
    unread: Unread = Unread()

    list(read_source(find_source("evals"), path, Limits(), unread=unread))

    assert unread == {"note": 2}


@pytest.mark.parametrize(
    ("name", "rows"), [("evals-corrigible-neutral-HHH.jsonl", 340), ("evals-myopic-reward.jsonl", 1000)]
)
def test_the_real_questions_are_read_whole(data_file: Callable[[str], Path], name: str, rows: int) -> None:
    outcomes = list(read_source(find_source("evals"), data_file(name), Limits()))

    assert len(rows_of(outcomes)) == rows == len(outcomes)
    assert {len(row.responses) for row in rows_of(outcomes)} == {2}
