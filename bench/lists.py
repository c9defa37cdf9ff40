"""./arete bench lists: pages of a million scenarios, at any depth, narrowed and searched, as a curator sees them."""

import argparse
import http.client
import json
import os
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.db import connection, transaction

from accounts.models import User
from bench.queue_rows import end_followups, settle, signed_in
from bench.yardstick import REFERENCE_MS, two_requests_ms
from curation.models import Scenario

ROWS = 1_000_000
ROUNDS = 12
WARM_UP = 2
LIMIT_MS = 100
HERE = Path(__file__).resolve().parent
TABLES = [
    f"curation_{name}"
    for name in ("scenario", "scenario_aimed_traits", "scenariodocument", "response", "responsedocument")
]
INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
WHERE i.tablename = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)
"""
"""All but those that hold a constraint."""

QUERIES: dict[str, dict[str, str]] = {
    "newest": {},
    "domain": {"domain": "bench-12"},
    "trait": {"trait": "bench-7"},
    "pool EVAL": {"pool": "EVAL"},
    "pool PRIVATE": {"pool": "PRIVATE"},
    "attack variant": {"variant": "jailbreak"},
    "content note": {"warning": "violence"},
    "source and language": {"source": "first-file", "language": "fr"},
    "four filters, few match": {
        "trait": "bench-7",
        "domain": "bench-12",
        "language": "fr",
        "pool": "PRIVATE",
    },
    "common word": {"q": "word3"},
    "middling word": {"q": "word900"},
    "rare word": {"q": "case12345"},
    "two rare words": {"q": "word9000 word12000"},
    "no such word": {"q": "nosuchword"},
    "word of old rows only": {"q": "formerly"},
    "word in responses": {"q": "word900", "within": "responses"},
    "rare word in responses": {"q": "answer777", "within": "responses"},
    "word and filters": {"q": "word15000", "domain": "bench-12", "pool": "EVAL", "trait": "bench-3"},
    "phrase of common words": {"q": '"word3 word7"'},
}


class Costs(NamedTuple):
    """How long one kind of page took, in milliseconds, from the top and from the middle of the list."""

    top: list[float]
    middle: list[float]


def main(arguments: list[str]) -> int:
    """Fill the house, ask for each kind of page many times, and print what it cost."""
    parser = argparse.ArgumentParser(prog="./arete bench lists", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    fill(asked.rows)
    middle = str(Scenario.objects.order_by("pk").values_list("pk", flat=True)[asked.rows // 2])
    costs = measured(middle)
    every = [cost for each in costs.values() for cost in (*each.top, *each.middle)]
    slowness = two_requests_ms() / REFERENCE_MS
    found = {
        "rows": asked.rows,
        "p95_ms": round(percentile(every, 0.95), 1),
        "p50_ms": round(median(every), 1),
        "limit_ms": LIMIT_MS,
        "times_slower_than_reference": round(slowness, 1),
        "p95_ms_at_reference": round(percentile(every, 0.95) / slowness, 1),
        "p95_ms_of": {
            name: {place: round(percentile(values, 0.95), 1) for place, values in each._asdict().items()}
            for name, each in costs.items()
        },
    }
    print(json.dumps(found) if asked.json else table(found))
    return 0


def fill(rows: int) -> None:
    """Write the rows straight into the tables, and their indexes afterwards, which takes half the time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '30min'")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(INDEXES, [TABLES])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute((HERE / "list_rows.sql").read_text(), {"rows": rows})
        for _, definition in indexes:
            cursor.execute(definition)
    settle()
    end_followups()


def measured(middle: str) -> dict[str, Costs]:
    """Ask for every kind of page in turn, so that a noisy minute harms all alike."""
    curator, _ = User.objects.get_or_create(email="curator@bench.invalid", defaults={"is_superuser": True})
    cookies = "; ".join(f"{name}={value}" for name, value in signed_in(curator).cookies.items())
    costs = {name: Costs([], []) for name in QUERIES}
    for turn in range(WARM_UP + ROUNDS):
        for name, query in QUERIES.items():
            top, deep = get_ms(query, cookies), get_ms({**query, "before": middle}, cookies)
            if turn >= WARM_UP:
                costs[name].top.append(top)
                costs[name].middle.append(deep)
    return costs


def get_ms(query: dict[str, str], cookies: str) -> float:
    """Fetch one page and return how long it took."""
    address = urlsplit(os.environ["BASE_URL"])
    line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    began = time.perf_counter()
    line.request("GET", f"/scenarios/?{urlencode(query)}", headers={"Cookie": cookies})
    answer = line.getresponse()
    answer.read()
    spent = (time.perf_counter() - began) * 1000
    line.close()
    if answer.status != 200:
        raise SystemExit(f"{query}: the answer was {answer.status}")
    return spent


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share lies, by the nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def table(found: dict[str, Any]) -> str:
    """Return the findings for people, beside the limit."""
    lines = [
        f"{found['rows']:,} scenarios, each with a response",
        "p95 in ms                     top   middle",
    ]
    lines += [
        f"  {name:26s} {each['top']:6.1f}   {each['middle']:6.1f}"
        for name, each in found["p95_ms_of"].items()
    ]
    lines += [
        f"all pages: p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms   (limit: {LIMIT_MS})",
        f"two plain requests take {found['times_slower_than_reference']} times as long here as where the limit was set:"
        f" p95 would be {found['p95_ms_at_reference']} ms there",
    ]
    return "\n".join(lines)
