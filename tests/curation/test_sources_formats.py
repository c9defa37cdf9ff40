"""The same rows in JSON arrays, CSV and Parquet, and the columns of generic pairs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation.sources import Limits, SourceRow, TooLarge, UnreadableFile
from tests.curation.source_files import only_problem, problems_of, read, read_bytes, rows_of

Fields = dict[str, object]
PAIR: Fields = {"prompt": "Is it?", "chosen": "Yes.", "rejected": "No."}


def read_pairs(folder: Path, *rows: Fields, name: str = "pairs.jsonl") -> list[object]:
    data = "\n".join(map(json.dumps, rows)).encode()
    return list(read_bytes(folder, data, name, source="pairs"))


def one_row(folder: Path, **fields: object) -> SourceRow:
    (row,) = read_pairs(folder, PAIR | fields)
    assert isinstance(row, SourceRow), row
    return row


def one_problem(folder: Path, fields: Fields) -> tuple[str, str]:
    problem = only_problem(read_bytes(folder, json.dumps(fields).encode(), source="pairs"))
    return problem.column, problem.reason


def test_a_pair_holds_what_is_known_about_it(tmp_path: Path) -> None:
    row = one_row(
        tmp_path,
        system="Be brief.",
        domain="health",
        source="clinic",
        license="cc-by-4.0",
        chosen_model="m1",
        rejected_model="m2",
        unknown={"deep": []},
    )

    assert row.messages == [{"role": "user", "content": "Is it?"}]
    assert [(each.text, each.model) for each in row.responses] == [("Yes.", "m1"), ("No.", "m2")]
    assert (row.system, row.domain, row.source, row.license) == ("Be brief.", "health", "clinic", "cc-by-4.0")
    assert row.preferred == 0


def test_undecided_responses_prefer_none(tmp_path: Path) -> None:
    (row,) = read_pairs(tmp_path, {"prompt": "a", "response_a": "b", "response_b": "c", "model_b": "m"})

    assert isinstance(row, SourceRow)
    assert row.preferred is None
    assert [(each.text, each.model) for each in row.responses] == [("b", ""), ("c", "m")]


def test_messages_are_read_as_trainers_write_them(tmp_path: Path) -> None:
    prompt = [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c"},
    ]

    row = one_row(tmp_path, prompt=prompt, chosen=[{"role": "assistant", "content": "d"}])

    assert row.system == "S"
    assert row.messages == prompt[1:]
    assert row.responses[0].text == "d"


@pytest.mark.parametrize(
    ("fields", "column", "reason"),
    [
        ({"chosen": "a", "rejected": "b"}, "prompt", 'there is no column "prompt"'),
        ({"prompt": "a"}, "chosen", 'there is no column "chosen"'),
        ({"prompt": "a", "response_a": "b"}, "response_b", 'there is no column "response_b"'),
        (PAIR | {"rejected": "Yes."}, "rejected", "the two responses are the same"),
        (PAIR | {"prompt": " \n"}, "prompt", "the text is empty"),
        (PAIR | {"prompt": 7}, "prompt", "expected a text or a list of messages, found a number"),
        (PAIR | {"prompt": []}, "prompt", "found a list"),
        (PAIR | {"prompt": ["a"]}, "prompt", "message 1: expected role and content, found a text"),
        (PAIR | {"prompt": [{"role": "tool", "content": "a"}]}, "prompt", "message 1: the role must be"),
        (PAIR | {"prompt": [{"role": ["user"], "content": "a"}]}, "prompt", "message 1: the role must be"),
        (
            PAIR | {"prompt": [{"role": "user", "content": None}]},
            "prompt",
            "message 1: the content must be a text",
        ),
        (PAIR | {"prompt": [{"role": "user", "content": " "}]}, "prompt", "message 1: the text is empty"),
        (PAIR | {"prompt": [{"role": "assistant", "content": "a"}]}, "prompt", "must end on a user turn"),
        (PAIR | {"prompt": [{"role": "system", "content": "a"}]}, "prompt", "must end on a user turn"),
        (
            PAIR | {"chosen": [{"role": "user", "content": "a"}]},
            "chosen",
            "expected one message, of the assistant",
        ),
        (PAIR | {"chosen": True}, "chosen", "expected a text, found a boolean"),
        (PAIR | {"license": 3}, "license", "expected a text, found a number"),
        (PAIR | {"domain": "x" * 61}, "domain", "at most 60 fit"),
        (PAIR | {"system": 1}, "system", "expected a text, found a number"),
    ],
)
def test_what_is_wrong_with_a_pair_names_its_column(
    tmp_path: Path, fields: Fields, column: str, reason: str
) -> None:
    found = one_problem(tmp_path, fields)

    assert found[0] == column
    assert reason in found[1]


def test_two_different_system_prompts_are_refused(tmp_path: Path) -> None:
    prompt = [{"role": "system", "content": "S"}, {"role": "user", "content": "a"}]

    assert one_problem(tmp_path, PAIR | {"prompt": prompt, "system": "T"})[0] == "system"


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_is_read_by_its_elements(tmp_path: Path, indent: int | None) -> None:
    rows = [PAIR | {"prompt": f"{n} " * 9000} for n in range(30)] + [PAIR]
    data = json.dumps(rows, indent=indent).encode()

    outcomes = read_bytes(tmp_path, data, "pairs.json", source="pairs")

    assert [row.line for row in rows_of(outcomes)] == list(range(1, 32))
    assert problems_of(outcomes) == []


@pytest.mark.parametrize(
    ("data", "lines", "reason"),
    [
        (b'[{"prompt":NaN},@]', [1, 2], "NaN is not a JSON value"),
        (b"[1, @]", [1, 2], "expected an object, found a number"),
        (b'[{"prompt":"a","prompt":"b"}]', [1], 'the column "prompt" appears twice'),
        (b"[" * 5000, [1], "nested too deeply"),
        (b'[{"prompt":"a"} {"prompt":"b"}]', [1, 2], 'no column "chosen"'),
        (b"[]", [], ""),
        (b"[,]", [1], "not JSON from here on"),
        (b"[", [1], "not JSON from here on"),
        ('["é"]'.encode("latin-1"), [1], "not UTF-8 from here on"),
        (b'["' + b"x" * 3_000_000 + b'"]', [1], "an element of more than 1 MB"),
    ],
)
def test_a_damaged_array_keeps_what_was_before(
    tmp_path: Path, data: bytes, lines: list[int], reason: str
) -> None:
    outcomes = read_bytes(
        tmp_path, data, "pairs.json", source="pairs", limits=Limits(max_line_bytes=1_000_000)
    )

    assert [problem.line for problem in problems_of(outcomes)] == lines
    assert not lines or reason in problems_of(outcomes)[0].reason


def test_lone_surrogates_in_an_array_are_replaced(tmp_path: Path) -> None:
    data = rb'[{"prompt":"a","chosen":"b\ud83d","rejected":"c\ud83d\ude00"}]'

    (row,) = rows_of(read_bytes(tmp_path, data, "pairs.json", source="pairs"))

    assert [each.text for each in row.responses] == ["b\ufffd", "c😀"]


def test_json_lines_in_a_file_named_json_are_read(tmp_path: Path) -> None:
    assert len(read_pairs(tmp_path, PAIR, PAIR, name="pairs.json")) == 2


def test_csv_rows_are_numbered_by_the_line_they_begin_on(tmp_path: Path) -> None:
    data = b'prompt,chosen,rejected\r\n"a\r\nb",c,d\r\n\r\ne,f,g\r\n'

    outcomes = read_bytes(tmp_path, b"\xef\xbb\xbf" + data, "pairs.csv", source="pairs")

    assert [row.line for row in rows_of(outcomes)] == [2, 5]
    assert rows_of(outcomes)[0].messages[0]["content"] == "a\r\nb"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (b"a,b\n", "", "2 columns; the first line names 3"),
        (b"caf\xe9,b,c\n", "prompt", "not UTF-8"),
        (b'"a"x,b,c\n', "", "not CSV"),
        (b"a," + b"x" * 2_000_000 + b",c\n", "", "the line is longer than 1 MB"),
    ],
)
def test_a_bad_csv_row_is_named_and_its_neighbours_are_read(
    tmp_path: Path, row: bytes, column: str, reason: str
) -> None:
    data = b"prompt,chosen,rejected\na,b,c\n" + row + b"d,e,f\n"

    outcomes = read_bytes(
        tmp_path, data, "pairs.csv", source="pairs", limits=Limits(max_line_bytes=1_000_000)
    )

    assert [outcome.line for outcome in rows_of(outcomes)] == [2, 4]
    problem = only_problem(outcomes)
    assert (problem.line, problem.column) == (3, column)
    assert reason in problem.reason


def test_a_quoted_row_that_lost_a_line_is_no_row(tmp_path: Path) -> None:
    data = b'prompt,chosen,rejected\n"a\n' + b"x" * 2_000_000 + b'\nb",c,d\ne,f,g\n'

    outcomes = read_bytes(
        tmp_path, data, "pairs.csv", source="pairs", limits=Limits(max_line_bytes=1_000_000)
    )

    assert [outcome.line for outcome in outcomes] == [3, 5]
    assert only_problem(outcomes).line == 3


def test_nul_in_csv_is_replaced(tmp_path: Path) -> None:
    (row,) = read_bytes(tmp_path, b"prompt,chosen,rejected\na,b\0,c\n", "pairs.csv", source="pairs")

    assert isinstance(row, SourceRow)
    assert row.responses[0].text == "b\ufffd"


def test_an_open_quote_does_not_fill_the_memory(tmp_path: Path) -> None:
    data = b'prompt,chosen,rejected\n"a,b,c\n' + b"d,e,f\n" * 200_000

    outcomes = read_bytes(
        tmp_path, data, "pairs.csv", source="pairs", limits=Limits(max_line_bytes=1_000_000)
    )

    assert "field larger than field limit" in problems_of(outcomes)[0].reason


def write_parquet(path: Path, columns: dict[str, list[object]]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_rows_are_numbered_from_one(tmp_path: Path) -> None:
    prompt = [{"role": "user", "content": "a"}]
    path = write_parquet(
        tmp_path / "pairs.parquet",
        {"prompt": [prompt] * 40, "chosen": ["b"] * 40, "rejected": ["c"] * 39 + [None], "extra": [1] * 40},
    )

    outcomes = read(path, "pairs")

    assert [row.line for row in rows_of(outcomes)] == list(range(1, 40))
    assert only_problem(outcomes)[:2] == (40, "rejected")


def test_a_parquet_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    text = "x" * 1_000_000
    array = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), pa.array([text]))
    path = write_parquet(tmp_path / "bomb.parquet", {"prompt": array, "chosen": array, "rejected": array})
    assert path.stat().st_size < 5_000_000

    with pytest.raises(TooLarge, match="max_decoded_bytes"):
        read(path, "pairs", Limits(max_decoded_bytes=200_000_000))


MEASURED = """
import sys
from pathlib import Path
from curation.sources import Limits, TooLarge, find_source, read
try:
    for row in read(find_source("pairs"), Path(sys.argv[1]), Limits(max_batch_bytes=int(sys.argv[2]))):
        pass
except TooLarge as error:
    print(error)
# Not getrusage: that begins with the peak of the process that started this one.
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(int(peak.split()[1]) // 1024)
"""


def read_measured(path: Path, max_batch_bytes: int) -> tuple[str, int]:
    """Read a bomb in a process of its own; return what it said and its peak of memory in MB."""
    command = [sys.executable, "-c", MEASURED, str(path), str(max_batch_bytes)]
    environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    said, megabytes = done.stdout.splitlines()
    return said, int(megabytes)


def test_a_parquet_bomb_of_150_gb_fills_no_memory(tmp_path: Path) -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), pa.array(["x" * 1_000_000]))
    path = write_parquet(tmp_path / "bomb.parquet", {"prompt": array, "chosen": array, "rejected": array})

    said, megabytes = read_measured(path, 1_000_000_000)

    assert "more than 8,000 MB once decompressed" in said
    assert megabytes < 300


def test_a_parquet_page_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.parquet"
    texts = pa.array(["x" * 1_000_000 + str(n) for n in range(120)])
    table = pa.table({"prompt": texts, "chosen": texts, "rejected": texts})
    pq.write_table(
        table,
        path,
        compression="zstd",
        use_dictionary=False,
        data_page_size=1 << 30,
        write_batch_size=1 << 20,
    )

    said, megabytes = read_measured(path, 100_000_000)

    assert "rows from 1 on need more than 100 MB of memory (max_batch_bytes)" in said
    assert megabytes < 300


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b'{"prompt":"a"}'])
def test_what_is_no_parquet_file_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="is not a Parquet file"):
        read_bytes(tmp_path, data, "pairs.parquet", source="pairs")
