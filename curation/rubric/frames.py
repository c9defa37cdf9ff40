r"""JSON whose parts remember where they stood, so that some can change while every other byte stays.

frame = parse('{"a": [1.50, "\\u00e9"], "b": null}')
frame["a"][0].raw                                    # '1.50'
edited(frame, {frame["b"]: '"new"'})                 # '{"a": [1.50, "\\u00e9"], "b": "new"}'
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs leave it out
from typing import Any

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 100


class BadJson(ValueError):
    """The text is no JSON, or JSON without a plain meaning; the message says where."""


@dataclass(eq=False)
class Frame:
    """A value with its place in the text. Numbers keep their spelling in `raw`; `value` of a number is that spelling."""

    source: str
    start: int
    end: int = 0
    kind: str = ""
    """object, array, string, number or word."""
    value: Any = None
    """Of a string its text, of a number its spelling, of a word True, False or None."""
    fields: "dict[str, Frame]" = field(default_factory=dict)
    items: "list[Frame]" = field(default_factory=list)

    @property
    def raw(self) -> str:
        """The text of the value as it stands in the source."""
        return self.source[self.start : self.end]

    def __getitem__(self, key: str | int) -> "Frame":
        return self.items[key] if isinstance(key, int) else self.fields[key]

    def get(self, key: str) -> "Frame | None":
        """Return a field of an object, None when it has no such field."""
        return self.fields.get(key)

    def __iter__(self) -> "Iterator[Frame]":
        return iter(self.items)


def parse(source: str) -> Frame:
    """Return the one value that a text holds.

    Raises:
        BadJson: it holds none, or more, or one with the same key twice in an object, or one that is nested too deeply.
    """
    value = _value(source, _skip(source, 0), 0)
    if _skip(source, value.end) != len(source):
        raise BadJson(f"not JSON: unexpected text at character {value.end + 1}")
    return value


def _skip(source: str, at: int) -> int:
    match = _BLANK.match(source, at)
    return match.end() if match else at


def _value(source: str, at: int, depth: int) -> Frame:
    if depth > _DEEPEST:
        raise BadJson("nested too deeply")
    frame = Frame(source, at)
    sign = source[at : at + 1]
    if sign == "{":
        _object(frame, depth)
    elif sign == "[":
        _array(frame, depth)
    elif sign == '"':
        frame.kind = "string"
        frame.value, frame.end = _string(source, at)
    else:
        _scalar(frame)
    return frame


def _string(source: str, at: int) -> tuple[str, int]:
    try:
        return scanstring(source, at + 1, True)  # type: ignore[no-any-return]
    except json.JSONDecodeError as error:
        raise BadJson(f"not JSON: {error.msg} at character {error.pos + 1}") from None


def _scalar(frame: Frame) -> None:
    for word, value in _WORDS.items():
        if frame.source.startswith(word, frame.start):
            frame.kind, frame.value, frame.end = "word", value, frame.start + len(word)
            return
    number = _NUMBER.match(frame.source, frame.start)
    if number is None:
        raise BadJson(f"not JSON: no value at character {frame.start + 1}")
    frame.kind, frame.value, frame.end = "number", number[0], number.end()


def _object(frame: Frame, depth: int) -> None:
    frame.kind, source, at = "object", frame.source, _skip(frame.source, frame.start + 1)
    while source[at : at + 1] != "}":
        if source[at : at + 1] != '"':
            raise BadJson(f"not JSON: no key at character {at + 1}")
        key, at = _string(source, at)
        if key in frame.fields:
            raise BadJson(f"the key “{key[:60]}” stands twice in one object")
        at = _skip(source, _expect(source, _skip(source, at), ":"))
        frame.fields[key] = _value(source, at, depth + 1)
        at = _next(source, frame.fields[key].end, "}")
    frame.end = at + 1


def _array(frame: Frame, depth: int) -> None:
    frame.kind, source, at = "array", frame.source, _skip(frame.source, frame.start + 1)
    while source[at : at + 1] != "]":
        frame.items.append(_value(source, at, depth + 1))
        at = _next(source, frame.items[-1].end, "]")
    frame.end = at + 1


def _next(source: str, at: int, close: str) -> int:
    at = _skip(source, at)
    if source[at : at + 1] == close:
        return at
    at = _skip(source, _expect(source, at, ","))
    if source[at : at + 1] == close:
        raise BadJson(f"not JSON: a comma too many at character {at + 1}")
    return at


def _expect(source: str, at: int, sign: str) -> int:
    if source[at : at + 1] != sign:
        raise BadJson(f"not JSON: no “{sign}” at character {at + 1}")
    return at + 1


def edited(frame: Frame, changes: Mapping[Frame, str]) -> str:
    """Return a value's text with some of its parts, or itself, replaced by other JSON. Parts must not lie in each other."""
    pieces, at = [], frame.start
    for part, text in sorted(changes.items(), key=lambda change: change[0].start):
        pieces += [frame.source[at : part.start], text]
        at = part.end
    return "".join([*pieces, frame.source[at : frame.end]])


def with_items(array: Frame, items: list[str]) -> str:
    """Return an array's text with other items, set as its own were."""
    if not array.items:
        return f"[{', '.join(items)}]"
    opening = array.source[array.start : array.items[0].start]
    closing = array.source[array.items[-1].end : array.end]
    between = array.source[array.items[0].end : array.items[1].start] if len(array.items) > 1 else ", "
    return opening + between.join(items) + closing if items else "[]"


def with_field(obj: Frame, key: str, value: str) -> str:
    """Return an object's text with one more field at its end."""
    last = max((each.end for each in obj.fields.values()), default=None)
    entry = f"{json.dumps(key)}: {value}"
    if last is None:
        return f"{{{entry}}}"
    return f"{obj.source[obj.start : last]}, {entry}{obj.source[last : obj.end]}"


def spell(value: object, like: str) -> str:
    """Return a value as JSON, with letters beyond ASCII escaped when a text of that kind has none of them."""
    return json.dumps(value, ensure_ascii=like.isascii())
