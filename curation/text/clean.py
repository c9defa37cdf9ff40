"""What text PostgreSQL refuses, what we store instead, and how long a text is."""

import re
from typing import NamedTuple

REPLACEMENT = "\ufffd"
SPACED = bytes(32 if chr(byte).isspace() and byte < 128 else byte for byte in range(256))
"""For `bytes.translate`: a space for what separates words in ASCII."""
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAS_CJK = re.compile(f"[{_CJK}]")
_WORD = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")


class Sanitised(NamedTuple):
    """A text that can be stored, and whether it differs from what came in."""

    text: str
    is_changed: bool


def sanitise(text: str) -> Sanitised:
    """Replace what PostgreSQL refuses, NUL and lone surrogates, by U+FFFD; keep everything else exact.

    The length never changes, so offsets into the text stay valid.
    """
    if is_storable(text):
        return Sanitised(text, False)
    return Sanitised(_REFUSED.sub(REPLACEMENT, text), True)


def is_storable(text: str) -> bool:
    """Say whether a text can be stored as it is."""
    # Searching a string for one character and encoding it are an order quicker than the pattern.
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def original_bytes(text: str) -> bytes:
    """Return the bytes to keep beside a text that `sanitise` changed: UTF-8, surrogates passed through."""
    return text.encode("utf-8", "surrogatepass")


def squeezed(text: str, table: bytes = SPACED) -> bytes:
    """Return an ASCII text with single spaces for white space and none at its ends.

    Bytes are translated and replaced an order quicker than words are split and joined.

    Args:
        text: nothing but ASCII.
        table: what stands for each byte; white space must become a space.
    """
    data = text.encode().translate(table).strip(b" ")
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    return data


def word_count(text: str) -> int:
    """Count words: runs between white space, and each Chinese or Japanese character by itself."""
    if text.isascii():
        data = squeezed(text)
        return data.count(b" ") + 1 if data else 0
    if not _HAS_CJK.search(text):
        return len(text.split())
    return sum(1 for _ in _WORD.finditer(text))
