"""Bytes of an untrusted file: decompressed, counted, in UTF-8, in lines of bounded length."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from config.wording import words
from curation.sources.base import MB, Limits, Problem, TooLarge, UnreadableFile

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_CHUNK = 1 << 16
_BREAKS = (EOFError, zlib.error, gzip.BadGzipFile)

EXTENSIONS = {
    "jsonl": (".jsonl", ".ndjson"),
    "json": (".json",),
    "csv": (".csv",),
    "parquet": (".parquet",),
}


class BrokenStream(Exception):
    """The compressed data breaks off or is damaged at this point."""


class Utf16Stream:
    """Reads UTF-16 as UTF-8; halves of pairs become U+FFFD."""

    def __init__(self, raw: BinaryIO, encoding: str) -> None:
        self._text = io.TextIOWrapper(raw, encoding, errors="replace", newline="\n")

    def readline(self, size: int) -> bytes:
        return self._text.readline(size).encode()

    def read(self, size: int) -> bytes:
        return self._text.read(size).encode()


class CountedStream:
    """The decoded bytes of a file, counted against the cap whatever any header says."""

    def __init__(self, file: io.BufferedReader, limits: Limits) -> None:
        head = _head(file)
        self.is_array = head.lstrip(_BEFORE_TEXT)[:1] == b"["
        """Whether the first character of the text opens a JSON array."""
        self._raw = _as_utf8(file, head)
        self._limits = limits
        self._left = limits.max_decoded_bytes

    def readline(self, size: int) -> bytes:
        try:
            return self._counted(self._raw.readline(size))
        except _BREAKS as error:
            raise BrokenStream from error

    def read(self, size: int = _CHUNK) -> bytes:
        try:
            return self._counted(self._raw.read(size))
        except _BREAKS as error:
            raise BrokenStream from error

    def lines(self) -> Iterator[tuple[int, bytes] | Problem]:
        """Yield (number from 1, line with its end); a Problem for a line that is too long or broken off."""
        most = self._limits.max_line_bytes
        number = 0
        while True:
            number += 1
            try:
                line = self.readline(most + 1)
                if not line:
                    return
                if len(line) <= most:
                    yield number, line
                    continue
                self._skip_rest_of(line)
            except BrokenStream:
                yield broken(number)
                return
            yield Problem(number, "", f"the line is longer than {most / MB:g} MB")

    def _skip_rest_of(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self.readline(_CHUNK)

    def _counted(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._limits)
        return data


def too_large(limits: Limits) -> TooLarge:
    """Return the error that names the limit a file went past."""
    return TooLarge(
        words(
            "The file holds more than {number} MB once decompressed (max_decoded_bytes). The rows "
            "before that were read.",
            number=f"{limits.max_decoded_bytes / MB:,.0f}",
        )
    )


def broken(line: int) -> Problem:
    """Return what is said of the line at which compressed data breaks off."""
    return Problem(line, "", "the compressed data is damaged or breaks off here; the rows before were read")


@contextmanager
def open_source(path: Path, limits: Limits) -> Iterator[CountedStream]:
    """Open a text file for reading, gzip or plain by its first bytes, UTF-8 or UTF-16 by its mark."""
    with path.open("rb") as file:
        if file.peek(2)[:2] != _GZIP:
            yield CountedStream(file, limits)
            return
        with gzip.GzipFile(fileobj=file) as unzipped:
            yield CountedStream(io.BufferedReader(unzipped, _CHUNK), limits)


def _head(file: io.BufferedReader) -> bytes:
    try:
        return file.peek(64)[:64]
    except _BREAKS:
        return b""


def _as_utf8(raw: io.BufferedReader, head: bytes) -> BinaryIO | Utf16Stream:
    if head.startswith(_BOM):
        raw.read(len(_BOM))
    elif head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Utf16Stream(raw, "utf-16")
    elif len(head) > 1 and head.count(0, 0, 2) == 1:
        # No text begins with a NUL, so one of the first two bytes being one means UTF-16 without its mark.
        return Utf16Stream(raw, "utf-16-le" if head[0] else "utf-16-be")
    return raw


def file_kind(path: Path) -> str:
    """Return the format a file name says: jsonl, json, csv or parquet.

    Raises:
        UnreadableFile: it says none of them.
    """
    name = path.name.lower().removesuffix(".gz")
    for kind, endings in EXTENSIONS.items():
        if name.endswith(endings):
            return kind
    known = ", ".join(ending for endings in EXTENSIONS.values() for ending in endings)
    raise UnreadableFile(
        words(
            "{name}: expected a file name that ends in {known} (text also with .gz).",
            name=path.name,
            known=known,
        )
    )
