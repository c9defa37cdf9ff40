"""Figures for Prometheus: right over several processes, cheap however much there is, and for the token's holder alone."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from config.figures import read_figures
from runs.actions import start
from runs.models import Run
from runs.signs import write_signs
from tests.labeling.scenes import make_labeling_project, make_member, signed_in, submit, take
from tests.runs.kinds import nothing, registered

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a token that is long enough"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.METRICS_TOKEN = TOKEN


def figures_of(client: Client) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics", headers=BEARER).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}]
)
def test_who_does_not_know_the_token_finds_nothing(client: Client, headers: dict[str, str]):
    assert client.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_nobody_reads_figures(client: Client, settings: Settings):
    settings.METRICS_TOKEN = ""

    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer"}):
        assert client.get("/metrics", headers=headers).status_code == 404


def test_it_says_how_the_house_stands(client: Client):
    project = make_labeling_project(items=3)
    person = make_member(project)
    submit(take(project, person))
    take(project, person)
    write_signs(["io"])
    with registered(nothing) as name:
        start(name, {})
        Run.objects.update(due_at=timezone.now() - timedelta(minutes=5))
        Run.objects.create(kind=name, state=Run.State.FAILED, finished_at=timezone.now())
        found = figures_of(client)

    assert found["arete_database_up",] == 1
    assert found["arete_runs", "io", "queued"] == 1
    assert found["arete_runs_ended_day", name, "failed"] == 1
    assert 300 <= found["arete_run_oldest_wait_seconds",] < 330
    assert found["arete_worker_sign_age_seconds", "io"] < 10
    assert (found["arete_leases",], found["arete_labels",], found["arete_labels_minute",]) == (1, 1, 1)
    assert found["arete_files_free_bytes",] > 0


def test_requests_are_counted_by_the_name_of_their_route(client: Client):
    before = figures_of(client)
    for path in ("/help/", "/assignments/01900000-0000-7000-8000-000000000000/", "/nowhere/1", "/nowhere/2"):
        client.get(path)
    after = figures_of(client)

    def grown(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    assert grown("arete_requests_total", "GET", "help", "3xx") == 1
    assert grown("arete_requests_total", "GET", "no route", "4xx") == 2
    assert grown("arete_request_seconds_count", "labeling:assignment") == 1
    assert not [key for key in after if "nowhere" in "".join(key) or "01900000" in "".join(key)]


def test_reading_takes_as_many_statements_however_much_there_is(client: Client):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            figures_of(client)
        return len(seen)

    few = statements()
    project = make_labeling_project(items=5)
    for _ in range(3):
        submit(take(project, make_member(project)))
    Run.objects.bulk_create([Run(kind=f"kind.{number}") for number in range(50)])

    assert statements() == few


def test_no_statement_reads_a_whole_table_of_those_that_grow():
    with CaptureQueriesContext(connection) as seen:
        read_figures()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in seen.captured_queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN " + query["sql"])
                plans.append("\n".join(row[0] for row in cursor.fetchall()))

    assert len(plans) > 5
    for table in ("runs_run", "labeling_assignment", "labeling_annotation", "exports_publication"):
        assert not [plan for plan in plans if f"Seq Scan on {table}" in plan]


def test_the_counts_of_several_processes_are_added_up(tmp_path: Path, settings: Settings):
    folder = tmp_path / "processes"
    folder.mkdir()
    program = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from config.metrics import count_request
count_request("help", "GET", 200, 0.02)
"""
    reading = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry(); MultiProcessCollector(registry); print(generate_latest(registry).decode())
"""
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "SECRET_KEY": "x", "ARETE_DATA": str(tmp_path)}

    for _ in range(2):
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    said = subprocess.run(
        [sys.executable, "-c", reading], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout

    assert 'arete_requests_total{method="GET",route="help",status="2xx"} 2.0' in said


def test_a_person_who_is_signed_in_finds_nothing_either():
    assert signed_in(make_member(make_labeling_project())).get("/metrics").status_code == 404
