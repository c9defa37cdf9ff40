"""Makes a backup: the database as it stands in one snapshot, then the files that its rows name."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from config.backups import house, postgres
from config.backups.archive import ABOUT, FILES, ArchiveWriter
from config.backups.outside import outside
from exports.models import ReleaseFile
from labeling.erasures import write_down

_SNAPSHOT = "SELECT pg_export_snapshot(), now(), current_setting('server_version')"
SUFFIX = ".arete"


class Made(NamedTuple):
    """A backup that was made."""

    path: Path
    size: int
    files: int
    lacking: list[str]
    """Files of releases that the database names and that are not there, or are others."""
    outside: list[str]
    """What the house wrote or reads elsewhere, which no backup of it holds."""


def make_backup(to: Path, secret: bytes | None = None) -> Made:
    """Write the house into one file, which appears when it is complete.

    Files are copied after the snapshot, so that all that its rows name is there: files of releases never change, and
    what came later does no harm.

    Args:
        to: a folder, in which the file is named for the time; or the file, which must not exist.
        secret: encrypts it; None leaves it readable.

    Raises:
        FileExistsError: there is a file already.
        ProgramFailed: the database could not be dumped.
        Damaged: a file was changed while it was read.
    """
    write_down()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(_SNAPSHOT)
        snapshot, at, server = cursor.fetchone()
        path = target(to, at)
        with written(path) as file, ArchiveWriter(file, secret) as archive:
            archive.add_bytes(ABOUT, json.dumps(house.about(at, server)).encode())
            with postgres.dump(snapshot) as dumped:
                archive.add_database(dumped)
            named = files_of_releases()
            count = add_files(archive)
            archive.finish()
        elsewhere = outside()
    lacking = [name for name, sha256 in named.items() if archive.members.get(name, ["", ""])[1] != sha256]
    made = Made(path, path.stat().st_size, count, sorted(lacking), elsewhere)
    house.write_note(
        house.LAST, {"timestamp": int(at.timestamp()), "bytes": made.size, "is_sealed": bool(secret)}
    )
    return made


def target(to: Path, at: datetime) -> Path:
    """Return the file to write."""
    path = to / f"arete-{at:%Y%m%dT%H%M%SZ}{SUFFIX}" if to.is_dir() or not to.suffix else to
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError(f"{path} exists already.")
    return path


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that only its owner reads; it gets its name when it is complete and on disk."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def files_of_releases() -> dict[str, str]:
    """Return the files that built releases consist of, with their hashes."""
    found = ReleaseFile.objects.exclude(release__path="").values_list("release__path", "path", "sha256")
    return {f"{FILES}{folder}/{path}": sha256 for folder, path, sha256 in found.iterator()}


def add_files(archive: ArchiveWriter) -> int:
    """Add every file of the data folder; return how many. One that goes away meanwhile is none that a row needs."""
    count = 0
    for path in house.files():
        try:
            content = path.open("rb")
        except FileNotFoundError:
            continue
        with content:
            size = os.fstat(content.fileno()).st_size
            archive.add(FILES + str(path.relative_to(settings.DATA_DIR)), content, size)
        count += 1
    return count


def summary(made: Made) -> dict[str, Any]:
    """Return what a backup came to, for programs."""
    return {
        "path": str(made.path),
        "bytes": made.size,
        "files": made.files,
        "lacking": made.lacking,
        "outside": made.outside,
    }
