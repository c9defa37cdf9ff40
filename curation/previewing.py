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
    source, limits = mapped_source(mapping), Limits()
    outcomes = parsed(source, iter(list(records)[:SHOWN]), limits)
    shown = []
    for outcome in outcomes:
        problem = outcome if isinstance(outcome, Problem) else complaint(outcome, job)
        if problem is not None or isinstance(outcome, Problem):
            shown.append(Preview(outcome.line, problem))
        else:
            shown.append(previewed(outcome))
    return shown


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
