"""Hostile files: a bad line never stops the good ones, and no file fills the memory."""

import gzip
import random
from pathlib import Path

import pytest

from curation.sources import Limits, SourceRow, TooLarge, UnknownSource, UnreadableFile, find_source
from curation.sources import read as read_source
from tests.curation.source_files import hh_line, only_problem, problems_of, read, read_bytes, rows_of


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"chosen":"x",}', "not JSON: trailing comma is not allowed at character"),
        (b'{"chosen":', "not JSON: the line ends in the middle of a value"),
        (b'{"chosen": "cut off', "not JSON: the line ends in the middle of a value"),
        (b"PK\x03\x04", "not JSON"),
        (b'["chosen","rejected"]', "expected an object, found an array"),
        (b'"text"', "expected an object, found a text"),
        (b"null", "expected an object, found null"),
        (b'{"chosen":NaN}', "NaN is not a JSON value"),
        (b'{"chosen":-Infinity}', "-Infinity is not a JSON value"),
        (b'{"chosen":1e999}', "the number 1e999… is out of range"),
        (b'{"chosen":' + b"9" * 5000 + b"}", "the number 999999999999… is out of range"),
        (b'{"chosen":"a","chosen":"b"}', 'the column "chosen" appears twice'),
        (b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested too deeply"),
        ('{"chosen":"café"}'.encode("latin-1"), "not UTF-8 at byte 15 of the line (is the file Latin-1?)"),
        (b'{"chosen":"x"} {"chosen":"y"}', "not JSON"),
    ],
)
def test_a_bad_line_is_named_and_its_neighbours_are_read(tmp_path: Path, line: bytes, reason: str) -> None:
    outcomes = read_bytes(tmp_path, hh_line() + line + b"\n" + hh_line())

    assert [outcome.line for outcome in outcomes] == [1, 2, 3]
    problem = only_problem(outcomes)
    assert problem.line == 2
    assert reason in problem.reason
    assert len(problem.reason) <= 500


def test_a_value_equal_to_a_key_is_no_doubled_column(tmp_path: Path) -> None:
    line = hh_line().replace(b"{", b'{"split":"chosen",', 1)

    assert len(rows_of(read_bytes(tmp_path, line))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + hh_line() + hh_line(),
        (hh_line() + hh_line()).replace(b"\n", b"\r\n"),
        (hh_line() + hh_line()).decode().encode("utf-16"),
        (hh_line() + hh_line()).decode().encode("utf-16-le"),
        (hh_line() + hh_line()).decode().encode("utf-16-be"),
        b"\n  \n" + hh_line() + b"\n" + hh_line().rstrip(b"\n"),
    ],
    ids=["BOM", "CRLF", "UTF-16", "UTF-16-LE", "UTF-16-BE", "blank lines"],
)
def test_encodings_and_line_ends_make_no_difference(tmp_path: Path, data: bytes) -> None:
    outcomes = read_bytes(tmp_path, data)

    assert [row.responses[0].text for row in rows_of(outcomes)] == ["Yes.", "Yes."]
    assert problems_of(outcomes) == []


def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    assert [outcome.line for outcome in read_bytes(tmp_path, b"\n\n" + hh_line())] == [3]


@pytest.mark.parametrize("name", ["file.jsonl", "file.json", "file.csv"])
@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_rows(tmp_path: Path, name: str, data: bytes) -> None:
    assert read_bytes(tmp_path, data, name) == []


def test_rows_before_the_break_of_a_truncated_gzip_are_kept(tmp_path: Path) -> None:
    words = random.Random(1)
    lines = b"".join(hh_line(chosen=str(words.random())) for _ in range(5000))
    path = tmp_path / "broken.jsonl.gz"
    whole = gzip.compress(lines)
    path.write_bytes(whole[: len(whole) // 2])

    outcomes = read(path)

    rows = rows_of(outcomes)
    problem = only_problem(outcomes)
    assert 2000 < len(rows) < 3000
    assert problem.line == len(rows) + 1
    assert "breaks off here" in problem.reason


def test_a_damaged_gzip_is_a_problem_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "damaged.jsonl.gz"
    path.write_bytes(b"\x1f\x8b" + b"not gzip at all")

    assert only_problem(read(path)).line == 1


def test_gzip_is_known_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_bytes(gzip.compress(hh_line()))

    assert len(rows_of(read(path))) == 1


def test_a_line_of_200_mb_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(hh_line())
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + hh_line())

    outcomes = read(path)

    assert [outcome.line for outcome in outcomes] == [1, 2, 3]
    assert only_problem(outcomes).reason == "the line is longer than 32 MB"


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.json.gz", "bomb.csv.gz"])
def test_a_bomb_stops_at_the_limit_whatever_it_is_packed_in(tmp_path: Path, name: str) -> None:
    data = b"[" + b" " * 20_000_000

    with pytest.raises(TooLarge, match=r"more than 10 MB once decompressed \(max_decoded_bytes\)"):
        read_bytes(
            tmp_path, data, name, limits=Limits(max_decoded_bytes=10_000_000, max_line_bytes=1_000_000)
        )


def test_rows_before_the_limit_were_yielded(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_bytes(hh_line() * 100)
    rows: list[object] = []

    with pytest.raises(TooLarge):
        rows.extend(read_source(find_source("hh-rlhf"), path, Limits(max_decoded_bytes=len(hh_line()) * 10)))

    reader = read_source(find_source("hh-rlhf"), path, Limits(max_decoded_bytes=len(hh_line()) * 10))
    assert all(isinstance(next(reader), SourceRow) for _ in range(10))


def test_a_response_of_10_mb_is_rejected_by_the_limit_it_passes(tmp_path: Path) -> None:
    problem = only_problem(read_bytes(tmp_path, hh_line(chosen="word " * 2_000_000)))

    assert problem.column == "chosen"
    assert "at most 2,000,000 are read" in problem.reason


def test_a_response_of_1_mb_is_kept_whole(tmp_path: Path) -> None:
    (row,) = rows_of(read_bytes(tmp_path, hh_line(chosen="e" + "\u0301" * 1_000_000)))

    assert len(row.responses[0].text) == 1_000_001


def test_an_unknown_source_names_those_there_are() -> None:
    with pytest.raises(UnknownSource, match=r"no source named “hh”\. The sources are: hh-rlhf, helpsteer2"):
        find_source("hh")


@pytest.mark.parametrize("name", ["file.txt", "file.pkl", "file", "file.jsonl.zip"])
def test_other_formats_are_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match=r"expected a file name that ends in \.jsonl"):
        read_bytes(tmp_path, hh_line(), name)


def test_damage_inside_compressed_data_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl.gz"
    whole = bytearray(gzip.compress(b"".join(hh_line(chosen=str(n)) for n in range(20000))))
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(bytes(whole))

    outcomes = read(path)

    assert "damaged or breaks off" in problems_of(outcomes)[-1].reason
