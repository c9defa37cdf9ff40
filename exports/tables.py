"""A file of Parquet as CSV for people with a spreadsheet. Nothing in it is taken for a formula."""

# ruff: noqa: PLC0415 - pyarrow takes 50 MB, and only this and building need it.

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

ROWS_AT_ONCE = 500
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, in wide letters too."""


def csv_of(path: Path) -> Iterator[bytes]:
    """Yield the rows of a file as CSV in UTF-8, with its columns' names first. Lists and parts are JSON."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield written([file.schema_arrow.names])
        for batch in file.iter_batches(ROWS_AT_ONCE):
            yield written([[cell(value) for value in row.values()] for row in batch.to_pylist()])


def written(rows: list[list[str]]) -> bytes:
    """Return rows as CSV."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """Return a value as it stands in a cell. Text that would be taken for a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" \n").startswith(FORMULAS) or value.startswith("\n") else value
    return str(value)
