"""Words and tables as Markdown that shows as it stands."""

from collections.abc import Iterable


def escaped(text: str) -> str:
    """Return text that shows as it stands in a paragraph or a table cell of Markdown."""
    plain = " ".join(text.split())
    for character in "\\`*_[]<>|":
        plain = plain.replace(character, "\\" + character)
    return f"\\{plain}" if plain.startswith(("#", "-", "+", "=", "~")) else plain


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table of Markdown."""
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *(list(map(str, row)) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
