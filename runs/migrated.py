"""Whether the database has all the tables that this code expects."""

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

FOUND: set[str] = set()
"""Names of databases that were found to be migrated: that only ever gets truer while this process runs."""


def is_migrated() -> bool:
    """Say whether every migration that this code brings was applied. A database that is ahead is fine."""
    name = connection.settings_dict["NAME"]
    if name not in FOUND and not missing():
        FOUND.add(name)
    return name in FOUND


def missing() -> set[tuple[str, str]]:
    """Return the migrations that were not applied."""
    brought = MigrationLoader(None).disk_migrations
    return set(brought) - set(MigrationRecorder(connection).applied_migrations())
