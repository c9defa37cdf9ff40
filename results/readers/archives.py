"""Members of a ZIP file from a stranger: each read whole, all of it counted, packed with Zstandard too."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import unpack
from typing import IO, BinaryIO

import zstandard

from results.readers.base import BadFile

ZSTANDARD = 93
"""How Inspect packs its logs; Python's own reader knows it from 3.14 on."""
LOCAL_HEADER, LOCAL_MARK = 30, b"PK\x03\x04"
MOST_MEMBERS = 200_000
MOST_MEMBER_BYTES = 32_000_000
MOST_BYTES = 600_000_000
LARGEST_WINDOW = 1 << 27
CHUNK = 1 << 20
DAMAGED = "The archive is damaged: {reason}."
TOO_LARGE = "It unpacks to more than {limit:,} MB."


class Archive:
    """An open ZIP file."""

    def __init__(self, file: BinaryIO, names: zipfile.ZipFile) -> None:
        self._file, self._zip = file, names
        self._left = MOST_BYTES

    @property
    def names(self) -> list[str]:
        """The names of its members, in order."""
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """Return the content of a member.

        Raises:
            BadFile: it is damaged, or unpacks to more than anybody means.
        """
        try:
            info = self._zip.getinfo(name)
            with self._open(info) as stream:
                content = self._taken(stream, name)
        except BadFile:
            raise
        except (
            zipfile.BadZipFile,
            zstandard.ZstdError,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            KeyError,
            ValueError,
        ) as error:
            raise BadFile(name[:120], "", DAMAGED.format(reason=error)) from error
        if info.compress_type == ZSTANDARD and zlib.crc32(content) != info.CRC:
            raise BadFile(name[:120], "", DAMAGED.format(reason="its checksum differs"))
        return content

    def _open(self, info: zipfile.ZipInfo) -> IO[bytes]:
        if info.compress_type != ZSTANDARD:
            return self._zip.open(info)
        self._file.seek(info.header_offset)
        head = self._file.read(LOCAL_HEADER)
        if len(head) < LOCAL_HEADER or not head.startswith(LOCAL_MARK):
            raise zipfile.BadZipFile("a member has no head")
        self._file.seek(sum(unpack("<HH", head[26:30])), 1)
        packed = self._file.read(info.compress_size)
        unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        return unpacker.stream_reader(packed, read_across_frames=True)

    def _taken(self, stream: IO[bytes], name: str) -> bytes:
        taken = bytearray()
        # What an archive says of its sizes is not believed.
        while chunk := stream.read(CHUNK):
            taken += chunk
            self._left -= len(chunk)
            if len(taken) > MOST_MEMBER_BYTES:
                raise BadFile(name[:120], "", TOO_LARGE.format(limit=MOST_MEMBER_BYTES // 1_000_000))
            if self._left < 0:
                raise BadFile("", "", TOO_LARGE.format(limit=MOST_BYTES // 1_000_000))
        return bytes(taken)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a ZIP file.

    Raises:
        BadFile: it is none, or holds more members than anybody means.
    """
    with path.open("rb") as file:
        try:
            names = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadFile("", "", DAMAGED.format(reason=error)) from error
        if len(names.infolist()) > MOST_MEMBERS:
            raise BadFile("", "", f"It holds more than {MOST_MEMBERS:,} members.")
        yield Archive(file, names)
