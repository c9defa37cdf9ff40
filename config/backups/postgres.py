"""PostgreSQL's own programs on the application's database: out by pg_dump, in by pg_restore and psql."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from django.db import connection
from psycopg.conninfo import make_conninfo

from supervisor.binaries import postgres_programs

NOT_KEPT = ("django_session", "accounts_signinattempt")
"""Tables that are backed up without their rows: after a restore everybody signs in anew."""
EMPTIED = "BEGIN;\nSET LOCAL client_min_messages = warning;\nDROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n"
NAMES = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
LONGEST_COMPLAINT = 2000


class ProgramFailed(Exception):
    """One of PostgreSQL's programs refused. The text is what it said."""


def described() -> tuple[str, dict[str, str]]:
    """Return the database's address, and an environment that holds its password, which no list of processes shows."""
    settings = connection.settings_dict
    known = {NAMES[name]: str(value) for name, value in settings.items() if name in NAMES and value}
    options = {
        name: str(value) for name, value in settings["OPTIONS"].items() if name.startswith(("ssl", "service"))
    }
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
    if settings["PASSWORD"]:
        environment["PGPASSWORD"] = settings["PASSWORD"]
    return make_conninfo("", **known, **options), environment


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs."""
    return postgres_programs() / name


@contextmanager
def complaints() -> Iterator[IO[bytes]]:
    """Give a file for what a program complains of: a pipe that nobody reads would stop it."""
    with tempfile.TemporaryFile() as file:
        yield file


def said(file: IO[bytes]) -> str:
    """Return the end of what a program complained of."""
    file.seek(0)
    return file.read().decode(errors="replace")[-LONGEST_COMPLAINT:].strip()


@contextmanager
def dump(snapshot: str) -> Iterator[IO[bytes]]:
    """Give a dump of the database as it stood in an exported snapshot.

    Raises:
        ProgramFailed: pg_dump did not get to its end.
    """
    address, environment = described()
    options = ["--format=custom", "--compress=gzip:3", "--no-owner", "--no-privileges"]
    options += [f"--snapshot={snapshot}", "--lock-wait-timeout=20s"]
    options += [f"--exclude-table-data={table}" for table in NOT_KEPT]
    command: list[str | Path] = [program("pg_dump"), *options, f"--dbname={address}"]
    with (
        complaints() as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        try:
            yield cast(IO[bytes], process.stdout)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise ProgramFailed(f"pg_dump: {said(errors)}")


def load(parts: Iterable[IO[bytes]]) -> None:
    """Replace everything in the database by a dump, in one transaction: all of it, or nothing.

    Args:
        parts: the dump, in order.

    Raises:
        ProgramFailed: the dump can't be loaded; the database is what it was.
    """
    address, environment = described()
    with (
        complaints() as errors,
        subprocess.Popen(
            [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={address}"],
            env=environment,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        ) as psql,
    ):
        statements = cast(IO[bytes], psql.stdin)
        try:
            statements.write(EMPTIED.encode())
            translate(parts, statements, errors)
            # Only now: a psql whose input merely ends rolls back.
            statements.write(b"\nCOMMIT;\n")
            statements.close()
        except OSError:
            psql.kill()
            raise ProgramFailed(f"psql: {said(errors)}") from None
        except BaseException:
            psql.kill()
            raise
        if psql.wait():
            raise ProgramFailed(f"psql: {said(errors)}")


def translate(parts: Iterable[IO[bytes]], out: IO[bytes], errors: IO[bytes]) -> None:
    """Let pg_restore write a dump as SQL."""
    command: list[str | Path] = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=errors) as pg_restore:
        dumped = cast(IO[bytes], pg_restore.stdin)
        try:
            for part in parts:
                while block := part.read(1 << 20):
                    dumped.write(block)
            dumped.close()
        except OSError:
            pg_restore.kill()
            raise
        if pg_restore.wait():
            raise ProgramFailed(f"pg_restore: {said(errors)}")
