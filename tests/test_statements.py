"""Statements planned once look after their connection between two requests."""

import time
from contextlib import closing
from typing import Any

import pytest
from django.db import connection

from config.statements import planned

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    """The server's process behind a planned statement."""
    with planned() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def is_checked() -> bool:
    """Whether the connection was looked at since the last request; the stubs know nothing of that."""
    kept: Any = connection
    return bool(kept.health_check_done)


def cut(process: int) -> None:
    """End a connection from the server's side, and wait until it is gone."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process])
        while True:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [process])
            if cursor.fetchone() is None:
                return
            time.sleep(0.01)


def test_the_first_statement_after_the_server_went_away_connects_anew() -> None:
    before = backend()
    cut(before)

    connection.close_if_unusable_or_obsolete()

    assert backend() != before


def test_a_sound_connection_is_kept_without_asking_it() -> None:
    before = backend()

    connection.close_if_unusable_or_obsolete()

    assert not is_checked()
    assert backend() == before
    assert is_checked()
