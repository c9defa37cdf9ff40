"""Short excerpts of long texts, with what matters in view. Knows no Django."""

from collections.abc import Sequence
from typing import NamedTuple

AROUND = 110
LONGEST = 280
MARK, UNMARK = "\ue000", "\ue001"
"""Where PostgreSQL says that a marked word begins and ends: signs that stand for nothing."""


class Piece(NamedTuple):
    """A stretch of text, and whether it is what the reader should see."""

    text: str
    is_marked: bool = False


def excerpt(text: str, passages: Sequence[tuple[int, int]]) -> list[Piece]:
    """Return the beginning of a text, or what stands around its first passage, with every passage in view marked.

    Args:
        text: the whole.
        passages: offsets (start, end), in order, without overlaps.
    """
    first = passages[0][0] if passages else 0
    begin = 0 if first < AROUND else first - AROUND
    end = max(begin + LONGEST, passages[0][1] if passages else 0)
    pieces = [Piece("…")] if begin else []
    at = begin
    for start, stop in passages:
        if stop > end:
            break
        pieces += [Piece(text[at:start]), Piece(text[start:stop], is_marked=True)]
        at = stop
    pieces.append(Piece(text[at:end] + ("…" if end < len(text) else "")))
    return [piece for piece in pieces if piece.text]


def marked(headline: str) -> list[Piece]:
    """Return a passage in which PostgreSQL marked words, as pieces between ellipses."""
    first, *others = headline.split(MARK)
    pieces = [Piece(f"… {first}")]
    for other in others:
        word, _, rest = other.partition(UNMARK)
        pieces += [Piece(word, is_marked=True), Piece(rest)]
    return [piece for piece in [*pieces, Piece(" …")] if piece.text]
