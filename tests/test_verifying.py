"""The invariants are checked every night, once, politely; what is violated stands where people and machines look."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role
from config import tasks
from config.figures import VERIFY, newest_verified
from config.invariants import INVARIANTS
from config.status import of_invariants
from config.verifying import last_night, run_verify, start_nightly
from runs.actions import claim, perform_now, start
from runs.models import Run
from runs.work import NeedsAttention, Work
from tests.factories import make_user
from tests.labeling.scenes import at_once, signed_in
from tests.labeling.violations import drifted

pytestmark = pytest.mark.django_db
BROKEN = "taken differs from what it counts"


@pytest.fixture(autouse=True)
def old_house() -> None:
    MigrationRecorder.Migration.objects.update(applied=timezone.now() - timedelta(days=9))


def checked() -> Run:
    return perform_now(start(VERIFY, {}))


def test_a_house_in_which_all_is_well_says_so() -> None:
    run = checked()

    assert (run.state, run.result["checked"]) == (Run.State.DONE, len(INVARIANTS))
    found = newest_verified()
    assert found
    assert (found.broken, found.slow) == ({}, [])
    assert list(of_invariants(found)) == []


def test_what_is_violated_needs_attention_and_is_named() -> None:
    drifted()

    run = checked()

    assert run.state == Run.State.NEEDS_ATTENTION
    assert f"{BROKEN} (1)" in run.error
    assert f"{BROKEN} (1)" in next(of_invariants(newest_verified()))


def test_it_is_on_the_page_and_in_the_metrics(tmp_path: Path, settings: Settings, client: Client) -> None:
    settings.DATA_DIR, settings.METRICS_TOKEN = tmp_path, "a token that is long enough"
    administrator = signed_in(make_user(roles=(Role.ADMINISTRATORS,)))
    before = administrator.get("/status/").text
    drifted()
    checked()

    page = administrator.get("/status/").text
    figures = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}).text

    assert "Not checked" in before
    assert "1 broken" in page
    assert f"What must never happen has happened: {BROKEN} (1)." in page
    assert "arete_verify_broken 1.0" in figures
    assert "arete_verify_timestamp_seconds" in figures


def test_an_administrator_has_it_checked_again_at_once() -> None:
    drifted()
    checked()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE labeling_item SET taken = 1")
    administrator = signed_in(make_user(roles=(Role.ADMINISTRATORS,)))

    answer = administrator.post("/status/verify")
    again = administrator.post("/status/verify")

    run = Run.objects.get(state=Run.State.QUEUED)
    assert answer["Location"] == again["Location"] == f"/runs/{run.pk}/"
    assert perform_now(run).state == Run.State.DONE
    found = newest_verified()
    assert found
    assert found.broken == {}


def test_a_killed_workers_successor_goes_on_where_it_stopped() -> None:
    held = claim(start(VERIFY, {}).pk)
    assert held
    held.cursor = {"next": len(INVARIANTS) - 1, "broken": {"what was found": 3}, "slow": []}

    with pytest.raises(NeedsAttention, match=r"what was found \(3\)"):
        run_verify(Work(held))


@pytest.mark.django_db(transaction=True)
def test_one_that_takes_too_long_is_passed_over_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    slow: dict[str, Any] = {"slow": "SELECT 1 FROM pg_sleep(5)", "quick": "SELECT 1 WHERE false"}
    monkeypatch.setattr("config.verifying.INVARIANTS", slow)
    monkeypatch.setattr("config.invariants.INVARIANTS", slow)
    held = claim(start(VERIFY, {}).pk)
    assert held

    result = run_verify(Work(held), patience="50ms")

    assert result == {"checked": 1, "slow": 1}
    assert Run.objects.get(pk=held.pk).cursor["slow"] == ["slow"]
    assert "not checked: slow" in held.log.get().text


def test_a_night_has_one_check_however_many_beats_ask() -> None:
    first = start_nightly()
    again = start_nightly()

    assert first
    assert again is None
    assert not tasks.verify_nightly()
    assert Run.objects.get().kind == VERIFY


@pytest.mark.django_db(transaction=True)
def test_beats_that_ask_at_the_same_moment_start_one() -> None:
    started = at_once(lambda _: start_nightly(), 4)

    assert len([run for run in started if run]) == 1
    assert Run.objects.count() == 1


def test_the_next_night_has_its_own() -> None:
    first = start_nightly()
    assert first
    finished = timezone.now() - timedelta(days=1)
    Run.objects.update(state="done", finished_at=finished, created_at=finished)

    assert start_nightly()


def test_one_that_is_still_at_work_is_not_overtaken() -> None:
    start_nightly()
    Run.objects.update(created_at=timezone.now() - timedelta(days=2))

    assert start_nightly() is None


def test_a_new_house_waits_for_its_first_night() -> None:
    MigrationRecorder.Migration.objects.update(applied=timezone.now())

    assert start_nightly() is None
    assert start_nightly(timezone.now() + timedelta(days=1)) is not None


def test_the_night_is_counted_in_utc() -> None:
    assert last_night(datetime(2026, 5, 2, 2, 59, tzinfo=UTC)) == datetime(2026, 5, 1, 3, tzinfo=UTC)
    assert last_night(datetime(2026, 5, 2, 3, 0, tzinfo=UTC)) == datetime(2026, 5, 2, 3, tzinfo=UTC)


def test_a_check_that_is_days_old_is_a_problem() -> None:
    checked()
    Run.objects.update(finished_at=timezone.now() - timedelta(days=5))

    assert "5 days ago" in next(of_invariants(newest_verified()))
