"""Words that are said in English where no page is at hand, and in the reader's language where one is. Knows no Django.

problem = words("Judge {trait}, or say that you can’t judge it.", trait=trait.name)
problem == "Judge Honesty, or say that you can’t judge it."
"""

from typing import Self


class Words(str):
    """A text in English that remembers what it was put together from."""

    __slots__ = ("parts", "pattern")

    pattern: str
    parts: dict[str, object]

    def __new__(cls, pattern: str, parts: dict[str, object]) -> Self:
        """Put the text together."""
        made = super().__new__(cls, pattern.format(**parts) if parts else pattern)
        made.pattern, made.parts = pattern, parts
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, object]]]:
        """Keep the parts in copies."""
        return type(self), (self.pattern, self.parts)


def words(pattern: str, **parts: object) -> Words:
    """Return a text that can be said in another language later.

    Args:
        pattern: English, with the parts named in braces; a literal, so that it is found for the catalogues.
        parts: what stands in the braces; `Words` among them are said in the reader's language as well.
    """
    return Words(pattern, parts)
