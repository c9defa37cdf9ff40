"""Files of any shape, read as people say."""

import json
from pathlib import Path
from typing import Any

import pytest

from curation.sources import Limits, Problem, SourceRow
from curation.sources.base import Record
from curation.sources.columns import columns_of, guess
from curation.sources.mapped import Answer, BadMapping, ColumnMapping, joined, mapped_source, steps
from curation.sources.reading import parsed, read

WHOLE = ColumnMapping(
    "data.question",
    system="data.system",
    responses=(Answer("answers[0].text", "answers[0].model"), Answer("answers[1].text", "answers[1].model")),
    domain="area",
    language="lang",
    license="terms",
    source="from",
    warnings="notes",
)
ROW: dict[str, Any] = {
    "data": {"question": "May I?", "system": "Be brief."},
    "answers": [{"text": "Yes.", "model": "m-1"}, {"text": "No.", "model": "m-2"}],
    "area": "law",
    "lang": "fr",
    "terms": "mit",
    "from": "a survey",
    "notes": "Violence, grief ,",
}


def outcome(mapping: ColumnMapping, **fields: Any) -> SourceRow | Problem:
    (found,) = parsed(mapped_source(mapping), iter([Record(1, fields)]), Limits())
    return found


def row(mapping: ColumnMapping, **fields: Any) -> SourceRow:
    found = outcome(mapping, **fields)
    assert isinstance(found, SourceRow), found
    return found


def test_every_target_is_taken_from_its_place() -> None:
    found = row(WHOLE, **ROW)

    assert found.messages == [{"role": "user", "content": "May I?"}]
    assert found.system == "Be brief."
    assert [(each.text, each.model) for each in found.responses] == [("Yes.", "m-1"), ("No.", "m-2")]
    assert (found.domain, found.language, found.license, found.source) == ("law", "fr", "mit", "a survey")
    assert found.warnings == ("violence", "grief")


def test_messages_that_end_on_the_assistant_bring_their_response() -> None:
    turns = [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U"},
        {"role": "assistant", "content": "A"},
    ]

    found = row(ColumnMapping("messages"), messages=turns)

    assert (found.system, [each.text for each in found.responses]) == ("S", ["A"])
    assert found.messages == [{"role": "user", "content": "U"}]


def test_a_shorter_list_has_fewer_responses() -> None:
    assert len(row(WHOLE, **{**ROW, "answers": ROW["answers"][:1]}).responses) == 1


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"data": {"system": ""}}, "data.question"),
        ({"data": {"question": " ", "system": ""}}, "data.question"),
        ({"data": {"question": 3, "system": ""}}, "data.question"),
        ({"data": {"question": "May I?", "system": 1}}, "data.system"),
        ({"data": {"question": [{"role": "assistant", "content": "A"}], "system": ""}}, "data.question"),
        ({"answers": "none"}, "answers[0].text"),
        ({"answers": [{"text": "Yes."}, {"text": "No.", "model": ""}]}, "answers[0].model"),
        ({"answers": [{"text": "Yes.", "model": ""}, {"text": "Yes.", "model": ""}]}, "answers[1].text"),
        ({"area": "x" * 61}, "area"),
        ({"lang": 5}, "lang"),
        ({"notes": 5}, "notes"),
        ({"notes": ["a"] * 21}, "notes"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(changed: dict[str, Any], column: str) -> None:
    found = outcome(WHOLE, **{**ROW, **changed})

    assert isinstance(found, Problem)
    assert found.column == column


@pytest.mark.parametrize(
    "mapping",
    [
        ColumnMapping(""),
        ColumnMapping("a", responses=(Answer("a"),)),
        ColumnMapping("a", responses=(Answer("b"), Answer("b"))),
        ColumnMapping("[0]"),
        ColumnMapping("a..b"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(mapping: ColumnMapping) -> None:
    with pytest.raises(BadMapping):
        mapped_source(mapping)


@pytest.mark.parametrize("keys", [["a"], ["a.b", 0, "c[1]"], ["x", 3, "\\"]])
def test_a_place_is_taken_apart_as_it_was_put_together(keys: list[str | int]) -> None:
    assert steps(joined(keys)) == keys


def test_a_mapping_comes_back_from_storage() -> None:
    assert ColumnMapping.from_json(json.loads(json.dumps(WHOLE.as_json()))) == WHOLE


def test_columns_are_found_with_their_kinds() -> None:
    records = [
        Record(1, {"prompt": None, "meta": {"tags": ["a", "b"]}, "n": 1}),
        Record(2, {"prompt": [{"role": "user", "content": "Why?"}]}),
    ]

    found = {column.path: column.kind for column in columns_of(records)}

    assert found == {
        "prompt": "messages", "meta.tags": "list", "meta.tags[0]": "text", "meta.tags[1]": "text", "n": "number",
    }  # fmt: skip


def test_the_guess_takes_usual_names() -> None:
    fields = {
        "id": 1,
        "instruction": "Do.",
        "response_a": "1",
        "response_b": "2",
        "model_a": "m",
        "lang": "en",
    }

    found = guess(columns_of([Record(1, fields)]))

    assert (found.prompt, found.language) == ("instruction", "lang")
    assert found.responses == (Answer("response_a", "model_a"), Answer("response_b"))


def test_hostile_columns_stay_few() -> None:
    fields: dict[str, object] = {f"c{n}": "x" * 1000 for n in range(5000)}

    found = columns_of([Record(1, fields)])

    assert len(found) == 120
    assert max(len(column.sample) for column in found) == 80


def test_the_files_of_a_folder_are_numbered_through(tmp_path: Path) -> None:
    (tmp_path / "0000-a.jsonl").write_text('{"q": "One?"}\n\n{"q": ""}\n')
    (tmp_path / "0001-b.jsonl").write_text('{"q": "Two?"}\n{')

    found = list(read(mapped_source(ColumnMapping("q")), tmp_path, Limits()))

    assert [each.line for each in found] == [1, 3, 4, 5]
    assert isinstance(found[3], Problem)
    assert found[3].reason.endswith("(line 2 of 0001-b.jsonl)")
