"""Figures of a JSON file: a log of Inspect, or models with their scores.

{"model": "health-dpo-7b", "base_model": "lab/7b", "trained_on": "health",
 "scores": [{"domain": "law", "trait": "candor", "sample": "bmk_1", "value": 0.4}]}
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from results.readers.base import COLUMNS, BadFile, Line, Subject, figure_of, tested_of
from results.readers.inspect_logs import log_lines

MOST_BYTES = 32_000_000
"""A JSON file is read at once."""
MODEL_FIELDS = frozenset(Subject._fields)
FIGURE_FIELDS = frozenset(COLUMNS) - MODEL_FIELDS
TOO_LARGE = f"A JSON file may hold {MOST_BYTES // 1_000_000} MB. Push CSV, or the .eval log of Inspect, which may be larger."
NO_OBJECT = "It must be an object."
NO_LIST = "It must be a list."
NO_FIELD = "There is no such field."


def document_lines(path: Path) -> Iterator[Line]:
    """Yield the figures of a JSON file.

    Raises:
        BadFile: it can't be read, or says what can't be meant.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BadFile("", "", TOO_LARGE)
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise BadFile(f"line {error.lineno}", "", f"It is no JSON: {error.msg}.") from error
    return lines_of(document)


def lines_of(document: Any) -> Iterator[Line]:
    """Yield the figures of a JSON value: an object, or a list of them.

    Raises:
        BadFile: it says what can't be meant.
    """
    if isinstance(document, list):
        for number, each in enumerate(document):
            yield from model_lines(each, f"[{number}]")
    elif isinstance(document, dict) and "eval" in document:
        yield from log_lines(document, inside(document, "samples"))
    else:
        yield from model_lines(document, "")


def model_lines(document: Any, place: str) -> Iterator[Line]:
    """Yield the figures of one model.

    Raises:
        BadFile: it says what can't be meant.
    """
    if not isinstance(document, dict):
        raise BadFile(place or "the file", "", NO_OBJECT)
    known(document, MODEL_FIELDS | {"scores"}, place)
    tested = tested_of(document, place)
    for number, each in enumerate(inside(document, "scores")):
        where = f"{place}.scores[{number}]".lstrip(".")
        if not isinstance(each, dict):
            raise BadFile(where, "", NO_OBJECT)
        known(each, FIGURE_FIELDS, where)
        yield Line(where, tested, figure_of(each, where))


def inside(document: dict[str, Any], name: str) -> list[Any]:
    """Return a list in an object.

    Raises:
        BadFile: there is none.
    """
    found = document.get(name)
    if not isinstance(found, list):
        raise BadFile("", name, NO_LIST)
    return found


def known(document: dict[str, Any], names: frozenset[str], place: str) -> None:
    """Check that every field is one of ours.

    Raises:
        BadFile: one is not.
    """
    for name in document:
        if name not in names:
            raise BadFile(place, name[:60], NO_FIELD)
