"""Reading one mapping of a YAML file field by field, with the line of everything that is wrong."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, TypeVar
from uuid import UUID

import yaml

from config.wording import Words, words
from curation.text import sanitise
from curation.wording import LONGEST_TEXT, MOST_PARTS

PLAIN_NULL = "tag:yaml.org,2002:null"
Part = TypeVar("Part")


class Problem(NamedTuple):
    """One thing that is wrong with a file."""

    line: int
    """From 1."""
    field: str
    reason: str

    @property
    def said(self) -> Words:
        """Where it is and what is wrong."""
        if not self.field:
            return words("Line {line}: {reason}", line=self.line, reason=self.reason)
        return words("Line {line}, {field}: {reason}", line=self.line, field=self.field, reason=self.reason)

    def __str__(self) -> str:
        return self.said


class Row:
    """One mapping of the file; every field is asked for once. What is wrong goes to `problems`, so that all is told at once."""

    def __init__(self, problems: list[Problem], node: yaml.MappingNode, path: str) -> None:
        self.problems, self.node, self.path = problems, node, path
        self.fields: dict[str, yaml.Node] = {}
        self.asked: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in self.fields:
                self.complain(name, words("stands there twice."), key)
            self.fields[name] = value

    def complain(self, name: str, reason: str, node: yaml.Node | None = None) -> None:
        """Remember what is wrong with a field."""
        where = node or self.fields.get(name) or self.node
        self.problems.append(Problem(where.start_mark.line + 1, f"{self.path}{name}", reason))

    def take(self, name: str) -> yaml.Node | None:
        """Return a field's node; None when it is absent or says null."""
        self.asked.add(name)
        node = self.fields.get(name)
        is_null = isinstance(node, yaml.ScalarNode) and node.tag == PLAIN_NULL
        return None if is_null else node

    def text(self, name: str, *, longest: int = LONGEST_TEXT, needed: bool = False) -> str:
        """Return a text as it stands there, whatever YAML would take it for."""
        node = self.take(name)
        if node is None:
            if needed:
                self.complain(name, words("is missing."))
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.complain(name, words("takes a text, not a list."))
            return ""
        value = sanitise(node.value).text
        if needed and not value.strip():
            self.complain(name, words("is empty."))
        if len(value) > longest:
            self.complain(
                name,
                words("has {number} characters, at most {longest} fit.", number=len(value), longest=longest),
            )
        return value

    def one_of(self, name: str, values: Iterable[str], default: str | None = None) -> str:
        """Return one of a closed set of words."""
        value = self.text(name, needed=default is None)
        if not value:
            return default or ""
        if value not in values:
            self.complain(
                name,
                words(
                    "“{value}” is not one of {values}.",
                    value=value[:40],
                    values=", ".join(filter(None, values)),
                ),
            )
        return value

    def truth(self, name: str) -> bool:
        """Return yes or no; yes when nothing is said."""
        return self.one_of(name, ("true", "false"), default="true") == "true"

    def key(self) -> str:
        """Return the part's key; empty when the file gives none."""
        value = self.text("key")
        try:
            return str(UUID(value)) if value else ""
        except ValueError:
            self.complain("key", words("is not a UUID. Leave it out to get a new one."))
            return ""

    def points(self) -> Decimal:
        """Return points as they may be given."""
        value = self.text("points", needed=True)
        try:
            points = Decimal(value or "1")
        except InvalidOperation:
            points = Decimal("NaN")
        is_good = points.is_finite() and 0 < abs(points) <= 10 and points == round(points, 2)
        if not is_good:
            self.complain(
                "points",
                words(
                    "“{value}”: takes a number from -10 to 10, never 0, with at most two decimals.",
                    value=value[:20],
                ),
            )
        return points.normalize() if is_good else Decimal(1)

    def texts(self, name: str, *, longest: int) -> tuple[str, ...]:
        """Return a list of short texts."""
        node = self.take(name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode) or not all(
            isinstance(each, yaml.ScalarNode) for each in node.value
        ):
            self.complain(name, words("takes a list of words."))
            return ()
        values = tuple(sanitise(each.value).text for each in node.value)
        if any(not value or len(value) > longest for value in values):
            self.complain(name, words("each has 1 to {longest} characters.", longest=longest))
        return values

    def parts(self, name: str, make: "Callable[[Row], Part]") -> tuple[Part, ...]:
        """Return a list of parts."""
        node = self.take(name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.complain(name, words("takes a list of entries, each with its fields."))
            return ()
        if len(node.value) > MOST_PARTS:
            self.complain(
                name,
                words(
                    "has {number} entries, at most {most} fit.",
                    number=len(node.value),
                    most=MOST_PARTS,
                ),
            )
            return ()
        return tuple(self.made(name, node.value, make))

    def made(self, name: str, nodes: list[yaml.Node], make: "Callable[[Row], Part]") -> Iterator[Part]:
        """Read each entry of a list."""
        for number, node in enumerate(nodes, start=1):
            if not isinstance(node, yaml.MappingNode):
                self.complain(
                    f"{name} {number}", words("takes fields such as “text: …”, not a bare word."), node
                )
                continue
            row = Row(self.problems, node, f"{self.path}{name} {number}, ")
            yield make(row)
            row.refuse_the_rest()

    def refuse_the_rest(self) -> None:
        """Complain about fields that nobody asked for: a misspelt one would be lost silently."""
        for name in self.fields.keys() - self.asked:
            known = ", ".join(sorted(self.asked))
            self.complain(name[:40], words("is not a field here. The fields are {known}.", known=known))
