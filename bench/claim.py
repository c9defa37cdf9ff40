"""What the next item costs at 1,000, 100,000 and 1,000,000 items, and after 5,000 done."""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from uuid import UUID

import aiohttp
import psycopg
from django.db import connection

from bench import queue_rows as rows
from bench.label import Watch, label_one
from config.ids import uuid7
from labeling.models import Membership, Project
from labeling.queue import _USUAL

SIZES = (1_000, 100_000, 1_000_000)
DONE = 5_000
ROUNDS = 300
WARM_UP = 20
LIMIT = "growth from 1,000 to 1,000,000 items, and after 5,000 done: at most 1.2 times"


def make_items(project: Project, count: int, texts: list[tuple[UUID, UUID, UUID]]) -> None:
    """Fill a project with items; for speed they share a few thousand pairs of responses."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS pair (n int, scenario uuid, first uuid, second uuid)")
        cursor.execute("TRUNCATE pair")
    rows.copy("pair", "n scenario first second", ([n, *text] for n, text in enumerate(texts)))
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, {"project": project.pk, "count": count, "pairs": len(texts)})
        cursor.execute(
            "INSERT INTO labeling_itemresponse (item_id, response_id, place) SELECT i.id, v.response, v.place"
            " FROM labeling_item i JOIN pair ON pair.scenario = i.scenario_id"
            " CROSS JOIN LATERAL (VALUES (pair.first, 0), (pair.second, 1)) v (response, place)"
            " WHERE i.project_id = %s",
            [project.pk],
        )
    Project.objects.filter(pk=project.pk).update(next_position=count + 1, items_total=count)


_ITEMS = """
INSERT INTO labeling_item (id, project_id, scenario_id, needed, taken, position, is_gold, content_sha256, created_at)
SELECT gen_random_uuid(), %(project)s, pair.scenario, 2, 0, position, false, position::text, now()
FROM generate_series(1, %(count)s) position JOIN pair ON pair.n = position %% %(pairs)s
"""


async def next_ms(base: str, slug: str, annotator: rows.Annotator, count: int) -> list[float]:
    """Fetch and label one item after the other, and return how long each fetch took."""
    watch = Watch(count)
    headers = {"X-CSRFToken": annotator.token, "Accept": "application/json"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    async with aiohttp.ClientSession(base, cookies=annotator.cookies, headers=headers) as client:
        for _ in range(count):
            await label_one(client, slug, watch)
    if watch.errors:
        raise SystemExit(f"{watch.errors} of {count} answers were errors")
    return watch.next_ms


@contextmanager
def plain_session() -> Iterator[psycopg.Cursor[Any]]:
    """Open a session with the database that knows nothing of Django."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as session, session.cursor() as cursor:
        yield cursor


def sql_ms(project: Project, annotator: rows.Annotator) -> float:
    """Return the median of the claim's statement alone, rolled back each time."""
    membership = Membership.objects.get(project=project, user=annotator.user_id)
    spent = []
    with plain_session() as cursor:
        for _ in range(ROUNDS):
            wanted = {
                "id": uuid7(), "membership": membership.pk, "project": project.pk, "annotator": annotator.user_id,
                "minutes": 60, "is_reversed": False, "asks_criteria": False, "cursor": membership.cursor, "after": membership.cursor,
            }  # fmt: skip
            start = time.perf_counter()
            cursor.execute(_USUAL.onwards, wanted)
            cursor.fetchone()
            spent.append((time.perf_counter() - start) * 1000)
            cursor.connection.rollback()
    return round(median(spent), 3)


def do_some(project: Project, annotator: rows.Annotator, count: int) -> None:
    """Record that the person has judged the first items, as their pages would have left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH done AS (
                UPDATE labeling_item SET taken = taken + 1 WHERE project_id = %(project)s AND position <= %(count)s
                RETURNING id, position
            ) INSERT INTO labeling_assignment (id, item_id, annotator_id, order_shown, state, skip_reason, skip_note,
                leased_at, expires_at, trait_versions)
            SELECT gen_random_uuid(), id, %(annotator)s, '{0,1}', 'submitted', '', '', now(), now(), '{}' FROM done""",
            {"project": project.pk, "count": count, "annotator": annotator.user_id},
        )
    Membership.objects.filter(project=project, user=annotator.user_id).update(cursor=count, done=count)


def measure(project: Project, annotator: rows.Annotator) -> dict[str, float]:
    """Return the medians through the web server and in SQL alone."""
    base = os.environ["BASE_URL"]
    asyncio.run(next_ms(base, project.slug, annotator, WARM_UP))
    spent = asyncio.run(next_ms(base, project.slug, annotator, ROUNDS))
    return {"next_ms": round(median(spent), 2), "sql_ms": sql_ms(project, annotator)}


def main(arguments: list[str]) -> int:
    """Print the figures beside the limit."""
    parser = argparse.ArgumentParser(prog="bench claim")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    texts, versions = rows.make_texts(2_000), rows.find_traits()
    projects = {}
    for size in SIZES:
        projects[size] = rows.make_project(f"Claim {size}", [], versions, overlap=2)
        make_items(projects[size], size, texts)
    rows.settle()
    found = {size: measure(project, rows.sign_in(project, "fresh")) for size, project in projects.items()}
    busy = rows.sign_in(projects[SIZES[-1]], "busy")
    do_some(projects[SIZES[-1]], busy, DONE)
    rows.settle()
    after = measure(projects[SIZES[-1]], busy)
    figures = {
        "items": {str(size): each["next_ms"] for size, each in found.items()},
        "after_5000_done": after["next_ms"],
        "sql_only": {
            "items": {str(size): each["sql_ms"] for size, each in found.items()},
            "after_5000_done": after["sql_ms"],
        },
    }
    if options.json:
        print(json.dumps(figures))
        return 0
    for name, value in figures.items():
        print(f"{name}: {json.dumps(value)}")
    print(f"limit: {LIMIT}")
    return 0
