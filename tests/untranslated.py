"""Finds English that a template says without marking it."""

import re
from pathlib import Path

MARKED = re.compile(
    r"\{%\s*block (?:page_class|body_attributes)\s*%\}.*?\{%\s*endblock[^%]*%\}|"
    r"\{%\s*(?P<block>blocktranslate|comment)\b.*?\{%\s*end(?P=block)\s*%\}|\{%\s*translate\b[^%]*?%\}|\{#.*?#\}",
    re.S,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
SAID = re.compile(
    r"\s(?:aria-label|title|alt|placeholder|data-(?:saving|saved|failed|kept|lost|show|hide|copied|sure|compare|see|late"
    r"|elsewhere|unreachable|unstored|undo|problem|required|cited|now|tied|out|empty|na|bothbad|name))=\"([^\"]*)\""
)
IN_TAG = re.compile(
    r"\|(?:default:(?:\"[A-Za-z]|'[A-Z])|pluralize|date:\"(?!c\"|[YmdHis: -]+\")|timesince\s*\}\} ago)"
    r"|get_\w+_display(?!\|told)(?=[^%{]*\}\})|(?<=\{% include )[^%]*=\"[A-Z][a-z]"
)
HTML = re.compile(
    r"<(?:title|style|script|pre)\b.*?</(?:style|script|pre)>|<code\b.*?</code>|<[^>]*>|&\w+;", re.S
)
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Arete", "UTC", "Ctrl", "Enter", "Space", "CSV", "NDJSON", "PostgreSQL"}


def untranslated(path: Path) -> list[str]:
    """Return what a template says in English alone, one line each."""
    source = path.read_text()
    found = [f"{path.name}: {match[0]}" for match in IN_TAG.finditer(source)]
    bare = TAG.sub("\x00", MARKED.sub("", source))
    said = [*SAID.findall(bare), HTML.sub(" ", bare)]
    return found + [
        f"{path.name}: {word}" for text in said for word in WORD.findall(text) if word not in NAMES
    ]
