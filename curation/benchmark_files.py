"""Reads the texts of a benchmark, or the hashes of its n-grams, out of a file. Knows no Django."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from curation.similarity.grams import number
from curation.sources import Limits, Problem
from curation.sources.base import Record
from curation.sources.opening import EXTENSIONS, open_source
from curation.sources.reading import read_records

TEXT_ENDINGS = (".txt", ".text")
ENDINGS = (*TEXT_ENDINGS, *(ending for endings in EXTENSIONS.values() for ending in endings))
COLUMNS = (
    "prompt",
    "question",
    "messages",
    "instruction",
    "problem",
    "goal",
    "query",
    "input",
    "content",
    "text",
)
"""Where the text of an entry stands, when nobody says it; the first that is there counts."""
FEWEST_DIGITS, MOST_DIGITS = 16, 64
MOST_NAMED = 8


class Entry(NamedTuple):
    """One entry of a benchmark."""

    line: int
    texts: list[str]


class Hash(NamedTuple):
    """One n-gram of a benchmark, whose text we never see."""

    line: int
    value: int


def ending_of(name: str) -> str:
    """Return the ending that says a file's format; empty when we don't read such files."""
    whole = name.lower().removesuffix(".gz")
    return next((ending for ending in ENDINGS if whole.endswith(ending)), "")


def read_entries(path: Path, column: str, limits: Limits) -> Iterator[Entry | Problem]:
    """Stream the entries of a file: its lines if it is plain text, one column of it otherwise.

    Args:
        path: the file, whose name says the format.
        column: which column holds the text; empty for the first that is known to.
        limits: how much is read.

    Raises:
        SourceError: the file as a whole can't be read.
    """
    if ending_of(path.name) in TEXT_ENDINGS:
        for line in read_lines(path, limits):
            yield Entry(line.line, [line.texts[0]]) if isinstance(line, Entry) else line
        return
    for record in read_records(path, limits):
        yield entry_of(record, column) if isinstance(record, Record) else record


def read_lines(path: Path, limits: Limits) -> Iterator[Entry | Problem]:
    """Stream the lines of a text that are not blank."""
    with open_source(path, limits) as stream:
        for line in stream.lines():
            if isinstance(line, Problem):
                yield line
                continue
            place, data = line
            try:
                text = data.decode().strip()
            except UnicodeDecodeError:
                yield Problem(place, "", "the line is not UTF-8 text")
                continue
            if text:
                yield Entry(place, [text])


def read_hashes(path: Path, limits: Limits) -> Iterator[Hash | Problem]:
    """Stream the hashes of a text file: 16 to 64 hexadecimal digits a line, of which the first 16 count.

    Raises:
        SourceError: the file as a whole can't be read.
    """
    for line in read_lines(path, limits):
        if isinstance(line, Problem):
            yield line
            continue
        digits = line.texts[0].lower().removeprefix("0x")
        is_hash = FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and set(digits) <= set("0123456789abcdef")
        if is_hash:
            yield Hash(line.line, number(bytes.fromhex(digits[:FEWEST_DIGITS])))
        else:
            yield Problem(line.line, "", f"“{line.texts[0][:40]}” is no hash of 16 to 64 hexadecimal digits")


def entry_of(record: Record, column: str) -> Entry | Problem:
    """Return what a record says, or why it says nothing."""
    fields = {str(name): value for name, value in record.fields.items()}
    name = column or next((each for each in COLUMNS if fields.get(each)), "")
    if name not in fields:
        there = ", ".join(f"“{each[:40]}”" for each in list(fields)[:MOST_NAMED]) or "none"
        wanted = f"there is no column “{name}”" if name else "no column is known to hold the text"
        return Problem(record.line, name, f"{wanted}; the columns are: {there}")
    texts = texts_in(fields[name])
    if not any(text.strip() for text in texts):
        return Problem(record.line, name, "the text is empty")
    return Entry(record.line, texts)


def texts_in(value: object) -> list[str]:
    """Return the texts of a value: a text, a list of texts, or messages with their content."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return texts_in(value.get("content"))
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    return []
