"""What the first records of a file hold where, and which of it is probably what."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from curation.sources.base import Record
from curation.sources.mapped import Answer, ColumnMapping, joined

MOST_COLUMNS = 120
DEEPEST = 4
LIST_SHOWN = 4
"""How many elements of a list are offered by themselves."""
SAMPLE = 80

PROMPTS = (
    "prompt",
    "messages",
    "question",
    "instruction",
    "context",
    "conversation",
    "input",
    "query",
    "user",
    "text",
)
SYSTEMS = ("system", "system_prompt", "system_message")
RESPONSES = (
    ("chosen", "rejected"),
    ("response_a", "response_b"),
    ("completion_a", "completion_b"),
    ("answer_a", "answer_b"),
    ("response_1", "response_2"),
    ("response1", "response2"),
    ("response_0", "response_1"),
    ("answer1", "answer2"),
    ("output_1", "output_2"),
    ("response",),
    ("answer",),
    ("completion",),
    ("output",),
)
SINGLE = {
    "domain": ("domain",),
    "language": ("language", "lang"),
    "license": ("license", "licence"),
    "source": ("source", "dataset", "origin"),
    "warnings": ("content_warnings", "warnings", "content_warning"),
}


class Column(NamedTuple):
    """A place in the rows of a file, with what was found there first."""

    path: str
    kind: str
    """text, messages, number, yes or no, list or empty."""
    sample: str

    @property
    def is_text(self) -> bool:
        """Whether it can be a prompt or a response."""
        return self.kind in {"text", "messages", "empty"}

    @property
    def name(self) -> str:
        """The last word of the place, in lower case."""
        return self.path.rpartition(".")[2].lower()


def columns_of(records: Iterable[Record]) -> list[Column]:
    """Return the places of the records, in the order in which they were met."""
    found: dict[str, Column] = {}
    for record in records:
        for column in places((), record.fields):
            known = found.get(column.path)
            if known is None and len(found) >= MOST_COLUMNS:
                continue
            if known is None or (known.kind == "empty" and column.kind != "empty"):
                found[column.path] = column
    return list(found.values())


def places(keys: tuple[str | int, ...], value: object) -> Iterator[Column]:
    """Yield the places inside of a value."""
    if keys and is_messages(value):
        yield Column(joined(keys), "messages", shown(last_content(value)))
    elif isinstance(value, dict) and len(keys) < DEEPEST:
        for key, each in value.items():
            yield from places((*keys, str(key)), each)
    elif isinstance(value, list):
        yield from places_in_list(keys, value)
    elif keys:
        yield Column(joined(keys), kind(value), shown(value))


def places_in_list(keys: tuple[str | int, ...], values: list[object]) -> Iterator[Column]:
    """Yield a list of texts as such, and the places inside of its first elements."""
    if values and all(isinstance(each, str) for each in values):
        yield Column(joined(keys), "list", shown(", ".join(map(str, values))))
    if len(keys) < DEEPEST:
        for index, each in enumerate(values[:LIST_SHOWN]):
            yield from places((*keys, index), each)


def last_content(messages: object) -> str:
    """Return what the last of some messages says, with how many they are."""
    if not isinstance(messages, list):
        return ""
    return f"{len(messages)} messages, the last: {messages[-1].get('content')}"


def is_messages(value: object) -> bool:
    """Whether a value is a list of messages."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(each, dict) and {"role", "content"} <= each.keys() for each in value)


def kind(value: object) -> str:
    """Return what a single value is."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return "yes or no"
    return "text" if isinstance(value, str) else "number"


def shown(value: object) -> str:
    """Return the beginning of a value on one line."""
    text = " ".join(str("" if value is None else value)[: 4 * SAMPLE].split())
    return text if len(text) <= SAMPLE else f"{text[: SAMPLE - 1]}…"


def guess(columns: Iterable[Column]) -> ColumnMapping:
    """Return which place is probably what, by names; the prompt is empty when nothing looks like one."""
    by_name: dict[str, Column] = {}
    for column in columns:
        by_name.setdefault(column.name, column)
    texts = {name: column for name, column in by_name.items() if column.is_text}
    prompt = first(texts, PROMPTS)
    answers = next((names for names in RESPONSES if all(name in texts for name in names)), ())
    single = {name: first(by_name, names) for name, names in SINGLE.items()}
    return ColumnMapping(
        prompt,
        system=first(texts, SYSTEMS),
        responses=tuple(Answer(texts[name].path, model_of(name, by_name)) for name in answers),
        **{name: path for name, path in single.items() if path},
    )


def first(columns: dict[str, Column], names: Iterable[str]) -> str:
    """Return the place of the first name that is there, empty when none is."""
    return next((columns[name].path for name in names if name in columns), "")


def model_of(name: str, columns: dict[str, Column]) -> str:
    """Return the place where the model of a response is probably named."""
    ending = name.rpartition("_")[2] if "_" in name else ""
    names = (f"{name}_model", f"model_{ending}", f"{name}_source", "model" if not ending else "")
    return first(columns, (each for each in names if each))
