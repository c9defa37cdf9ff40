"""The card of a release, for reading on its page."""

import re
from pathlib import Path
from typing import NamedTuple

from curation.shown import StoredHtml
from curation.text import render_prose

LONGEST_CARD = 200_000
FENCE = "```"
EDGE = "---\n"


PICTURE = re.compile(r"^!\[(?P<alt>[^\]\n]*)\]\(figures/(?P<name>[a-z_-]+)\.svg\)$", re.MULTILINE)


class Block(NamedTuple):
    """A part of a card: text, or a figure by its name."""

    html: StoredHtml
    figure: str = ""
    alt: str = ""


class Card(NamedTuple):
    """A card in its parts: for machines, before the first heading, and from there on."""

    front_matter: str
    lead: list[Block]
    rest: list[Block]


def read_card(path: Path) -> Card | None:
    """Return the card at a path; None when there is none that can be read."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            text = file.read(LONGEST_CARD).replace("\0", "\ufffd")
    except OSError:
        return None
    front_matter, body = "", text
    if text.startswith(EDGE):
        front_matter, _, body = text.removeprefix(EDGE).partition(f"\n{EDGE}")
    lead, heading, rest = unwrapped(body).partition("\n## ")
    return Card(front_matter, readable(lead), readable(heading + rest))


def readable(text: str) -> list[Block]:
    """Return Markdown as HTML that is safe to show, and the figures of the release between it."""
    blocks, after = [], 0
    for picture in PICTURE.finditer(text):
        blocks.append(Block(StoredHtml(render_prose(text[after : picture.start()]))))
        blocks.append(Block(StoredHtml(""), picture["name"], picture["alt"]))
        after = picture.end()
    blocks.append(Block(StoredHtml(render_prose(text[after:]))))
    return [block for block in blocks if block.figure or block.html.strip()]


def unwrapped(text: str) -> str:
    """Return Markdown with each paragraph on one line: our renderer keeps line ends, the Hub's takes them for spaces."""
    lines: list[str] = []
    is_code = False
    for line in text.split("\n"):
        is_fence = line.startswith(FENCE)
        if lines and not (is_code or is_fence) and goes_on(lines[-1], line):
            lines[-1] += " " + line.removeprefix("> ").lstrip()
        else:
            lines.append(line)
        is_code ^= is_fence
    return "\n".join(lines)


def goes_on(before: str, line: str) -> bool:
    """Say whether a line belongs to the paragraph, list entry or quotation of the line before."""
    if before.startswith(">") and line.startswith("> "):
        return True
    return bool(before.strip() and line.strip()) and not (
        before.startswith(("#", "|", FENCE)) or line.startswith(("#", "|", "- ", ">"))
    )
