"""`manage.py migrate`, while people go on labeling."""

import time
from typing import Any

from django.core.management.commands.migrate import Command as DjangosCommand
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

LOCK_TIMEOUT = "4s"
"""How long a change of a table may queue for its lock: everybody who comes later queues behind it."""
STATEMENT_TIMEOUT = "5s"
"""How long one statement may take, and hold its locks. A migration that needs longer says so itself: SET LOCAL."""
PAUSES_S = (1, 2, 4, 8, 15, 30)
ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtext('arete.migrate'))"
BUSY = "Somebody holds a lock that a migration needs; trying again in {seconds} s."


class Command(DjangosCommand):
    """Never lets people wait behind a migration for more than seconds: it gives up its place and tries again."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, and begin again where a lock could not be had."""
        for seconds in (*PAUSES_S, None):
            try:
                self.migrate(*args, **options)
            except OperationalError as error:
                if seconds is None or not isinstance(error.__cause__, LockNotAvailable):
                    raise
                self.stderr.write(BUSY.format(seconds=seconds))
                time.sleep(seconds)
            else:
                return

    def migrate(self, *args: Any, **options: Any) -> None:
        """Migrate once. What was applied before a lock was missed stays applied."""
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            # Several machines may start at once; this lock is waited for.
            cursor.execute(ONE_AT_A_TIME)
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [STATEMENT_TIMEOUT])
        try:
            super().handle(*args, **options)
        finally:
            self.give_back(connection)

    def give_back(self, connection: Any) -> None:
        """Take the limits off and let the next one migrate."""
        if connection.connection is None or not connection.is_usable():
            return
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("RESET statement_timeout")
            cursor.execute("SELECT pg_advisory_unlock(hashtext('arete.migrate'))")
