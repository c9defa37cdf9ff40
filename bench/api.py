"""./arete bench api: rows per second of the API's streams, and what a page by cursor costs at the top and far down."""

import argparse
import http.client
import json
import os
import time
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from accounts.models import Scope, User
from accounts.tokens import Terms, make_token
from bench.dashboard import EACH, fill
from bench.lists import percentile
from config.rest.paging import cursor_of
from curation.models import Scenario

ANNOTATIONS = 100_000
ROUNDS = 5
PAGES = 30
LIMIT_ROWS_S = 10_000
LIMIT_MS = 100
CHUNK = 1 << 18


def main(arguments: list[str]) -> int:
    """Fill the house, read each stream several times and pages at both ends, and print what came of it."""
    parser = argparse.ArgumentParser(prog="./arete bench api", description=main.__doc__)
    parser.add_argument("--annotations", type=int, default=ANNOTATIONS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    project = fill(-(-asked.annotations // EACH))
    reader, _ = User.objects.get_or_create(email="reader@bench.invalid", defaults={"is_superuser": True})
    token = make_token(reader, Terms("bench", [Scope.READ.value], 1), actor=None).token
    streams = {
        "scenarios": "/scenarios.ndjson",
        "responses": "/responses.ndjson",
        "items": f"/projects/{project.slug}/items.ndjson",
        "annotations": f"/projects/{project.slug}/annotations.ndjson",
    }
    middle = cursor_of(Scenario.objects.order_by("pk").values_list("pk", flat=True)[1000])
    found = {
        "streams": {name: best_of(path, token) for name, path in streams.items()},
        "limit_rows_per_s": LIMIT_ROWS_S,
        "page_ms": {
            "top": page_ms("/scenarios?limit=50", token),
            "far down": page_ms(f"/scenarios?limit=50&cursor={middle}", token),
        },
        "limit_ms": LIMIT_MS,
    }
    print(json.dumps(found) if asked.json else table(found))
    return 0


def best_of(path: str, token: str) -> dict[str, float]:
    """Read a stream several times and return how many rows came, and how many a second in the median."""
    read = [stream(path, token) for _ in range(ROUNDS)]
    rates = [rows / seconds for rows, seconds, _ in read]
    first = [first_s * 1000 for _, _, first_s in read]
    return {"rows": read[0][0], "rows_per_s": round(median(rates)), "first_ms": round(median(first), 1)}


def stream(path: str, token: str) -> tuple[int, float, float]:
    """Read a stream to its end and return rows, seconds, and seconds until its first bytes."""
    began = time.perf_counter()
    answer = ask(path, token)
    rows, first = 0, 0.0
    while chunk := answer.read(CHUNK):
        first = first or time.perf_counter() - began
        rows += chunk.count(b"\n")
    if not rows:
        raise SystemExit(f"{path}: nothing came")
    return rows, time.perf_counter() - began, first


def page_ms(path: str, token: str) -> float:
    """Fetch a page many times and return the time below which 95 of 100 lie."""
    costs = []
    for _ in range(PAGES):
        began = time.perf_counter()
        ask(path, token).read()
        costs.append((time.perf_counter() - began) * 1000)
    return round(percentile(costs, 0.95), 1)


def ask(path: str, token: str) -> http.client.HTTPResponse:
    """Return the answer of the API."""
    address = urlsplit(os.environ["BASE_URL"])
    line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
    line.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {token}", "Connection": "close"})
    answer = line.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: the answer was {answer.status}")
    return answer


def table(found: dict[str, Any]) -> str:
    """Return the findings for people, beside the limits."""
    lines = ["stream               rows    rows/s   first bytes"]
    lines += [
        f"  {name:14s} {each['rows']:>9,} {each['rows_per_s']:>9,}   {each['first_ms']:>8.1f} ms"
        for name, each in found["streams"].items()
    ]
    lines.append(f"  (limit: {found['limit_rows_per_s']:,} rows/s)")
    pages = ", ".join(f"{place} {cost} ms" for place, cost in found["page_ms"].items())
    lines.append(f"page of 50 scenarios, p95: {pages}   (limit: {found['limit_ms']} ms)")
    return "\n".join(lines)
