"""Files in no known shape: people say which column is what.

A place is written as people read it: `question`, `data.prompt`, `messages[0].content`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from curation.sources.base import Limits, Message, Record, Rejected, ResponseText, Source, SourceRow
from curation.sources.cells import (
    checked_text,
    clean_conversation,
    ending_on_user,
    kind_of,
    messages_in,
    response,
    short_text_in,
)

MOST_RESPONSES = 8
MOST_WARNINGS = 20
LONGEST_PATH = 200
NAME = "mapping"
"""What an import is said to come from when its columns were mapped."""
_STEP = re.compile(r"\[(\d{1,6})\]|(?:^|\.)((?:[^.\[\]\\]|\\.)+)")
_ESCAPED = re.compile(r"\\(.)")
_ABSENT = object()


class BadMapping(ValueError):
    """A mapping that can't be used; the text is said to people."""


class Answer(NamedTuple):
    """Where a response stands, and the name of its model."""

    text: str
    model: str = ""


class ColumnMapping(NamedTuple):
    """Which place holds what; empty where nothing does."""

    prompt: str
    """A text, or messages that end on a user turn, or on the response when no response is mapped."""
    system: str = ""
    responses: tuple[Answer, ...] = ()
    domain: str = ""
    language: str = ""
    license: str = ""
    source: str = ""
    warnings: str = ""
    """A text with warnings between commas, or a list of texts."""

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        found: dict[str, Any] = {name: value for name, value in self._asdict().items() if value}
        return {**found, "responses": [each._asdict() for each in self.responses]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ColumnMapping":
        """Return what was stored."""
        answers = tuple(Answer(each["text"], each["model"]) for each in stored["responses"])
        return cls(**{**stored, "responses": answers})

    @property
    def paths(self) -> list[str]:
        """All places that are read."""
        single = [
            self.prompt,
            self.system,
            self.domain,
            self.language,
            self.license,
            self.source,
            self.warnings,
        ]
        answers = [path for answer in self.responses for path in answer]
        return [path for path in (*single, *answers) if path]


def mapped_source(mapping: ColumnMapping) -> Source:
    """Return the source whose columns are as the mapping says.

    Raises:
        BadMapping: no prompt is named, a response twice, or a place is not written as one.
    """
    if not mapping.prompt:
        raise BadMapping("Choose the column that holds the prompt.")
    texts = [answer.text for answer in mapping.responses]
    doubled = next((text for text in texts if texts.count(text) > 1 or text == mapping.prompt), "")
    if doubled:
        raise BadMapping(f"The column “{doubled}” is chosen twice.")
    columns = tuple(dict.fromkeys(str(steps(path)[0]) for path in mapping.paths))

    def parse(record: Record, limits: Limits) -> SourceRow:
        return parse_mapped(record, mapping, limits)

    return Source(NAME, "A file with columns of its own", "Columns that people chose", parse, columns)


def parse_mapped(record: Record, mapping: ColumnMapping, limits: Limits) -> SourceRow:
    """Make a row of a record as the mapping says.

    Raises:
        Rejected: a place is missing, mistyped or empty, or two responses are the same.
    """
    prompt = value_at(record, mapping.prompt)
    system = optional_text(record, mapping.system, limits)
    turns, first, last = conversation(prompt, mapping, limits)
    if system and first and system != first:
        raise Rejected("the prompt begins with another system prompt", mapping.system)
    answers = [last] if last else list(answers_in(record, mapping, limits))
    clean, system, original = clean_conversation(turns, system or first)
    return SourceRow(
        record.line,
        clean,
        answers,
        system=system,
        original=original,
        warnings=warnings_in(record, mapping.warnings),
        domain=short_text(record, mapping.domain, 60),
        language=short_text(record, mapping.language, 12),
        license=short_text(record, mapping.license, 60),
        source=short_text(record, mapping.source, 120),
    )


def conversation(
    prompt: object, mapping: ColumnMapping, limits: Limits
) -> tuple[list[Message], str, ResponseText | None]:
    """Return the turns, the system prompt they began with, and the response they ended with."""
    column = mapping.prompt
    if isinstance(prompt, str):
        return [{"role": "user", "content": checked_text(prompt, column, limits)}], "", None
    messages = messages_in(prompt, column, limits)
    last: ResponseText | None = None
    if not mapping.responses and len(messages) > 1 and messages[-1]["role"] == "assistant":
        last = response(messages.pop()["content"])
    return *ending_on_user(messages, column), last


def answers_in(record: Record, mapping: ColumnMapping, limits: Limits) -> Iterator[ResponseText]:
    """Yield the responses that a record has; a list may hold fewer than the mapping names."""
    seen: set[str] = set()
    for answer in mapping.responses:
        value = value_at(record, answer.text)
        if value is None and answer.text.count("["):
            continue
        if isinstance(value, dict):
            value = value.get("content")
        if not isinstance(value, str):
            raise Rejected(f"expected a text, found {kind_of(value)}", answer.text)
        made = response(checked_text(value, answer.text, limits), short_text(record, answer.model, 200))
        if made.text in seen:
            raise Rejected("another response of the row says the same", answer.text)
        seen.add(made.text)
        yield made


def optional_text(record: Record, path: str, limits: Limits) -> str:
    """Return a text that may be missing."""
    value = value_at(record, path) if path else None
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    if not isinstance(value, str):
        raise Rejected(f"expected a text, found {kind_of(value)}", path)
    return checked_text(value, path, limits)


def short_text(record: Record, path: str, most: int) -> str:
    """Return a short text that may be missing, sanitised."""
    if not path:
        return ""
    value = value_at(record, path)
    return short_text_in(Record(record.line, {path: value}), path, most)


def warnings_in(record: Record, path: str) -> tuple[str, ...]:
    """Return the warnings of a text with commas, or of a list of texts."""
    value = value_at(record, path) if path else None
    if value is None:
        return ()
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
        raise Rejected(f"expected warnings between commas or a list of texts, found {kind_of(value)}", path)
    if len(parts) > MOST_WARNINGS:
        raise Rejected(f"{len(parts)} warnings; at most {MOST_WARNINGS} are kept", path)
    single = [short_text_in(Record(record.line, {path: each}), path, 80).lower() for each in parts]
    return tuple(dict.fromkeys(each for each in single if each))


def steps(path: str) -> list[str | int]:
    """Return a place as keys and indexes.

    Raises:
        BadMapping: it is not written as a place.
    """
    found: list[str | int] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None or len(path) > LONGEST_PATH:
            raise BadMapping(f"“{path[:60]}” is no place in a row.")
        index, key = match.groups()
        found.append(int(index) if index else _ESCAPED.sub(r"\1", key))
        at = match.end()
    if not found or isinstance(found[0], int):
        raise BadMapping(f"“{path[:60]}” is no place in a row.")
    return found


def joined(keys: Iterable[str | int]) -> str:
    """Return keys and indexes as people read them; what `steps` takes apart again."""
    parts = [
        f"[{key}]" if isinstance(key, int) else "." + re.sub(r"([.\[\]\\])", r"\\\1", key) for key in keys
    ]
    return "".join(parts).removeprefix(".")


def value_at(record: Record, path: str) -> object:
    """Return what stands at a place; None behind the end of a list.

    Raises:
        Rejected: there is no such key.
    """
    value: object = record.fields
    for step in steps(path):
        if isinstance(step, int):
            if not isinstance(value, list):
                raise Rejected(f"expected a list, found {kind_of(value)}", path)
            value = value[step] if step < len(value) else None
        else:
            value = (
                value.get(step, _ABSENT)
                if isinstance(value, dict)
                else _ABSENT
                if value is not None
                else None
            )
        if value is _ABSENT:
            found = ", ".join(sorted(map(str, record.fields)))[:200] or "none"
            raise Rejected(f"there is no “{path}”; the columns are: {found}", path)
        if value is None:
            return None
    return value
