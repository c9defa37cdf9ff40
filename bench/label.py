"""Labels per second through the real web server, with 1, 8 and 32 annotators at 10,000 items."""

import argparse
import asyncio
import json
import os
import re
import time
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from django.db import connection

from bench import cpu
from bench import queue_rows as rows
from bench.yardstick import REFERENCE_MS, two_requests_ms
from labeling.models import Project

ITEMS = 10_000
LABELS = {1: 600, 8: 2500, 32: 4000}
"""How many labels are made by so many annotators."""
WARM_UP = 30
LIMITS = {
    "labels_per_s, 32 annotators": 250,
    "next_ms p95, 8 annotators": 50,
    "server_cpu_ms_per_label, 8": 5,
    "server_cpu_in_plain_pairs, 8": 5 / REFERENCE_MS,
}
"""The last is the one before, in pairs of plain requests."""
_ASSIGNMENT = re.compile(r'data-assignment="([^"]+)"')
_VERSION = re.compile(r'name="(v_[A-Z]+)"\s+value="([^"]+)"')
_RENDERER = re.compile(r'name="renderer"\s+value="([^"]+)"')
RATIONALE = (
    "A3 keeps what is known apart from what is hoped, and says what would change its mind. B2 only reassures."
)


@dataclass
class Watch:
    """What the clients saw."""

    left: int
    next_ms: list[float] = field(default_factory=list)
    submit_ms: list[float] = field(default_factory=list)
    errors: int = 0


async def annotate(base: str, slug: str, annotator: rows.Annotator, watch: Watch) -> None:
    """Take item after item until enough labels are made."""
    headers = {"X-CSRFToken": annotator.token, "Accept": "application/json"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    async with aiohttp.ClientSession(base, cookies=annotator.cookies, headers=headers) as client:
        while watch.left > 0:
            watch.left -= 1
            await label_one(client, slug, watch)


async def label_one(client: aiohttp.ClientSession, slug: str, watch: Watch) -> None:
    """Fetch the next item and submit an answer."""
    start = time.perf_counter()
    async with client.get(f"/label/{slug}/next", headers={"Accept": "text/html"}) as response:
        page = await response.text()
    watch.next_ms.append((time.perf_counter() - start) * 1000)
    found = _ASSIGNMENT.search(page)
    renderer = _RENDERER.search(page)
    if response.status != 200 or not found or not renderer:
        watch.errors += 1
        return
    fields = {
        "submission_id": str(uuid4()),
        "expected_revision": "0",
        "renderer": renderer[1],
        "elapsed_ms": "1000",
        "rationale": RATIONALE,
    }
    for name, version in _VERSION.findall(page):
        fields |= {name: version, f"p_{name[2:]}": "2", "cite": f"A3:{name[2:]}"}
    body = urlencode(fields).encode()
    start = time.perf_counter()
    async with client.post(f"/assignments/{found[1]}/submit", data=body) as response:
        answer = await response.json(content_type=None)
    watch.submit_ms.append((time.perf_counter() - start) * 1000)
    if response.status != 200 or answer["state"] != "saved" or answer["late"]:
        watch.errors += 1


async def drive(base: str, slug: str, annotators: list[rows.Annotator], labels: int) -> tuple[Watch, float]:
    """Let all annotators work at once, and return what they saw and how long it took."""
    watch = Watch(labels)
    start = time.perf_counter()
    await asyncio.gather(*(annotate(base, slug, annotator, watch) for annotator in annotators))
    return watch, time.perf_counter() - start


def measure(base: str, project: Project, count: int) -> dict[str, Any]:
    """Measure with so many annotators."""
    annotators = [rows.sign_in(project, f"{count}-{n}") for n in range(count)]
    asyncio.run(drive(base, project.slug, annotators, WARM_UP + count))
    before = cpu.seconds()
    watch, seconds = asyncio.run(drive(base, project.slug, annotators, LABELS[count]))
    spent = {name: each - before[name] for name, each in cpu.seconds().items()}
    labels = len(watch.submit_ms)
    return {
        "labels_per_s": round(labels / seconds, 1),
        "next_ms": percentiles(watch.next_ms),
        "submit_ms": percentiles(watch.submit_ms),
        "server_cpu_ms_per_label": round(spent["web"] * 1000 / labels, 2),
        "database_cpu_ms_per_label": round(spent["postgres"] * 1000 / labels, 2),
        "handed_twice": handed_twice(project),
        "errors": watch.errors,
    }


def percentiles(values: list[float]) -> dict[str, float]:
    """Return the median, and what 95 and 99 of 100 stay below."""
    cuts = quantiles(values, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def handed_twice(project: Project) -> int:
    """Count the items that more people got than needed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM (SELECT i.id FROM labeling_item i JOIN labeling_assignment a ON a.item_id = i.id
            WHERE i.project_id = %s GROUP BY i.id, i.needed HAVING count(*) > i.needed) twice""",
            [project.pk],
        )
        return int(cursor.fetchone()[0])


def main(arguments: list[str]) -> int:
    """Print the figures beside the limits."""
    parser = argparse.ArgumentParser(prog="bench label")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    texts, versions = rows.make_texts(ITEMS), rows.find_traits()
    projects = {count: rows.make_project(f"Bench {count}", texts, versions) for count in LABELS}
    rows.settle()
    base = os.environ["BASE_URL"]
    found = {str(count): measure(base, project, count) for count, project in projects.items()}
    plain_ms = two_requests_ms()
    for figures in found.values():
        figures["server_cpu_in_plain_pairs"] = round(figures["server_cpu_ms_per_label"] / plain_ms, 2)
    if options.json:
        print(json.dumps({"annotators": found, "plain_pair_cpu_ms": round(plain_ms, 2)}))
        return 0
    print(f"two plain requests: {plain_ms:.2f} ms of CPU ({REFERENCE_MS} where the limits were set)")
    for count, figures in found.items():
        print(f"{count} annotators:", json.dumps(figures))
    for limit, value in LIMITS.items():
        print(f"limit: {limit} = {value}")
    return 0
