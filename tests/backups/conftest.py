"""Houses: a database and a data folder each, on the suite's own server, and manage.py in them as an operator runs it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


class House:
    """A database and a data folder."""

    def __init__(self, database: str, data: Path) -> None:
        known = {
            NAMES[key]: value for key, value in connection.settings_dict.items() if key in NAMES and value
        }
        self.url = make_conninfo("", dbname=database, **known)
        self.data = data
        data.mkdir(exist_ok=True)
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "ARETE_DATA": str(data),
            "SECRET_KEY": settings.SECRET_KEY,
            "PYTHONPATH": str(ROOT),
        }

    def manage(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def run(self, program: str) -> subprocess.CompletedProcess[str]:
        """Run a program in the house's environment."""
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self) -> dict[str, int]:
        """Count the rows of every table."""
        with psycopg.connect(self.url) as connected:
            tables = [
                row[0]
                for row in connected.execute(
                    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE c.relkind = 'r' AND n.nspname = 'public'"
                )
            ]
            return {
                table: connected.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.SQL(table))
                ).fetchone()[0]  # type: ignore[index]
                for table in tables
            }

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        with psycopg.connect(self.url) as connected:
            return list(connected.execute(query))

    def hashes(self) -> dict[str, str]:
        """Hash every file that belongs to the house's content."""
        found = (
            path for top in ("releases", "media") for path in (self.data / top).rglob("*") if path.is_file()
        )
        return {
            str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found
        }


@pytest.fixture
def here(transactional_db: None, tmp_path: Path, settings: Settings) -> House:
    """Give the house whose database is the test's."""
    settings.DATA_DIR = tmp_path / "here"
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    return House(connection.settings_dict["NAME"], settings.DATA_DIR)


@pytest.fixture
def there(transactional_db: None, tmp_path: Path) -> Iterator[House]:
    """Give a house with nothing in it, not even tables."""
    database = f"there_{uuid4().hex}"
    name = sql.Identifier(database)
    known = connection.get_connection_params()
    address = {
        name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)
    }
    with psycopg.connect(**address, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield House(database, tmp_path / "there")
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
