"""Statements that happen with every label: planned once per connection instead of every time."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def planned() -> Iterator[CursorWrapper]:
    """Open a cursor whose statements the server prepares when they come again (`prepare_threshold`).

    Django's own cursors write the values into the statement, so that each is new to the planner; here planning
    would cost the database more than execution.
    """
    _look_after_connection()
    # The stubs describe the cursor that psycopg 2 had.
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    is_watched = connection.queries_logged
    with connection.make_debug_cursor(cursor) if is_watched else connection.make_cursor(cursor) as wrapped:
        yield wrapped


def _look_after_connection() -> None:
    """Connect anew when the server has gone since the last request; costs no round trip while it has not.

    A server that ends, ends its connections: there is something to read on an idle one then, its last words or the
    end. Whatever it is, Django's own check by a query decides.
    """
    # The stubs know nothing of health checks.
    kept: Any = connection
    if kept.connection and kept.health_check_enabled and not kept.health_check_done:
        idle = select.poll()
        idle.register(kept.connection.pgconn.socket, select.POLLIN)
        if idle.poll(0):
            kept.close_if_health_check_failed()
        kept.health_check_done = True
    connection.ensure_connection()
