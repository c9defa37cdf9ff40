"""The file of a backup: a tar archive whose last member lists all others with their hashes.

about.json, database/00000000 …, files/<path> …, manifest.json
"""

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, Self

from config.backups.sealed import MAGIC, Damaged, SealedReader, SealedWriter

ABOUT = "about.json"
DATABASE = "database/"
FILES = "files/"
MANIFEST = "manifest.json"
BLOCK = 1 << 20
DATABASE_PART = 4 << 20


class KeyNeeded(Exception):
    """The backup is encrypted and no key was given."""


class Member(NamedTuple):
    """One member of an archive while it is read."""

    name: str
    content: IO[bytes]


class Hashing:
    """Passes bytes on and keeps count of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sha256 = sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        part = self.file.read(size)
        self.sha256.update(part)
        self.size += len(part)
        return part

    @property
    def entry(self) -> list[Any]:
        """What the manifest says of the bytes that passed."""
        return [self.size, self.sha256.hexdigest()]


class ArchiveWriter:
    """Writes a backup from front to end."""

    def __init__(self, file: IO[bytes], secret: bytes | None) -> None:
        self.sealed = SealedWriter(file, secret) if secret else None
        self.tar = tarfile.open(fileobj=self.sealed or file, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload] # noqa: SIM115 - closed by `finish`.
        self.members: dict[str, list[Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind and self.tar.fileobj:
            # What was begun is thrown away, so nothing more is written when it is forgotten.
            self.tar.fileobj.closed = True

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Add a member of a known size.

        Raises:
            Damaged: the content was shorter, because somebody else changes it.
        """
        described = tarfile.TarInfo(name)
        described.size = size
        described.mode = 0o600
        hashing = Hashing(content)
        try:
            self.tar.addfile(described, hashing)
        except OSError as error:
            if hashing.size < size:
                raise Damaged(f"{name} was changed while it was read") from error
            raise
        self.members[name] = hashing.entry
        # The archive would remember every member for readers that jump.
        self.tar.members = []

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self.add(name, BytesIO(content), len(content))

    def add_database(self, dump: IO[bytes]) -> None:
        """Add a dump of unknown length, in parts."""
        number = 0
        while part := dump.read(DATABASE_PART):
            self.add_bytes(f"{DATABASE}{number:08}", part)
            number += 1

    def finish(self) -> None:
        """Add the manifest, without which the archive counts as incomplete."""
        self.add_bytes(MANIFEST, json.dumps(self.members).encode())
        self.tar.close()
        if self.sealed:
            self.sealed.close()


def is_sealed(path: Path) -> bool:
    """Whether a backup is encrypted."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


@contextmanager
def opened(path: Path, secret: bytes | None) -> Iterator[Iterator[Member]]:
    """Give the members of a backup, in order; each must be read before the next.

    Raises:
        KeyNeeded: it is encrypted and no key was given.
        WrongKey: it is encrypted with another key.
        Damaged: it is no backup, or not whole.
    """
    needs_key = is_sealed(path)
    if needs_key and not secret:
        raise KeyNeeded
    with path.open("rb") as file:
        source = SealedReader(file, secret) if needs_key and secret else file
        try:
            with tarfile.open(fileobj=source, mode="r|") as tar:  # type: ignore[call-overload]
                yield members_of(tar)
        except tarfile.TarError as error:
            raise Damaged(f"it can’t be read as a backup ({error})") from error


def members_of(tar: tarfile.TarFile) -> Iterator[Member]:
    """Return what an archive holds, and nothing that isn't a plain file inside it."""
    while described := tar.next():
        content = tar.extractfile(described)
        if content is None or not is_inside(described.name):
            raise Damaged(f"it holds {described.name!r}, which no backup does")
        yield Member(described.name, content)
        tar.members = []  # type: ignore[attr-defined]


def is_inside(name: str) -> bool:
    """Whether a member's name stays below the folder it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in name


def checked(path: Path, secret: bytes | None) -> dict[str, Any]:
    """Read a backup from front to end and compare every hash.

    Returns:
        What it says about itself.

    Raises:
        KeyNeeded, WrongKey, Damaged: as `opened`.
    """
    about: dict[str, Any] = {}
    found: dict[str, list[Any]] = {}
    manifest: dict[str, list[Any]] | None = None
    with opened(path, secret) as members:
        for name, content in members:
            hashing = Hashing(content)
            if name == ABOUT:
                about = parsed(name, hashing.read())
            elif name == MANIFEST:
                manifest = parsed(name, hashing.read())
                continue
            while hashing.read(BLOCK):
                pass
            found[name] = hashing.entry
    if manifest is None:
        raise Damaged("its end is missing")
    if wrong := sorted(
        name for name in found.keys() | manifest.keys() if found.get(name) != manifest.get(name)
    ):
        raise Damaged(f"{wrong[0]} is not what was backed up")
    return about


def parsed(name: str, content: bytes) -> dict[str, Any]:
    """Return what a member of ours says."""
    try:
        said: dict[str, Any] = json.loads(content)
    except ValueError as error:
        raise Damaged(f"{name} can’t be read") from error
    return said
