"""Records of JSON lines and of JSON arrays."""

import codecs
import json
import math
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import orjson

from curation.sources.base import MB, Limits, Problem, Record
from curation.sources.opening import BrokenStream, CountedStream, broken

_BLANK = re.compile(r"[ \t\r\n]*+")
_KINDS = {list: "an array", str: "a text", float: "a number", int: "a number", bool: "a boolean"}


class LenientDecoder:
    """The standard library's parser, for what orjson refuses although its meaning is plain.

    Lone surrogates and raw control characters pass (and are sanitised later); numbers of any length do no harm,
    because no source reads one. What has no meaning is collected in `odd`.
    """

    def __init__(self) -> None:
        self.odd: list[str] = []
        self._decoder = json.JSONDecoder(
            strict=False,
            parse_int=self._number,
            parse_float=self._number,
            parse_constant=self._constant,
            object_pairs_hook=self._object,
        )

    def decode(self, text: str, start: int = 0) -> tuple[object, int]:
        """Return the value that begins at `start` and the offset behind it.

        Raises:
            json.JSONDecodeError: there is none, or it is not complete.
            RecursionError: it is nested too deeply.
        """
        self.odd.clear()
        value, end = self._decoder.raw_decode(text, start)
        return value, end

    def _number(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            self.odd.append(f"the number {digits[:12]}… is out of range")
        return value

    def _constant(self, name: str) -> None:
        self.odd.append(f"{name} is not a JSON value")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            keys = [key for key, _ in pairs]
            doubled = next(key for key in keys if keys.count(key) > 1)
            self.odd.append(f'the column "{doubled[:60]}" appears twice')
        return fields


def json_line_records(
    stream: CountedStream, wanted: Callable[[int], bool] | None = None
) -> Iterator[Record | Problem]:
    """Yield a record or a problem for each line that is not blank, or for each that is also wanted."""
    lenient = LenientDecoder()
    for item in stream.lines():
        if wanted is not None and not wanted(item[0]):
            continue
        if isinstance(item, Problem):
            yield item
            continue
        number, line = item
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if line.strip():
                yield _second_look(lenient, number, line, error)
            continue
        if type(value) is dict and not _may_double(line, value):
            yield Record(number, value, line)
        else:
            yield _second_look(lenient, number, line)


def _may_double(line: bytes, fields: dict[str, object]) -> bool:
    # A quote inside of a text is escaped, so a key's quoted name occurs twice only as key or as a whole value.
    return any(line.count(f'"{key}"'.encode()) > 1 for key in fields)


def _second_look(
    lenient: LenientDecoder, number: int, line: bytes, error: orjson.JSONDecodeError | None = None
) -> Record | Problem:
    try:
        text = line.decode()
        value, end = lenient.decode(text, _blank_end(text, 0))
        if _blank_end(text, end) < len(text):
            raise json.JSONDecodeError("unexpected text after the value", text, end)
    except UnicodeDecodeError as fault:
        return Problem(number, "", f"not UTF-8 at byte {fault.start + 1} of the line (is the file Latin-1?)")
    except RecursionError:
        return Problem(number, "", "nested too deeply")
    except json.JSONDecodeError as fault:
        fault = error or fault
        if fault.pos >= len(text.rstrip()):
            return Problem(number, "", "not JSON: the line ends in the middle of a value")
        return Problem(number, "", f"not JSON: {fault.msg} at character {fault.pos + 1}")
    return _record(lenient, number, value)


def _record(lenient: LenientDecoder, number: int, value: object) -> Record | Problem:
    if lenient.odd:
        return Problem(number, "", lenient.odd[0])
    if not isinstance(value, dict):
        return Problem(number, "", f"expected an object, found {_KINDS.get(type(value), 'null')}")
    return Record(number, value)


def _blank_end(text: str, start: int) -> int:
    match = _BLANK.match(text, start)
    return match.end() if match else start


class ArrayBuffer:
    """The part of a JSON array in memory: at most one element and what was read beside it."""

    def __init__(self, stream: CountedStream) -> None:
        self._stream = stream
        self._utf8 = codecs.getincrementaldecoder("utf-8")("strict")
        self._text = ""
        self._at = 0
        self._is_ended = False

    def next_char(self) -> str:
        """Return the next character that is not blank, without taking it; empty at the end."""
        while (end := _blank_end(self._text, self._at)) == len(self._text) and self._grow():
            pass
        self._at = end
        return self._text[end : end + 1]

    def skip(self) -> None:
        self._at += 1

    def element(self, lenient: LenientDecoder, limits: Limits) -> object:
        """Take the next element.

        Raises:
            json.JSONDecodeError: it is damaged, incomplete or longer than a line may be.
        """
        while True:
            try:
                value, end = lenient.decode(self._text, self._at)
                # A number at the end of the buffer may go on in the next chunk.
                if end < len(self._text) or not self._grow():
                    self._at = end
                    return value
            except json.JSONDecodeError:
                if len(self._text) - self._at > limits.max_line_bytes or not self._grow():
                    raise

    def _grow(self) -> bool:
        if self._is_ended:
            return False
        # Doubling what is held keeps parsing an element again after each read linear in its size.
        rest = self._text[self._at :]
        data = self._stream.read(max(1 << 16, len(rest)))
        self._is_ended = not data
        self._text = rest + self._utf8.decode(data, final=not data)
        self._at = 0
        return not self._is_ended


def json_array_records(stream: CountedStream, limits: Limits) -> Iterator[Record | Problem]:
    """Yield a record or a problem for each element of one array; a record's line is its place from 1."""
    buffer = ArrayBuffer(stream)
    lenient = LenientDecoder()
    for number in count(1):
        try:
            if _is_last(buffer, number):
                return
            value = buffer.element(lenient, limits)
        except (json.JSONDecodeError, RecursionError, UnicodeDecodeError) as error:
            yield Problem(number, "", _array_fault(error, limits))
            return
        except BrokenStream:
            yield broken(number)
            return
        yield _record(lenient, number, value)


def _is_last(buffer: ArrayBuffer, number: int) -> bool:
    found = buffer.next_char()
    if number == 1:
        buffer.skip()
        found = buffer.next_char()
        return found == "]"
    if found not in (",", "]"):
        raise json.JSONDecodeError("expected a comma or the end of the array", "", 0)
    buffer.skip()
    if found == ",":
        buffer.next_char()
    return found == "]"


def _array_fault(error: Exception, limits: Limits) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 from here on (is the file Latin-1?); the elements before were read"
    if isinstance(error, RecursionError):
        return "nested too deeply; the elements before were read"
    return (
        f"not JSON from here on, or an element of more than {limits.max_line_bytes / MB:g} MB;"
        " the elements before were read"
    )
