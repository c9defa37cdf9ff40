"""Figures of a CSV file: one a row, under the names of COLUMNS."""

import csv
from collections.abc import Iterator
from pathlib import Path

from results.readers.base import COLUMNS, BadFile, Line, figure_of, tested_of

NO_COLUMN = "There is no such column. Columns are {columns}."
NEEDED = "The column is missing."
TWICE = "The column stands there twice."
NO_TEXT = "It is no text in UTF-8."
TOO_WIDE = "The row has more fields than the head has columns."


def table_lines(path: Path) -> Iterator[Line]:
    """Yield the figures of a CSV file.

    Raises:
        BadFile: it can't be read, or says what can't be meant.
    """
    with path.open(encoding="utf-8-sig", newline="") as content:
        rows = csv.reader(content, strict=True)
        place = "line 1"
        try:
            head = head_of(next(rows, []))
            for row in rows:
                place = f"line {rows.line_num}"
                if not row:
                    continue
                if len(row) > len(head):
                    raise BadFile(place, "", TOO_WIDE)
                fields = dict(zip(head, row, strict=False))
                yield Line(place, tested_of(fields, place), figure_of(fields, place))
        except csv.Error as error:
            raise BadFile(f"line {rows.line_num}", "", f"It is no CSV: {error}.") from error
        except UnicodeDecodeError as error:
            raise BadFile(f"after {place}", "", NO_TEXT) from error


def head_of(names: list[str]) -> list[str]:
    """Return the columns of a table.

    Raises:
        BadFile: one is unknown, there twice, or missing.
    """
    head = [name.strip() for name in names]
    for place, name in enumerate(head):
        if name not in COLUMNS:
            raise BadFile("line 1", name[:60], NO_COLUMN.format(columns=", ".join(COLUMNS)))
        if name in head[:place]:
            raise BadFile("line 1", name, TWICE)
    if "value" not in head:
        raise BadFile("line 1", "value", NEEDED)
    return head
