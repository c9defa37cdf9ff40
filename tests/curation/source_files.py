"""Small files of preference data, good and hostile, for the tests of sources."""

import gzip
import json
from pathlib import Path

from curation.sources import Limits, Problem, SourceRow, find_source
from curation.sources import read as read_source


def transcript(*turns: str) -> str:
    """Join turns that begin with a human one."""
    speakers = ("Human", "Assistant")
    return "".join(f"\n\n{speakers[n % 2]}: {turn}" for n, turn in enumerate(turns))


def hh_line(chosen: str = "Yes.", rejected: str = "No.", question: str = "Is it?") -> bytes:
    """Make one good line of hh-rlhf."""
    row = {"chosen": transcript(question, chosen), "rejected": transcript(question, rejected)}
    return json.dumps(row).encode() + b"\n"


def read(path: Path, source: str = "hh-rlhf", limits: Limits | None = None) -> list[SourceRow | Problem]:
    """Read a whole file."""
    return list(read_source(find_source(source), path, limits or Limits()))


def read_bytes(
    folder: Path, data: bytes, name: str = "file.jsonl", source: str = "hh-rlhf", limits: Limits | None = None
) -> list[SourceRow | Problem]:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return read(path, source, limits)


def rows_of(outcomes: list[SourceRow | Problem]) -> list[SourceRow]:
    return [outcome for outcome in outcomes if isinstance(outcome, SourceRow)]


def problems_of(outcomes: list[SourceRow | Problem]) -> list[Problem]:
    return [outcome for outcome in outcomes if isinstance(outcome, Problem)]


def only_problem(outcomes: list[SourceRow | Problem]) -> Problem:
    """Return the one problem there is."""
    (problem,) = problems_of(outcomes)
    return problem
