"""./arete bench dashboard: a lead's page of a project with a million annotations, and what measuring it costs."""

import argparse
import http.client
import json
import os
import resource
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from bench.lists import percentile
from bench.queue_rows import find_traits, settle, signed_in
from labeling.actions.measuring import start_measurement
from labeling.actions.projects import Plan, create_project
from labeling.models import Membership, Project
from runs.actions import perform_now

ANNOTATIONS = 1_000_000
EACH = 3
REQUESTS = 50
WARM_UP = 3
LIMIT_MS = 300
HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Write the annotations, measure the project as a run does, ask for its dashboard many times."""
    parser = argparse.ArgumentParser(prog="./arete bench dashboard", description=main.__doc__)
    parser.add_argument("--annotations", type=int, default=ANNOTATIONS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    project = fill(-(-asked.annotations // EACH))
    began = time.perf_counter()
    measurement = start_measurement(project)
    run = perform_now(measurement.run)
    measuring_s = time.perf_counter() - began
    if run.state != "done":
        raise SystemExit(f"the measurement ended as {run.state}: {run.error}")
    settle()
    costs = measured(project)
    measurement.refresh_from_db()
    found = {
        "annotations": measurement.annotations,
        "figures": measurement.agreement.count(),
        "p95_ms": round(percentile(costs, 0.95), 1),
        "p50_ms": round(median(costs), 1),
        "limit_ms": LIMIT_MS,
        "measuring_s": round(measuring_s, 1),
        "measuring_peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(found) if asked.json else table(found))
    return 0


def fill(items: int) -> Project:
    """Write the rows straight into the tables."""
    call_command("load_starter_pack")
    project = create_project(Plan("Bench dashboard", "", EACH, find_traits()), created_by=None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute((HERE / "dashboard_rows.sql").read_text(), {"project": project.pk, "items": items})
    settle()
    project.refresh_from_db()
    return project


def measured(project: Project) -> list[float]:
    """Ask for the page as its lead and return how long each answer took, in milliseconds."""
    lead, _ = User.objects.get_or_create(email="lead@bench.invalid")
    Membership.objects.get_or_create(project=project, user=lead, defaults={"role": Membership.Role.LEAD})
    cookies = "; ".join(f"{name}={value}" for name, value in signed_in(lead).cookies.items())
    return [get_ms(f"/projects/{project.slug}/dashboard/", cookies) for _ in range(WARM_UP + REQUESTS)][
        WARM_UP:
    ]


def get_ms(path: str, cookies: str) -> float:
    """Fetch a page and return how long it took."""
    address = urlsplit(os.environ["BASE_URL"])
    line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    began = time.perf_counter()
    line.request("GET", path, headers={"Cookie": cookies})
    answer = line.getresponse()
    page = answer.read()
    spent = (time.perf_counter() - began) * 1000
    line.close()
    if answer.status != 200 or b"Agreement by trait" not in page:
        raise SystemExit(f"{path}: the answer was {answer.status}, or nothing was measured")
    return spent


def table(found: dict[str, float]) -> str:
    """Return the findings for people, beside the limit."""
    return (
        f"{found['annotations']:,} annotations, {found['figures']:,} figures stored\n"
        f"  dashboard: p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms   (limit: {LIMIT_MS} ms)\n"
        f"  measuring: {found['measuring_s']} s in the background, {found['measuring_peak_rss_mb']} MB at most"
    )
