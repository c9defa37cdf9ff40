"""What the first rows of a file would become, rendered for a page and written nowhere."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString

from config.wording import words
from curation.arriving import Job, complaint
from curation.sources import Limits, Problem, SourceRow
from curation.sources.base import Record
from curation.sources.mapped import ColumnMapping, mapped_source
from curation.sources.reading import parsed
from curation.text import render_prose

SHOWN = 10
LONGEST = 6_000
"""Characters of a text that a preview shows."""
WHO = {"user": words("User"), "assistant": words("Assistant")}


class Turn(NamedTuple):
    """A message or a response, rendered."""

    who: str
    role: str
    html: SafeString


class Preview(NamedTuple):
    """One row: what it would become, or why it can't be used."""

    line: int
    problem: Problem | None
    system: str = ""
    turns: list[Turn] = []
    responses: list[Turn] = []
    facts: list[tuple[str, str]] = []
    warnings: tuple[str, ...] = ()


def previews(records: Iterable[Record | Problem], mapping: ColumnMapping, job: Job) -> list[Preview]:
    """Return what the first records would become."""
    return [
        Preview(each.line, each) if isinstance(each, Problem) else previewed(each)
        for each in tried(records, mapping, job)
    ]


def tried(records: Iterable[Record | Problem], mapping: ColumnMapping, job: Job) -> list[SourceRow | Problem]:
    """Return the first records as rows, or why they can't be used."""
    outcomes = parsed(mapped_source(mapping), iter(list(records)[:SHOWN]), Limits())
    return [each if isinstance(each, Problem) else complaint(each, job) or each for each in outcomes]


def previewed(row: SourceRow) -> Preview:
    """Return a row as a page shows it."""
    facts = [
        (words("Domain"), row.domain),
        (words("Language"), row.language),
        (words("License"), row.license),
        (words("Source"), row.source),
    ]
    return Preview(
        row.line,
        None,
        row.system[:LONGEST],
        [Turn(WHO[each["role"]], each["role"], shown(each["content"])) for each in row.messages],
        [Turn(each.model, "assistant", shown(each.text)) for each in row.responses],
        [(name, value) for name, value in facts if value],
        row.warnings,
    )


def cut(text: str) -> str:
    """Return the beginning of a long text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def shown(text: str) -> SafeString:
    """Return a text as sanitised HTML."""
    return SafeString(render_prose(cut(text)))
