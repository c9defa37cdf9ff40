"""Words that are said in English where no page is at hand, and in the reader's language where one is. Knows no Django.

problem = words("Judge {trait}, or say that you can’t judge it.", trait=trait.name)
problem == "Judge Honesty, or say that you can’t judge it."
"""

from typing import Any, Self

MOST_KEPT = 2000
"""Of the characters of a stored part; what is longer is no part of a sentence."""


class Words(str):
    """A text in English that remembers what it was put together from."""

    __slots__ = ("many", "parts", "pattern")

    pattern: str
    parts: dict[str, object]
    many: str
    """The pattern for any number but one; empty where nothing is counted."""

    def __new__(cls, pattern: str, parts: dict[str, object], many: str = "") -> Self:
        """Put the text together."""
        chosen = many if many and parts["n"] != 1 else pattern
        made = super().__new__(cls, chosen.format(**shown(parts, many)) if parts else chosen)
        made.pattern, made.parts, made.many = pattern, parts, many
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, object], str]]:
        """Keep the parts in copies."""
        return type(self), (self.pattern, self.parts, self.many)


def words(pattern: str, **parts: object) -> Words:
    """Return a text that can be said in another language later.

    Args:
        pattern: English, with the parts named in braces; a literal, so that it is found for the catalogues.
        parts: what stands in the braces; `Words` among them are said in the reader's language as well.
    """
    return Words(pattern, parts)


def counting(one: str, many: str, n: int, **parts: object) -> Words:
    """Return a text about a number, `{n}`, that can be said in another language later.

    Args:
        one: English for the number one; a literal, like `many` for all others.
        many: English for several, or none.
        n: the number.
        parts: what else stands in braces.
    """
    return Words(one, {"n": n, **parts}, many)


def shown(parts: dict[str, object], many: str) -> dict[str, object]:
    """Return parts as they stand in a text: what is counted has its thousands apart."""
    return parts | {"n": f"{parts['n']:,}"} if many else parts


def as_json(text: str) -> Any:
    """Return words as plain values that can be stored."""
    if not isinstance(text, Words):
        return text
    parts = {name: _part_as_json(part) for name, part in text.parts.items()}
    return {"pattern": text.pattern, "many": text.many, "parts": parts}


def _part_as_json(part: object) -> Any:
    if isinstance(part, int | float):
        return part
    return as_json(part) if isinstance(part, Words) else str(part)[:MOST_KEPT]


def from_json(stored: Any) -> str:
    """Return the words that were stored."""
    if not isinstance(stored, dict):
        return str(stored)
    parts = {
        name: from_json(part) if isinstance(part, dict) else part for name, part in stored["parts"].items()
    }
    return Words(stored["pattern"], parts, stored["many"])
