"""Files of a release: received beside their place, checked, and only then put there."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from arete_client.asking import Json

CHUNK = 1024 * 1024


class Damaged(Exception):
    """A file did not arrive as it is."""


class Received(NamedTuple):
    """How much of a file is here."""

    path: str
    done: int
    total: int


def target(folder: Path, name: str) -> Path:
    """Return where a file goes.

    Raises:
        Damaged: its name leads out of the folder.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise Damaged(f"{name} would lie outside of {folder}.")
    return folder.joinpath(*path.parts)


def is_there(path: Path, file: Json) -> bool:
    """Whether a file lies in its place already, unchanged."""
    if not path.is_file() or path.stat().st_size != file["size_bytes"]:
        return False
    summed = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            summed.update(chunk)
    return summed.hexdigest() == str(file["sha256"])


@contextmanager
def receiving(
    path: Path, file: Json, watch: Callable[[Received], None] | None = None
) -> Iterator[Callable[[bytes], None]]:
    """Take a file piece by piece.

    Raises:
        Damaged: the pieces don't make up the file; nothing is left of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    summed, done = hashlib.sha256(), 0
    try:
        with part.open("wb") as content:

            def take(chunk: bytes) -> None:
                nonlocal done
                content.write(chunk)
                summed.update(chunk)
                done += len(chunk)
                if watch:
                    watch(Received(file["path"], done, file["size_bytes"]))

            yield take
        if summed.hexdigest() != file["sha256"]:
            raise Damaged(f"{file['path']} arrived damaged. Download it again.")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def as_dataset(folder: Path, config: str) -> Any:
    """Return a config of a release in a folder as a `datasets.DatasetDict`, by split.

    Raises:
        ImportError: `datasets` is not installed.
        KeyError: the release has no such config.
    """
    # Heavy, and wanted by few.
    from datasets import load_dataset  # noqa: PLC0415

    splits = files_of(folder, config)
    if not splits:
        raise KeyError(config)
    return load_dataset("parquet", data_files=splits)


def files_of(folder: Path, config: str) -> dict[str, list[str]]:
    """Return the files of a config by split: data/CONFIG/SPLIT.parquet, or what lies in data/CONFIG/SPLIT/."""
    place = folder / "data" / config
    found: dict[str, list[str]] = {}
    for path in sorted(place.rglob("*.parquet")):
        first = path.relative_to(place).parts[0]
        found.setdefault(first.removesuffix(".parquet").partition("-")[0], []).append(str(path))
    return found
