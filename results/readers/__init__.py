"""Figures out of the files that come back from training and evaluation. Knows no Django.

    for line in read(Path("log.eval"), ".eval"):
        print(line.tested.model, line.figure.domain, line.figure.value)

Files come from strangers: what is decoded is counted, and what can't be meant is refused with its place and field.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from results.readers.base import COLUMNS, MOST_LINES, BadFile, Figure, Line, Subject
from results.readers.documents import document_lines
from results.readers.inspect_logs import eval_lines
from results.readers.tables import table_lines

READERS: dict[str, Callable[[Path], Iterator[Line]]] = {
    ".eval": eval_lines,
    ".json": document_lines,
    ".csv": table_lines,
}
"""By the ending of a file's name."""
ENDINGS = tuple(READERS)
NOTHING = "The file tells no figures."
TOO_MANY = f"There are more than {MOST_LINES:,} figures. Push the file in parts."


def ending_of(name: str) -> str:
    """Return which of the endings a file's name has; empty for none."""
    return next((ending for ending in ENDINGS if name.lower().endswith(ending)), "")


def read(path: Path, ending: str) -> Iterator[Line]:
    """Yield the figures of a file.

    Args:
        path: of the file.
        ending: one of ENDINGS.

    Raises:
        BadFile: it can't be read, or says what can't be meant.
    """
    yield from some(READERS[ending](path))


def some(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield figures as they are.

    Raises:
        BadFile: there are none, or too many.
    """
    number = 0
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise BadFile(line.place, "", TOO_MANY)
        yield line
    if not number:
        raise BadFile("", "", NOTHING)


__all__ = ["COLUMNS", "ENDINGS", "BadFile", "Figure", "Line", "Subject", "ending_of", "read", "some"]
