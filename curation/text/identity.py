"""What makes two texts the same: canonical bytes, hashes, and the ids derived from them.

The canonical form is JSON in UTF-8, keys sorted, no white space, nothing escaped that need not be. A text is
a JSON string, a conversation a list of `{"content": …, "role": …}` with the system prompt, if there is one,
as its first message. Anyone can derive an id again:

    json.dumps(messages, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
"""

import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import sha256

import orjson

from curation.text.clean import SPACED, squeezed

FOLDED = SPACED.lower()
Messages = Sequence[Mapping[str, str]]
"""Turns of a conversation: each exactly `role` and `content`."""


def canonical(content: Messages | str) -> bytes:
    """Return the canonical bytes of sanitised messages or text."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def content_sha256(content: Messages | str) -> str:
    """Return the hex digest that is equal exactly for equal content."""
    return sha256(canonical(content)).hexdigest()


def normalise(text: str) -> str:
    """Return the form in which near-identical texts agree: NFKC, case folded, white space collapsed."""
    if text.isascii():
        return squeezed(text, FOLDED).decode()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def normalised_sha256(content: Messages | str) -> str:
    """Return the hex digest that is also equal for content that differs in case, width or white space.

    It is compared within one deployment only: new Unicode versions may fold new characters.
    """
    if isinstance(content, str):
        return content_sha256(normalise(content))
    return content_sha256([{"content": normalise(m["content"]), "role": m["role"]} for m in content])


def with_system(messages: Messages, system: str | None) -> Messages:
    """Return the conversation with its system prompt as the first message; empty means none."""
    return [{"role": "system", "content": system}, *messages] if system else messages


def prompt_id(messages: Messages) -> str:
    """Return the id of a prompt in releases. It depends on nothing but the conversation.

    Args:
        messages: the whole prompt, the system prompt (`with_system`) included.
    """
    return f"prm_{content_sha256(messages)[:24]}"
