"""Rows in the binary form of PostgreSQL's COPY. Knows no Django.

Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". psycopg adapts value by value, which
costs more than all the rest of a row.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any, NamedTuple

Encoder = Callable[[Any], bytes]

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
VARCHAR, BIGINT = 1043, 20
"""The types' numbers in PostgreSQL."""
BLOCK = 1 << 18
"""Bytes that are sent together."""

MOST_REPEATS = 1000
LONGEST_REPEAT = 1000

size = Struct(">i").pack
two_numbers = Struct(">ii").pack
three_numbers = Struct(">iii").pack
two_bytes = Struct(">ih").pack
four_bytes = Struct(">ii").pack
eight_bytes = Struct(">iq").pack
count = Struct(">h").pack


def text_bytes(value: str) -> bytes:
    data = value.encode()
    return size(len(data)) + data


def json_bytes(value: bytes) -> bytes:
    return size(len(value) + 1) + b"\x01" + value


def text_array_bytes(value: Sequence[str]) -> bytes:
    if not value:
        data = three_numbers(0, 0, VARCHAR)
    else:
        data = three_numbers(1, 0, VARCHAR) + two_numbers(len(value), 1) + b"".join(map(text_bytes, value))
    return size(len(data)) + data


def number_array_bytes(value: Sequence[int]) -> bytes:
    if not value:
        data = three_numbers(0, 0, BIGINT)
    else:
        head = three_numbers(1, 0, BIGINT) + two_numbers(len(value), 1)
        data = head + b"".join(eight_bytes(8, each) for each in value)
    return size(len(data)) + data


ENCODERS: dict[str, Encoder] = {
    "uuid": lambda value: b"\0\0\0\x10" + (value if type(value) is bytes else value.bytes),
    "text": text_bytes,
    "varchar": text_bytes,
    "jsonb": json_bytes,
    "bytea": lambda value: size(len(value)) + value,
    "boolean": lambda value: b"\0\0\0\x01\x01" if value else b"\0\0\0\x01\0",
    "smallint": lambda value: two_bytes(2, value),
    "integer": lambda value: four_bytes(4, value),
    "bigint": lambda value: eight_bytes(8, value),
    "timestamp with time zone": lambda value: eight_bytes(8, (value - EPOCH) // MICROSECOND),
    "varchar[]": text_array_bytes,
    "bigint[]": number_array_bytes,
}


class Layout(NamedTuple):
    """How the rows of one table go over: which columns, and what stands in those that never differ."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    """Of the first columns, which differ from row to row."""
    tail: bytes
    """The values of the other columns, encoded."""

    def encoder(self) -> Callable[[Sequence[Any]], bytes]:
        """Return the function that encodes one row's values, given in the order of the columns."""
        encode = self.encoder_with_repeats(0)
        return lambda values: encode(values, ())

    def encoder_with_repeats(self, repeated: int) -> Callable[[Sequence[Any], tuple[Any, ...]], bytes]:
        """Return a function for rows whose last so many values are mostly those of an earlier row.

        It takes the values of the first columns, and those that repeat, which are encoded once.
        """
        head, tail = count(len(self.columns)), self.tail
        at = len(self.types) - repeated
        encoders = [ENCODERS[each] for each in self.types[:at]]
        last = [ENCODERS[each] for each in self.types[at:]]
        known: dict[tuple[Any, ...], bytes] = {}

        def encode(values: Sequence[Any], repeats: tuple[Any, ...]) -> bytes:
            ending = known.get(repeats)
            if ending is None:
                ending = _encoded_all(last, repeats) + tail
                if len(known) < MOST_REPEATS and len(ending) < LONGEST_REPEAT:
                    known[repeats] = ending
            return head + _encoded_all(encoders, values) + ending

        return encode


def _encoded_all(encoders: Sequence[Encoder], values: Sequence[Any]) -> bytes:
    return b"".join(
        [NULL if value is None else encode(value) for encode, value in zip(encoders, values, strict=True)]
    )


def encoded(kind: str, value: Any) -> bytes:
    """Return one field as COPY wants it."""
    return NULL if value is None else ENCODERS[kind](value)


def blocks(rows: Iterable[bytes]) -> Iterable[bytes]:
    """Yield encoded rows as the pieces of one stream."""
    block = bytearray(SIGNATURE)
    for row in rows:
        block += row
        if len(block) > BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block + END)
