"""Releases in a folder of the server, below those that the operator allows."""

import hashlib
import os
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from exports.hub import Conflict, NotFound, Rejected

NOT_ALLOWED = "{folder} is not below a folder that the operator allows: {roots}. The operator can add one to PUBLISH_FOLDERS."
CANT = "{folder} can't be used: {reason}."
COPY_BYTES = 1 << 20


def roots() -> list[Path]:
    """Return the folders below which releases may be published."""
    return [settings.DATA_DIR / "published", *map(Path, settings.PUBLISH_FOLDERS)]


def checked_folder(text: str) -> Path:
    """Return a folder after looking where it really leads.

    Raises:
        Rejected: it is not below a folder that the operator allows.
    """
    folder = Path(text).resolve()
    if "\0" in text or not any(folder.is_relative_to(root.resolve()) for root in roots()):
        allowed = ", ".join(map(str, roots()))
        raise Rejected(NOT_ALLOWED.format(folder=text, roots=allowed))
    return folder


class FolderStore:
    """The files below one folder. The same verbs as for an S3-compatible storage.

    Raises:
        Rejected: the operator doesn't allow the folder.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.root = checked_folder(place)

    def listing(self, folder: str) -> dict[str, int]:
        """Return the sizes of what lies in a folder, by path below it. What a killed attempt was writing is no file."""
        root = self._path(folder)
        with self._errors():
            found = [
                path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".part-")
            ]
            return {path.relative_to(root).as_posix(): path.stat().st_size for path in found}

    def tidy(self, folder: str, keep: Container[str] = ()) -> None:
        """Remove what killed attempts were writing below a folder; a file is written anew as a whole."""
        with self._errors():
            for part in self._path(folder).rglob(".part-*"):
                part.unlink(missing_ok=True)

    def put(self, path: str, source: Path | bytes, *, sha256: str, is_new: bool = False) -> None:
        """Write one file whole and durably, or not at all.

        Raises:
            Conflict: there is one already, and it must be new.
        """
        target = self._path(path)
        part = target.with_name(f".part-{uuid4().hex}")
        with self._errors():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as file:
                    for chunk in parts_of(source):
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                if is_new:
                    os.link(part, target)
                else:
                    part.replace(target)
                sync_folder(target.parent)
            finally:
                part.unlink(missing_ok=True)

    def read(self, path: str) -> bytes:
        """Return the content of a small file."""
        with self._errors():
            return self._path(path).read_bytes()

    def sha256(self, path: str) -> str:
        """Return the hash of a file."""
        with self._errors(), self._path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def delete(self, path: str) -> None:
        """Remove a file; one that is gone is no failure."""
        with self._errors():
            self._path(path).unlink(missing_ok=True)

    def is_open(self, path: str) -> bool:
        """Say whether anybody can read it: who may see the server's folders is the operator's business."""
        return False

    def _path(self, path: str) -> Path:
        return checked_folder(str(self.root / path))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError as error:
            raise Conflict(f"Somebody else wrote to {self.place} meanwhile.") from error
        except FileNotFoundError as error:
            raise NotFound(f"A file in {self.place} is gone.") from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Rejected(CANT.format(folder=self.place, reason=reason)) from error


def parts_of(source: Path | bytes) -> Iterator[bytes]:
    """Return content in parts."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while chunk := file.read(COPY_BYTES):
            yield chunk


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
