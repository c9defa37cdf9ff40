"""What every source yields, and how it says no."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

Message = dict[str, str]
"""One turn: exactly `role` (user or assistant) and `content`."""

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """How much of a file is read. What is past a limit is named in a `Problem` or in `TooLarge`."""

    max_decoded_bytes: int = 8_000 * MB
    """Of the whole file after decompression; a 5 MB file can hold 51 GB."""
    max_line_bytes: int = 32 * MB
    """Of one line, or of one element of a JSON array."""
    max_text_chars: int = 2 * MB
    """Of one text: a message, a response, a whole transcript."""
    max_batch_bytes: int = 1_000 * MB
    """What a few rows of Parquet may take: its pages are decompressed whole, at the size they like."""


class ResponseText(NamedTuple):
    """One candidate answer, ready to be stored."""

    text: str
    model: str = ""
    """Empty when unknown."""
    original: bytes | None = None
    """The text as it came (`original_bytes`) when sanitising changed it, else None."""


class Vote(NamedTuple):
    """Which of a row's two responses one person preferred, who is known to the source alone."""

    who: str
    """What the source calls them. Never stored: it may be an address."""
    strength: int
    """-3 the first response is much better … 0 tie … 3 the second is."""
    at: str = ""
    """When they said so, as the source writes it."""


class SourceRow(NamedTuple):
    """One scenario with its responses, sanitised and checked, ready to be hashed and stored."""

    line: int
    """Where it was found: the line of a text file, the place from 1 in a JSON array or Parquet file."""
    messages: list[Message]
    """The conversation without its system prompt. Ends on a user turn; no content is empty."""
    responses: list[ResponseText]
    """Different texts, in the order of the source: never show them in this order. May be none."""
    system: str = ""
    preferred: int | None = None
    """Index in `responses` of the one the source prefers; None when it does not say."""
    domain: str = ""
    source: str = ""
    license: str = ""
    original: bytes | None = None
    """System prompt and messages as they came, as JSON, when sanitising changed one of them, else None."""
    language: str = ""
    """A BCP 47 tag; empty when the source does not say."""
    warnings: tuple[str, ...] = ()
    """What a reader should be warned of."""
    lines: int = 1
    """How many neighbouring lines it was made of."""
    score: float | None = None
    """How good its only response is, in a source that spreads a scenario's responses over its lines."""
    raw: str = ""
    """The line as it came, in a source whose lines leave again as they came."""
    votes: tuple[Vote, ...] = ()
    """What each person said, in a source that tells them apart; only of rows with two responses."""
    losses: tuple[str, ...] = ()
    """What people said that makes no vote, one text each."""
    crew: str = ""
    """Where those people are known; the same person has one name there."""

    @property
    def last_line(self) -> int:
        """The last of the lines it was made of."""
        return self.line + self.lines - 1


class Problem(NamedTuple):
    """A line that did not become a row. There is never more than one for a line."""

    line: int
    column: str
    """The column at fault; empty when it is the line as a whole."""
    reason: str


class Record(NamedTuple):
    """One line as the file format gives it: column name → value, not yet checked."""

    line: int
    fields: dict[str, object]
    raw: bytes = b""
    """The line itself, of JSON lines that any parser reads."""


class SourceError(Exception):
    """The file as a whole cannot be read; the message says why and is fit for a page."""


class UnreadableFile(SourceError):
    """Not a format we read, or not the format its name says."""


class TooLarge(SourceError):
    """The file holds more than `max_decoded_bytes`. The rows before were yielded."""


class Rejected(Exception):
    """Raised by a parser for one record; `read_rows` turns it into a `Problem`."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


Parse = Callable[[Record, Limits], SourceRow]
"""Makes a row of a record, or raises `Rejected`."""

Outcome = SourceRow | Problem

Join = Callable[[Iterator[Outcome]], Iterator[Outcome]]
"""Makes one row of neighbouring rows that belong together."""


@dataclass(frozen=True)
class Stripe:
    """Which lines one of several readers of the same file parses: every so many units of neighbouring lines."""

    index: int = 0
    count: int = 1
    unit: int = 5000
    after: int = 0
    """Lines up to this one are passed over."""

    def has(self, line: int) -> bool:
        """Whether the line is this reader's."""
        return line > self.after and (self.count == 1 or self.unit_of(line) % self.count == self.index)

    def unit_of(self, line: int) -> int:
        """Return the number of the unit, from 0, to which a line belongs."""
        return (line - 1) // self.unit


WHOLE = Stripe()


@dataclass(frozen=True)
class Source:
    """A kind of file we can import, by the name people type."""

    name: str
    title: str
    description: str
    parse: Parse
    columns: tuple[str, ...]
    """The columns that are read; all others are counted and passed over."""
    license: str = ""
    """Under which the source is published, as a Hub license id; taken for rows when people name no other."""
    join: Join | None = None
