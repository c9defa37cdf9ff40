"""Streams a file, or the files of a folder one after the other, as rows of a source."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from config.wording import words
from curation.sources.base import (
    WHOLE,
    Limits,
    Outcome,
    Problem,
    Record,
    Rejected,
    Source,
    Stripe,
    UnreadableFile,
)
from curation.sources.jsons import json_array_records, json_line_records
from curation.sources.opening import file_kind, open_source
from curation.sources.parquet import parquet_records
from curation.sources.tables import csv_records

Unread = Counter[str]
"""Names of columns that nobody reads, with how many lines hold them."""
MOST_UNREAD = 200
"""A file may invent a name for each line."""


def read(
    source: Source, path: Path, limits: Limits, stripe: Stripe = WHOLE, unread: Unread | None = None
) -> Iterator[Outcome]:
    """Stream a file in constant memory, one row or one problem for each line that is not blank.

    Args:
        source: what the file holds.
        path: a file, or a folder whose files are read in the order of their names and numbered through.
        limits: how much is read.
        stripe: which of the lines.
        unread: filled with the columns that the source does not know.

    Raises:
        SourceError: the file as a whole cannot be read, possibly after rows were yielded.
    """
    outcomes = parsed(source, read_files(path, limits, source.columns, stripe, unread), limits, unread)
    return source.join(outcomes) if source.join else outcomes


def parsed(
    source: Source, records: Iterator[Record | Problem], limits: Limits, unread: Unread | None = None
) -> Iterator[Outcome]:
    """Make a row or a problem of each record."""
    parse, known = source.parse, frozenset(source.columns)
    for record in records:
        if isinstance(record, Problem):
            yield record
            continue
        if unread is not None and not known.issuperset(record.fields):
            count_unread(unread, record.fields.keys() - known)
        try:
            yield parse(record, limits)
        except Rejected as fault:
            yield Problem(record.line, fault.column, fault.reason)


def count_unread(unread: Unread, names: set[str]) -> None:
    """Count columns that nobody reads."""
    for name in names:
        if name in unread or len(unread) < MOST_UNREAD:
            unread[name] += 1


def read_files(
    path: Path, limits: Limits, columns: tuple[str, ...] | None, stripe: Stripe, unread: Unread | None
) -> Iterator[Record | Problem]:
    """Yield the records of one file, or of all files of a folder, whose lines are then numbered through."""
    if not path.is_dir():
        yield from read_records(path, limits, columns, stripe.has, unread)
        return
    before = 0
    for part in parts(path):
        name, first, last = part.relative_to(path).as_posix(), before, 0
        # Every line must be seen, if only to number the next file's.
        for record in read_records(part, limits, columns, None, unread):
            last = record.line
            if stripe.has(first + last):
                yield renumbered(record, first, name)
        before += last


def renumbered(record: Record | Problem, before: int, name: str) -> Record | Problem:
    """Return a record of one of many files with its number among all of them."""
    if isinstance(record, Problem):
        place = f" (line {record.line} of {name})"
        return Problem(before + record.line, record.column, record.reason + place)
    return record._replace(line=before + record.line)


def parts(folder: Path) -> list[Path]:
    """Return the files of a folder in the order in which they are read.

    Raises:
        UnreadableFile: there are none.
    """
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    if not found:
        raise UnreadableFile(words("{name} holds no files.", name=folder.name))
    return found


def read_records(
    path: Path,
    limits: Limits,
    columns: tuple[str, ...] | None = None,
    wanted: Callable[[int], bool] | None = None,
    unread: Unread | None = None,
) -> Iterator[Record | Problem]:
    """Stream the records of a file; its name says the format.

    Args:
        path: the file.
        limits: how much of it is read.
        columns: what is read of a Parquet file; None for all. Files of other kinds are read whole.
        wanted: whether the record of a line is wanted; None when all are.
        unread: filled with columns of a Parquet file that are not read.

    Raises:
        SourceError: the file as a whole cannot be read.
    """
    kind = file_kind(path)
    if kind == "parquet":
        records: Iterator[Record | Problem] = parquet_records(path, limits, columns, unread)
        yield from records if wanted is None else (each for each in records if wanted(each.line))
        return
    with open_source(path, limits) as stream:
        if kind == "csv":
            records = csv_records(stream, limits)
        elif kind == "json" and stream.is_array:
            records = json_array_records(stream, limits)
        else:
            # Lines are told apart without being parsed, which is what makes a stripe worth while.
            yield from json_line_records(stream, wanted)
            return
        yield from records if wanted is None else (each for each in records if wanted(each.line))
