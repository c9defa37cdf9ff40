"""Migrations work with the code that is already running, and never make people wait for long."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.core.management import call_command
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from config.management.commands import migrate
from config.migrating import Together

OURS = ("accounts", "curation", "egress", "exports", "labeling", "results", "runs")
EXCUSED = dict.fromkeys(
    ("accounts.0004_sign_in", "labeling.0002_settled_ratings_and_marks"),
    "Written before the first release, when no house had so many rows that anybody would wait.",
) | {
    "exports.0002_texts_scanned_and_worded": "Findings are hundreds, and scans alone write them, in the background.",
}
"""Migrations that may break these rules, by "app.name", each with its reason."""
BREAKING = (
    migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip


def flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, Together):
            yield from flat(operation.operations)
        else:
            yield operation


def dangers(operations: Sequence[Operation]) -> list[str]:
    """What a migration does that the code already running, or the people using it, would notice."""
    each = list(flat(operations))
    made = {operation.name.lower() for operation in each if isinstance(operation, migrations.CreateModel)}
    later = [each for each in each if getattr(each, "model_name", "").lower() not in made]
    return [text for operation in later if (text := danger(operation))]


def danger(operation: Operation) -> str:
    if isinstance(operation, BREAKING):
        return f"{operation.describe()}: running code still uses it. Stop using it in one release, take it away in the next."
    if isinstance(operation, migrations.AddField) and must_be_given(operation.field):
        return f"{operation.describe()}: running code doesn't fill it. Make it null, or give it a db_default."
    if isinstance(operation, migrations.AddIndex) and not isinstance(operation, AddIndexConcurrently):
        return f"{operation.describe()}: nobody can write meanwhile. Use AddIndexConcurrently, alone, with atomic = False."
    if isinstance(operation, migrations.AddConstraint) and not isinstance(operation, AddConstraintNotValid):
        return f"{operation.describe()}: every row is read under a lock. Use AddConstraintNotValid, then ValidateConstraint."
    return ""


def must_be_given(field: Any) -> bool:
    return not (field.null or field.has_db_default() or field.many_to_many)


def test_no_migration_after_the_first_disturbs_what_runs():
    found = MigrationLoader(None).disk_migrations
    later = {
        f"{app}.{name}": each for (app, name), each in found.items() if app in OURS and name != "0001_initial"
    }

    unsafe = {name: dangers(each.operations) for name, each in later.items() if name not in EXCUSED}

    assert {name: said for name, said in unsafe.items() if said} == {}
    assert set(EXCUSED) <= set(later)


def test_a_migration_that_is_not_atomic_does_one_thing_only():
    found = MigrationLoader(None).disk_migrations

    assert [
        name
        for (app, name), each in found.items()
        if app in OURS and not each.atomic and len(each.operations) > 1
    ] == []


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (migrations.AddField("item", "x", models.TextField(default="")), "db_default"),
        (migrations.RemoveField("item", "x"), "next"),
        (migrations.RenameField("item", "x", "y"), "next"),
        (migrations.DeleteModel("Item"), "next"),
        (migrations.AddIndex("item", models.Index(fields=["x"], name="i")), "AddIndexConcurrently"),
        (
            migrations.AddConstraint("item", models.CheckConstraint(condition=models.Q(x=1), name="c")),
            "AddConstraintNotValid",
        ),
    ],
)
def test_what_disturbs_is_found_also_inside_of_others(operation: Operation, word: str):
    [said] = dangers([Together([operation])])

    assert word in said


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("item", "x", models.TextField(null=True))],
        [migrations.AddField("item", "x", models.TextField(db_default=""))],
        [AddIndexConcurrently("item", models.Index(fields=["x"], name="i"))],
        [
            migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("thing", "x", models.TextField()),
            migrations.AddIndex("thing", models.Index(fields=["x"], name="i")),
        ],
    ],
)
def test_what_does_not_disturb_is_let_through(operations: list[Operation]):
    assert dangers(operations) == []


@pytest.fixture
def one_more(transactional_db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add a migration of a table that exists; it is taken back in the end."""
    settings.MIGRATION_MODULES = {"egress": "tests.migrating.one_more"}
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "200ms")
    monkeypatch.setattr(migrate, "PAUSES_S", (0.2,) * 20)
    yield
    call_command("migrate", "egress", "0001", verbosity=0)


@contextmanager
def reader() -> Iterator[psycopg.Connection]:
    """Somebody in the middle of a long transaction that has read the table."""
    known = connection.get_connection_params()
    address = {
        name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)
    }
    with psycopg.connect(**address) as connected:
        connected.execute("SELECT FROM egress_secret")
        yield connected


def is_applied() -> bool:
    return ("egress", "0002_note") in MigrationRecorder(connection).applied_migrations()


def test_a_migration_lets_others_pass_and_gets_its_turn_later(one_more: None):
    said, passed, over = StringIO(), [0], threading.Event()

    def work() -> None:
        while not over.is_set():
            with reader() as connected:
                connected.commit()
            passed[0] += 1

    def end(long: psycopg.Connection) -> None:
        # Behind a migration that waits for its lock, everybody waits: nobody would pass, and nothing be said.
        if until(lambda: "trying again" in said.getvalue()):
            before = passed[0]
            others.append(until(lambda: passed[0] >= before + 3))
        long.commit()

    others: list[bool] = []
    people = threading.Thread(target=work)
    with reader() as long:
        people.start()
        ending = threading.Thread(target=end, args=[long])
        ending.start()
        call_command("migrate", "egress", verbosity=0, stderr=said)
        ending.join()
    over.set()
    people.join()

    assert others == [True]
    assert is_applied()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0", "0")


def until(holds: Callable[[], bool], *, within_s: float = 20) -> bool:
    """Whether something came to hold in time."""
    end = time.monotonic() + within_s
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_a_migration_that_never_gets_its_turn_gives_up_and_says_so(
    one_more: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(migrate, "PAUSES_S", (0.1,))

    with reader(), pytest.raises(OperationalError, match="lock timeout"):
        call_command("migrate", "egress", verbosity=0)

    assert "trying again" in capsys.readouterr().err
    assert not is_applied()
