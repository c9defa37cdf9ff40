"""Rows of a source on their way into the tables: checked, hashed and encoded. Knows no Django."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from config.ids import uuid7_bytes
from curation.copy_format import Layout
from curation.sources import Limits, Outcome, Problem, Source, SourceRow, Stripe, Unread, find_source, read
from curation.sources.base import Vote
from curation.sources.mapped import ColumnMapping, mapped_source
from curation.text import content_sha256, leaks_identity, normalised_sha256, with_system, word_count

Key = bytes
"""The sixteen bytes of a UUID: a tenth of what the object costs, and COPY wants no more."""

UNIT = 5000
"""Lines that are handed over together."""
UNIT_BYTES = 8_000_000
"""A batch ends when its encoded rows have this many bytes, so that memory stays constant whatever the lines hold."""
BUCKETS = 1000
IDS_AT_ONCE = 1000
SCENARIO_ID = slice(6, 22)
"""Where a response's encoded row holds the id of its scenario: behind the number of columns and the id's length."""

FAMILY = ("id", "bucket")
SCENARIO_FACTS = (
    "domain_id",
    "source",
    "license",
    "language",
    "content_warnings",
    "is_sanitised",
    "original",
)
"""Columns that mostly hold what they held in an earlier row."""
SCENARIO = (
    *("id", "family_id", "system_prompt", "messages", "content_sha256", "normalised_sha256"),
    *SCENARIO_FACTS,
)
RESPONSE_FACTS = ("model", "license", "leaks_identity", "is_sanitised", "original")
RESPONSE = ("scenario_id", "id", "text", "text_sha256", "words", *RESPONSE_FACTS)


@dataclass(frozen=True)
class Form:
    """How rows are written, and what stands where a row says nothing."""

    family: Layout
    scenario: Layout
    response: Layout
    domain: str | None
    source: str
    license: str


@dataclass(frozen=True)
class Job:
    """What to read, and what to make of it."""

    path: str
    source: str
    """Its name; empty when `mapping` says what is what."""
    mapping: Mapping[str, Any] | None
    limits: Limits
    domains: frozenset[str]
    """Those that rows may name."""
    fewest_responses: int = 0
    form: Form | None = None
    """None: only check the lines and count them."""

    @property
    def reads(self) -> Source:
        """The source that the lines are parsed with."""
        return (
            mapped_source(ColumnMapping.from_json(self.mapping)) if self.mapping else find_source(self.source)
        )


class Sample(NamedTuple):
    """Asks a reader for the first records of a file, whatever they hold."""

    path: str
    limits: Limits
    most: int


class Arrival(NamedTuple):
    """A row with the hashes that say whether we have it, encoded as if we had not."""

    line: int
    lines: int
    content_sha256: str
    response_sha256: tuple[str, ...]
    preferred: int | None
    scenario_id: Key
    response_ids: tuple[Key, ...]
    family: bytes
    scenario: bytes
    responses: tuple[bytes, ...]
    raw: str = ""
    """The line as it came, in a source whose lines leave again as they came."""
    votes: tuple[Vote, ...] = ()
    losses: tuple[str, ...] = ()
    crew: str = ""
    """As in `SourceRow`."""


class Kept(NamedTuple):
    """What became of rows that could be read."""

    created: int
    """How many lines brought something new."""
    problems: Sequence[Problem] = ()
    """Those that could not be stored after all."""


class Batch(NamedTuple):
    """Neighbouring lines of a file."""

    arrivals: list[Arrival]
    """Empty when lines are only checked."""
    problems: list[Problem]
    good: int
    """How many lines became rows."""
    last_line: int
    """0 when there are none."""
    ends_unit: bool

    @property
    def lines(self) -> int:
        """How many lines there are, good and bad."""
        return self.good + len(self.problems)


class Writer:
    """Makes arrivals of rows."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._family = form.family.encoder()
        self._scenario = form.scenario.encoder_with_repeats(len(SCENARIO_FACTS))
        self._response = form.response.encoder_with_repeats(len(RESPONSE_FACTS))
        self._ids = drawn_ids()

    def arrival(self, row: SourceRow) -> Arrival:
        """Hash and encode a row."""
        conversation = with_system(row.messages, row.system)
        sha = content_sha256(conversation)
        family, scenario = next(self._ids), next(self._ids)
        response_ids = tuple(next(self._ids) for _ in row.responses)
        hashes = tuple(content_sha256(response.text) for response in row.responses)
        values = (
            scenario,
            family,
            row.system,
            orjson.dumps(row.messages),
            sha,
            normalised_sha256(conversation),
        )
        facts = (
            row.domain or self._form.domain,
            row.source or self._form.source,
            row.license or self._form.license,
            row.language or "en",
            row.warnings,
            row.original is not None,
            row.original,
        )
        return Arrival(
            row.line,
            row.lines,
            sha,
            hashes,
            row.preferred,
            scenario,
            response_ids,
            self._family((family, random.randrange(BUCKETS))),  # noqa: S311 - a split, not a secret.
            self._scenario(values, facts),
            self._responses(row, scenario, response_ids, hashes),
            row.raw,
            row.votes,
            row.losses,
            row.crew,
        )

    def _responses(
        self, row: SourceRow, scenario: Key, ids: tuple[Key, ...], hashes: tuple[str, ...]
    ) -> tuple[bytes, ...]:
        license_ = row.license or self._form.license
        made = []
        for id_, sha, (text, model, original) in zip(ids, hashes, row.responses, strict=True):
            leaks = bool(model) and leaks_identity(text, model)
            facts = (model, license_, leaks, original is not None, original)
            made.append(self._response((scenario, id_, text, sha, word_count(text)), facts))
        return tuple(made)


def drawn_ids() -> Iterator[Key]:
    """Yield ids that grow with time."""
    while True:
        yield from uuid7_bytes(IDS_AT_ONCE)


def moved(response: bytes, scenario: Key) -> bytes:
    """Return a response's encoded row as that of another scenario."""
    return response[: SCENARIO_ID.start] + scenario + response[SCENARIO_ID.stop :]


def complaint(row: SourceRow, job: Job) -> Problem | None:
    """Return what keeps a readable row from being stored, None when nothing does."""
    if row.domain and row.domain not in job.domains:
        there = f"; the domains are: {', '.join(sorted(job.domains))}" if job.domains else ""
        return Problem(row.line, "domain", f"there is no domain “{row.domain}”{there}")
    if len(row.responses) < job.fewest_responses:
        number = len(row.responses) or "no"
        return Problem(
            row.line,
            "",
            f"an item compares two responses, and the row has {number}; without a project it can come in",
        )
    return None


def outcomes(job: Job, stripe: Stripe, unread: Unread | None = None) -> Iterator[Outcome]:
    """Yield a row or a problem for each line of a stripe.

    Raises:
        SourceError: the file as a whole cannot be read.
        OSError: the file is not there.
    """
    for outcome in read(job.reads, Path(job.path), job.limits, stripe, unread):
        yield outcome if isinstance(outcome, Problem) else complaint(outcome, job) or outcome


def batches(job: Job, stripe: Stripe, unread: Unread | None = None) -> Iterator[Batch]:
    """Yield the lines of a stripe, unit by unit: also units without lines, so that others know whose turn it is."""
    writer = Writer(job.form) if job.form else None
    unit, building = first_unit(stripe), Building()
    for outcome in outcomes(job, stripe, unread):
        while unit < stripe.unit_of(outcome.line):
            yield building.finished(ends_unit=True)
            unit, building = unit + stripe.count, Building()
        building.add(outcome, writer)
        if building.size >= UNIT_BYTES:
            yield building.finished(ends_unit=False)
            building = Building()
    yield building.finished(ends_unit=True)


def first_unit(stripe: Stripe) -> int:
    """Return the first unit of a stripe that is not passed over."""
    unit = stripe.unit_of(stripe.after + 1)
    return unit + (stripe.index - unit) % stripe.count


class Building:
    """A batch in the making."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.problems: list[Problem] = []
        self.good = self.last_line = self.size = 0

    def add(self, outcome: Outcome, writer: Writer | None) -> None:
        """Take a line in."""
        if isinstance(outcome, Problem):
            self.problems.append(outcome)
            self.last_line = outcome.line
            return
        self.good += outcome.lines
        self.last_line = outcome.last_line
        if writer:
            arrival = writer.arrival(outcome)
            self.arrivals.append(arrival)
            self.size += len(arrival.scenario) + sum(map(len, arrival.responses))

    def finished(self, *, ends_unit: bool) -> Batch:
        """Return the batch."""
        return Batch(self.arrivals, self.problems, self.good, self.last_line, ends_unit)
