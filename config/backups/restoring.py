"""Puts a backup in the place of a house. Until it is whole, nothing is served."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from config.backups import house, postgres
from config.backups.archive import BLOCK, DATABASE, FILES, Member, checked, opened
from config.invariants import violations
from egress.models import Secret
from egress.secrets import can_open
from labeling.erasures import Erasure, erase_again, write_down
from runs.models import Run

NEWER = "It was made by a newer Arete ({version}), whose tables this one ({ours}) doesn’t know: {names}. Restore it with that one."
OTHER_FORMAT = "Its format is {found}, and this Arete reads {ours}."
LIVED_IN = "This house isn’t empty. --replace puts the backup in its place, and what is here now is gone: back it up first."
OTHERS = "{count} other sessions use the database. Stop web, workers and beat, then try again."


class NotNow(Exception):
    """The backup is whole, and can't be put here. The text is said to people."""


class Restored(NamedTuple):
    """What a restore came to."""

    about: dict[str, Any]
    files: int
    erased_again: list[Erasure]
    locked_secrets: int
    """Stored tokens that no key of this house opens."""
    violations: dict[str, list[list[object]]]


def restore(
    path: Path, secret: bytes | None = None, *, may_replace: bool = False, erasures: Path | None = None
) -> Restored:
    """Put a backup in the place of this house.

    The whole file is read and checked before anything is touched. The database is replaced in one transaction. From then
    on until the files are in place and erasures are repeated, a mark in the data folder keeps everything from starting.

    Args:
        path: the backup.
        secret: the key, when it is encrypted.
        may_replace: whether a house that isn't empty may go.
        erasures: another copy of `erasures.jsonl`, beside the one in the data folder.

    Raises:
        KeyNeeded, WrongKey, Damaged: the file can't be read; nothing was touched.
        NotNow: it doesn't fit here; nothing was touched.
        ProgramFailed: the database refused it and is what it was.
    """
    about = checked(path, secret)
    refuse_unfit(about)
    refuse_loss(may_replace)
    keep_erasures()
    files = unpack(path, secret)
    replace_database(path, secret)
    put_in_place()
    call_command("migrate", interactive=False, verbosity=0)
    let_go()
    again = erase_again(erasures)
    found = violations()
    locked = sum(not can_open(each) for each in Secret.objects.iterator())
    (settings.DATA_DIR / house.RESTORING).unlink()
    return Restored(about, files, again, locked, found)


def refuse_unfit(about: dict[str, Any]) -> None:
    """Refuse a backup with tables that this code doesn't know; one of an older Arete is migrated.

    Raises:
        NotNow: a newer Arete made it.
    """
    if about.get("format") != house.FORMAT:
        raise NotNow(OTHER_FORMAT.format(found=about.get("format"), ours=house.FORMAT))
    if unknown := sorted(set(about["migrations"]) - house.known_migrations()):
        names = ", ".join(unknown[:3])
        raise NotNow(NEWER.format(version=about["version"], ours=house.version(), names=names))


def refuse_loss(may_replace: bool) -> None:
    """Refuse to replace what somebody uses or nobody gave up.

    Raises:
        NotNow: others use the database, or it isn't empty.
    """
    if others := house.others_at_work():
        raise NotNow(OTHERS.format(count=others))
    if not may_replace and not house.is_half_restored() and house.is_lived_in():
        raise NotNow(LIVED_IN)


def keep_erasures() -> None:
    """Write down what people took back in the house that goes, if its database can still be read."""
    try:
        write_down()
    except DatabaseError:
        # An empty house, or tables of another version: what was written down before still counts.
        connection.close()


def let_go() -> None:
    """Queue again what was running: the workers that held it are of another time."""
    Run.objects.filter(state=Run.State.RUNNING).update(
        state=Run.State.QUEUED, due_at=Now(), dispatched_at=None, lease_token=None, lease_until=None
    )


def replace_database(path: Path, secret: bytes | None) -> None:
    """Set the mark that keeps everything from starting, then load the dump.

    Raises:
        ProgramFailed: the dump can't be loaded; the database is what it was, and so is the mark.
    """
    was_half_restored = house.is_half_restored()
    house.write_note(house.RESTORING, {"from": str(path)})
    connection.close()
    try:
        with opened(path, secret) as members:
            postgres.load(contents(members, DATABASE))
    except postgres.ProgramFailed:
        if not was_half_restored:
            (settings.DATA_DIR / house.RESTORING).unlink()
        raise


def contents(members: Iterator[Member], prefix: str) -> Iterator[IO[bytes]]:
    """Return the contents of the members of one kind."""
    return (member.content for member in members if member.name.startswith(prefix))


def unpack(path: Path, secret: bytes | None) -> int:
    """Write the files of a backup beside those of the house; return how many."""
    beside = settings.DATA_DIR / house.UNPACKED
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    count = 0
    with opened(path, secret) as members:
        for name, content in members:
            if not name.startswith(FILES):
                continue
            place = beside / name.removeprefix(FILES)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                shutil.copyfileobj(content, file, BLOCK)
            count += 1
    return count


def put_in_place() -> None:
    """Let the unpacked files take the place of those that are there."""
    for entry in house.entries():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    beside = settings.DATA_DIR / house.UNPACKED
    for entry in beside.iterdir():
        entry.rename(settings.DATA_DIR / entry.name)
    beside.rmdir()
