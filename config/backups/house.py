"""What a house says about itself, so that a backup is only put where it fits."""

import json
import os
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

FORMAT = 1
"""Of the file of a backup."""
LAST = "last-backup.json"
RESTORING = "restoring.json"
UNPACKED = ".restoring"
LEFT_ALONE = {"static", "backups", "tmp", "erasures.jsonl", LAST, RESTORING, UNPACKED}
"""What lies in DATA_DIR and is neither backed up nor replaced."""
HALF_RESTORED = (
    "A restore did not get to its end, so nothing is served: database and files may not belong together. "
    "Run the restore again."
)
_LIVED_IN = """
SELECT EXISTS (SELECT FROM accounts_user WHERE password <> '' AND password NOT LIKE '!%%')
    OR EXISTS (SELECT FROM curation_scenario) OR EXISTS (SELECT FROM labeling_project)
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class HalfRestored(Exception):
    """A restore was interrupted."""


@cache
def version() -> str:
    """Return this Arete's version."""
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def about(at: datetime, server: str) -> dict[str, Any]:
    """Return what a backup says of the house it was made of."""
    return {
        "format": FORMAT,
        "version": version(),
        "created_at": at.isoformat(timespec="seconds"),
        "server": server,
        "base_url": settings.BASE_URL,
        "migrations": sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
    }


def known_migrations() -> set[str]:
    """Return the migrations that this code brings, also those that a squashed one took the place of."""
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def is_lived_in() -> bool:
    """Whether anything would be lost if the database were replaced."""
    if "accounts_user" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LIVED_IN)
        return bool(cursor.fetchone()[0])


def others_at_work() -> int:
    """Return how many other sessions the database has."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        return int(cursor.fetchone()[0])


def entries() -> list[Path]:
    """Return what lies in the data folder and belongs into a backup."""
    if not settings.DATA_DIR.exists():
        return []
    return sorted(entry for entry in settings.DATA_DIR.iterdir() if entry.name not in LEFT_ALONE)


def files() -> Iterator[Path]:
    """Return every plain file that belongs into a backup."""
    for entry in entries():
        found = sorted(entry.rglob("*")) if entry.is_dir() and not entry.is_symlink() else [entry]
        yield from (path for path in found if path.is_file() and not path.is_symlink())


def write_note(name: str, said: dict[str, Any]) -> None:
    """Write a small file into the data folder, whole or not at all."""
    path = settings.DATA_DIR / name
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{name}.new")
    with fresh.open("w") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def last_backup() -> dict[str, Any]:
    """Return when the last backup was made and how large it is; empty when there was none."""
    try:
        said: dict[str, Any] = json.loads((settings.DATA_DIR / LAST).read_text())
    except (OSError, ValueError):
        return {}
    return said


def is_half_restored() -> bool:
    """Whether a restore was begun and did not end."""
    return bool((settings.DATA_DIR / RESTORING).exists())


def refuse_half_restored() -> None:
    """Refuse to begin when a restore was interrupted.

    Raises:
        HalfRestored: database and files may not belong together.
    """
    if is_half_restored():
        raise HalfRestored(HALF_RESTORED)
