"""Lines of HealthBench's JSONL: read, written again byte for byte, and edited."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.rubric.frames import BadJson, parse
from curation.rubric.healthbench import (
    Line,
    Sheet,
    Turn,
    Unusable,
    axis_of,
    export_line,
    new_line,
    parse_row,
    with_axis,
)
from curation.text import sanitise

ROW: dict[str, Any] = {
    "example_tags": ["theme:hedging"],
    "ideal_completions_data": {
        "ideal_completion": "Call a doctor tonight.",
        "ideal_completions_group": "g1",
        "ideal_completions_ref_completions": ["Wait.", "Rest."],
    },
    "prompt": [{"role": "user", "content": "My calf hurts after the flight."}],
    "prompt_id": "p-1",
    "rubrics": [
        {"criterion": "Names a clot", "points": 7, "tags": ["level:example", "axis:accuracy"]},
        {
            "criterion": "Advises waiting a week",
            "points": -8.5,
            "tags": ["axis:context_awareness"],
            "note": "é",
        },
    ],
    "canary": "keep me",
}


def line(**changes: Any) -> str:
    return json.dumps({**ROW, **changes})


def reason(**changes: Any) -> str:
    with pytest.raises(Unusable) as refused:
        parse_row(line(**changes))
    return str(refused.value)


def test_a_line_is_read_with_everything_that_people_can_change_here():
    row = parse_row(line())

    assert row.prompt_id == "p-1"
    assert row.sheet.prompt == (Turn("user", "My calf hurts after the flight."),)
    assert row.sheet.rubric[1] == Line(
        "Advises waiting a week", Decimal("-8.5"), ("axis:context_awareness",), 1
    )
    assert row.sheet.ideal == "Call a doctor tonight."
    assert row.references == ("Wait.", "Rest.")


SPELLINGS = [
    line(),
    json.dumps(ROW, ensure_ascii=False, separators=(",", ":")),
    json.dumps(ROW, indent=1).replace("\n", ""),
    '{"prompt_id":"x","prompt":[{"content":"Hi \\u00e9\\ud83d\\ude00\\/","role":"user","extra":null}],'
    '"rubrics":[{"points":7.0,"criterion":"A"},{"criterion":"B","points":1e1,"tags":[]}]}',
    ' {"prompt_id":"x","prompt":[{"role":"system","content":"S"},{"role":"user","content":"U\\u0000\\ud800"}],"rubrics":[ ]} ',
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_unchanged_row_leaves_byte_for_byte_as_it_came(spelling):
    assert export_line(spelling, parse_row(spelling).sheet) == spelling


texts = st.text(st.characters(), min_size=1, max_size=30).filter(lambda text: bool(text.strip()))
tags = st.lists(st.text(st.characters(), max_size=20), max_size=3, unique=True).filter(
    lambda found: len({sanitise(each).text for each in found}) == len(found)
)
worth = st.one_of(
    st.integers(-10, 10).filter(bool),
    st.sampled_from(["7.0", "-1e1", "0.25", "1.50", "-2.5E0", "10.00"]),
)
extra = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=6,
)


@st.composite
def objects(draw: st.DrawFn) -> str:
    """A HealthBench object in some spelling of JSON."""

    def shuffled(fields: dict[str, str]) -> str:
        pairs = draw(st.permutations(list(fields.items())))
        blank = draw(st.sampled_from(["", " "]))
        return "{" + f",{blank}".join(f"{spelled(key)}:{blank}{value}" for key, value in pairs) + "}"

    def spelled(value: object) -> str:
        plain = json.dumps(value, ensure_ascii=False)
        # A file in UTF-8 holds lone surrogates as escapes only.
        return json.dumps(value) if has_surrogate(plain) or draw(st.booleans()) else plain

    def criterion() -> str:
        fields = {"criterion": spelled(draw(texts)), "points": str(draw(worth))}
        if draw(st.booleans()):
            fields["tags"] = spelled(draw(tags))
        if draw(st.booleans()):
            fields["origin"] = spelled(draw(extra))
        return shuffled(fields)

    turns = [shuffled({"role": '"user"', "content": spelled(draw(texts))})]
    fields = {
        "prompt": f"[{', '.join(turns)}]",
        "prompt_id": spelled(draw(texts)),
        "rubrics": "[" + ",".join(criterion() for _ in range(draw(st.integers(0, 4)))) + "]",
    }
    if draw(st.booleans()):
        fields["ideal_completions_data"] = spelled(
            draw(st.none() | st.fixed_dictionaries({"ideal_completion": st.none() | texts}))
        )
    if draw(st.booleans()):
        fields["canary"] = spelled(draw(extra))
    return shuffled(fields)


def has_surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


@given(objects())
@settings(max_examples=300, deadline=None)
def test_any_row_leaves_byte_for_byte_as_it_came(source):
    assert export_line(source, parse_row(source).sheet) == source


@given(objects(), texts)
@settings(max_examples=200, deadline=None)
def test_an_edited_rubric_leaves_with_its_changes_and_nothing_else_changed(source, words):
    sheet = parse_row(source).sheet
    words = words.replace("\x00", "").encode("utf-8", "ignore").decode() or "x"
    rubric = (
        *(replace_text(each, words) for each in sheet.rubric[:1]),
        *sheet.rubric[1:],
        Line(words, Decimal("2.5")),
    )

    after = json.loads(export_line(source, replace(sheet, rubric=rubric)))

    before = json.loads(source)
    expected = [
        {**each, **({"criterion": words} if place == 0 else {})}
        for place, each in enumerate(before["rubrics"])
    ]
    assert after == {**before, "rubrics": [*expected, {"criterion": words, "points": 2.5, "tags": []}]}
    assert list(after) == list(before)


def replace_text(each: Line, words: str) -> Line:
    return each._replace(text=words)


def changed(raw: str, **changes: Any) -> str:
    sheet = parse_row(raw).sheet
    return export_line(raw, replace(sheet, **changes))


def test_only_the_edited_words_of_a_line_change():
    raw = line()
    first, second = parse_row(raw).sheet.rubric

    assert changed(raw, rubric=(first._replace(text="Names a clot in the leg"), second)) == raw.replace(
        "Names a clot", "Names a clot in the leg"
    )
    assert changed(raw, rubric=(first, second._replace(points=Decimal(-9)))) == raw.replace("-8.5", "-9")
    assert changed(raw, ideal="Go to hospital.") == raw.replace("Call a doctor tonight.", "Go to hospital.")


def test_criteria_leave_in_their_new_order_and_without_those_that_were_retired():
    raw = line()
    first, second = parse_row(raw).sheet.rubric

    assert json.loads(changed(raw, rubric=(second, first)))["rubrics"] == ROW["rubrics"][::-1]
    assert json.loads(changed(raw, rubric=(second,)))["rubrics"] == ROW["rubrics"][1:]
    assert json.loads(changed(raw, rubric=()))["rubrics"] == []


@pytest.mark.parametrize("data", [None, {}, "absent"])
def test_an_ideal_answer_finds_its_place_wherever_there_was_none(data):
    raw = line(ideal_completions_data=data)
    if data == "absent":
        raw = json.dumps({key: value for key, value in ROW.items() if key != "ideal_completions_data"})

    after = json.loads(changed(raw, ideal="Go."))

    assert after["ideal_completions_data"]["ideal_completion"] == "Go."
    assert after["canary"] == "keep me"


def test_tags_are_added_to_a_criterion_that_had_none():
    raw = (
        '{"prompt_id":"x","prompt":[{"role":"user","content":"U"}],"rubrics":[{"criterion":"A","points":1}]}'
    )
    rubric = (Line("A", Decimal(1), ("axis:accuracy",), 0),)

    assert json.loads(changed(raw, rubric=rubric))["rubrics"] == [
        {"criterion": "A", "points": 1, "tags": ["axis:accuracy"]}
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompt": []}, "prompt: does not end on a user turn"),
        ({"prompt": [{"role": "assistant", "content": "Hi"}]}, "prompt: does not end on a user turn"),
        ({"prompt": [{"role": "tool", "content": "Hi"}]}, "prompt[0].role: “tool” can’t stand here"),
        ({"prompt": [{"role": "user", "content": " "}]}, "prompt[0].content: is empty"),
        ({"prompt": ["Hi"]}, "prompt[0]: expected an object, found a string"),
        ({"prompt": "Hi"}, "prompt: expected an array, found a string"),
        ({"prompt_id": ""}, "prompt_id: expected 1 to 120 characters"),
        ({"rubrics": [{"criterion": "A", "points": 0}]}, "rubrics[0].points: 0 is not a number"),
        ({"rubrics": [{"criterion": "A", "points": 11}]}, "rubrics[0].points: 11 is not a number"),
        ({"rubrics": [{"criterion": "A", "points": 0.125}]}, "more than two decimal places"),
        ({"rubrics": [{"criterion": "A", "points": "5"}]}, "rubrics[0].points: expected a number, found a string"),
        ({"rubrics": [{"criterion": "", "points": 5}]}, "rubrics[0].criterion: is empty"),
        ({"rubrics": [{"points": 5}]}, "rubrics[0].criterion: is missing"),
        ({"rubrics": [{"criterion": "A", "points": 5, "tags": ["a", "a"]}]}, "rubrics[0].tags: a tag stands there twice"),
        ({"rubrics": [{"criterion": "A", "points": 5, "tags": ["a" * 201]}]}, "more than 200 characters"),
        ({"ideal_completions_data": []}, "ideal_completions_data: expected an object or null"),
    ],
)  # fmt: skip
def test_a_line_that_can_t_be_taken_says_which_field_and_why(changes, said):
    assert said in reason(**changes)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "nonsense",
        "{",
        '{"a":1,}',
        '{"a" 1}',
        '{"a":1} x',
        "[1,]",
        '"\x01"',
        "[" * 200,
        '{"a":1,"a":2}',
        "NaN",
        "01",
        '{a":1}',
        "tru",
    ],
)
def test_what_is_no_json_is_refused_as_such(source):
    with pytest.raises(BadJson):
        parse(source)


@pytest.mark.parametrize("points", ["1e-99999999999999999999", "1e99999999999999999999", "-0", "1e-400"])
def test_numbers_beyond_all_sense_are_refused_as_points(points):
    with pytest.raises(Unusable, match="points"):
        parse_row(line().replace(": 7,", f": {points},"))


def test_the_axis_is_read_from_the_tags_and_written_back_in_its_place():
    tags = ("level:example", "axis:context_awareness", "z")

    assert axis_of(tags) == "context awareness"
    assert with_axis(tags, "context awareness") == tags
    assert with_axis(tags, "accuracy") == ("level:example", "axis:accuracy", "z")
    assert with_axis(tags, "") == ("level:example", "z")
    assert with_axis((), "accuracy") == ("axis:accuracy",)


def test_a_scenario_written_here_leaves_in_the_same_shape():
    sheet = Sheet((Turn("user", "Hi"),), (Line("Greets", Decimal("2.00"), ("axis:accuracy",)),), "Hello.")
    row = json.loads(new_line("prm_1", sheet, example_tags=["domain:health"]))

    assert parse_row(json.dumps(row)).sheet == replace(sheet, rubric=(sheet.rubric[0]._replace(source=0),))
    assert row["rubrics"][0]["points"] == 2
    assert list(row) == ["example_tags", "ideal_completions_data", "prompt", "prompt_id", "rubrics"]
