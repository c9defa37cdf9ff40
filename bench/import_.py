"""./arete bench import: the real import of a generated file, beside COPY of the same texts into a bare table."""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from bench import cpu
from bench.queue_rows import end_followups
from curation.models import Import
from labeling.models import Project
from runs.models import Run

LIMIT = {"copy_in_rows_per_s": 86_000, "goal_rows_per_s": 15_000}
"""What design.md §7 says: measured on such a machine, and to be reached."""
SLUG = "bench-import"
TEXT = (
    "a careful answer says what is known and what is not before it gives the next step because people act on"
    " what they read and somebody has to live with the result in the morning"
)
WORDS = TEXT.split()


def main(arguments: list[str]) -> int:
    """Import generated files with the real command, without and with a project; print rates and peak memory."""
    parser = argparse.ArgumentParser(prog="./arete bench import", description=main.__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    Project.objects.get_or_create(slug=SLUG, defaults={"name": "Bench", "state": Project.State.OPEN})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        write_rows(path, asked.rows)
        found: dict[str, Any] = {"rows": asked.rows, "megabytes": round(path.stat().st_size / 1e6)}
        found["copy_in_rows_per_s"] = copy_bare(path, asked.rows)
        found["scenarios"] = run_command(path, asked.rows)
        end_followups()
        write_rows(path, asked.rows)
        found["project"] = run_command(path, asked.rows, "--project", SLUG)
    print(json.dumps(found) if asked.json else sentences(found))
    return 0


def write_rows(path: Path, rows: int) -> None:
    """Write a file in the shape of hh-rlhf: two transcripts a row that differ in the last answer; new texts each time."""
    draw, stamp = random.Random(7), time.time_ns()
    with path.open("w") as file:
        for number in range(rows):
            before = "".join(
                f"\n\nHuman: {stamp}-{number} {words(draw, 25)}?\n\nAssistant: {words(draw, 60)}."
                for _ in range(2)
            ).rsplit("\n\nAssistant:", 1)[0]
            answers = (f"{before}\n\nAssistant: {words(draw, 70)} {which}." for which in ("one", "two"))
            file.write(json.dumps(dict(zip(("chosen", "rejected"), answers, strict=True))) + "\n")


def words(draw: random.Random, count: int) -> str:
    """Return so many words."""
    return " ".join(draw.choices(WORDS, k=count))


def run_command(path: Path, rows: int, *options: str) -> dict[str, Any]:
    """Run `manage.py import` as anybody would, and measure it from outside; the run's own time is a worker's."""
    command = [sys.executable, "manage.py", "import", str(path), "--source", "hh-rlhf", *options]
    began, before = time.monotonic(), cpu.seconds()["postgres"]
    with open(os.devnull, "wb") as nowhere:
        report, write_end = os.pipe()
        files = [(os.POSIX_SPAWN_DUP2, write_end, 1), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)]
        child = os.posix_spawn(sys.executable, [*command, "--json"], os.environ, file_actions=files)
        os.close(write_end)
    with os.fdopen(report) as output:
        said = json.load(output)
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - began
    assert (os.waitstatus_to_exitcode(status), said["created"]) == (0, rows), said["error"]
    return {
        "rows_per_s": round(rows / run_seconds(said["import"])),
        "rows_per_s_with_start": round(rows / seconds),
        "peak_rss_mb": round(usage.ru_maxrss / 1024),
        "client_cpu_us_per_row": round((usage.ru_utime + usage.ru_stime) / rows * 1e6, 1),
        "postgres_cpu_us_per_row": round((cpu.seconds()["postgres"] - before) / rows * 1e6, 1),
    }


def run_seconds(import_id: str) -> float:
    """Return how long the run took from its start to its end."""
    run = Run.objects.get(pk=Import.objects.get(pk=import_id).run_id)
    assert run.started_at
    assert run.finished_at
    return (run.finished_at - run.started_at).total_seconds()


def copy_bare(path: Path, rows: int) -> int:
    """COPY the same texts into a table without indexes, checks or hashes; return rows per second."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_import (chosen text, rejected text)")
        raw: Any = cursor.cursor
        began = time.monotonic()
        with raw.copy("COPY bench_import FROM STDIN") as copy:
            for row in parsed(path):
                copy.write_row(row)
        seconds = time.monotonic() - began
        cursor.execute("DROP TABLE bench_import")
    return round(rows / seconds)


def parsed(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the rows of a file."""
    with path.open() as file:
        for line in file:
            row = json.loads(line)
            yield row["chosen"], row["rejected"]


def sentences(found: dict[str, Any]) -> str:
    """Return the findings for people."""
    ways = [(found["scenarios"], "Scenarios and responses"), (found["project"], "Into a project, with items")]
    lines = [f"{found['rows']:,} rows ({found['megabytes']} MB), with checks, hashes and report:"]
    lines += [
        f"  {name}: {way['rows_per_s']:,} rows/s in the run, {way['rows_per_s_with_start']:,} with the command's"
        f" start; {way['client_cpu_us_per_row']} µs of CPU a row beside PostgreSQL's"
        f" {way['postgres_cpu_us_per_row']} µs; the largest process took"
        f" {way['peak_rss_mb']} MB."
        for way, name in ways
    ]
    lines.append(f"COPY of the same texts into a bare table: {found['copy_in_rows_per_s']:,} rows/s.")
    share, goal = found["scenarios"]["rows_per_s"] / found["copy_in_rows_per_s"], LIMIT["goal_rows_per_s"]
    lines.append(
        f"To reach: {goal:,} rows/s where COPY makes {LIMIT['copy_in_rows_per_s']:,}, which is"
        f" {goal / LIMIT['copy_in_rows_per_s']:.1%} of it; here: {share:.1%}."
    )
    return "\n".join(lines)
