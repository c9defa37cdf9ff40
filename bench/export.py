"""./arete bench export: 300,000 judged pairs through the real commands, beside a bare COPY of the same rows."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from exports.arrow import PLAN, PROJECTIONS
from exports.models import Release

ITEMS = 100_000
"""Each is judged under three traits, so there are three pairs to an item."""
LIMITS = {"rows_per_s_per_core": 90_000, "peak_rss_mb": 300}
HERE = Path(__file__).resolve().parent
GUARD = "SET LOCAL statement_timeout = '30min'"


def main(arguments: list[str]) -> int:
    """Fill the house, cut a release, build it again, and print what that cost."""
    parser = argparse.ArgumentParser(prog="./arete bench export", description=main.__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help="each becomes three pairs")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    fill(asked.items)
    began = time.perf_counter()
    release = command("release", "bench")
    release_s = time.perf_counter() - began
    rebuilt = command("rebuild", release["release"])
    copied, copy_s = copy_out(Release.objects.get(recipe__slug="bench"))
    preference = rebuilt["configs"]["preference"]
    found = {
        "rows_per_s_per_core": round(preference["rows"] / preference["cpu_seconds"]),
        "rows_per_s": round(preference["rows"] / preference["seconds"]),
        "copy_out_rows_per_s": round(copied / copy_s),
        "peak_rss_mb": rebuilt["peak_rss_mb"],
        "rows": preference["rows"],
        "release_s": round(release_s, 1),
        "identical": rebuilt["identical"],
        "configs_rows_per_s_per_core": {
            name: round(cost["rows"] / cost["cpu_seconds"]) for name, cost in rebuilt["configs"].items()
        },
    }
    print(json.dumps(found) if asked.json else table(found))
    return 0


def fill(items: int) -> None:
    """Write the rows straight into the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GUARD)
        cursor.execute((HERE / "export_rows.sql").read_text(), {"items": items})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def command(*arguments: str) -> dict[str, Any]:
    """Run the real command, and return what it says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments, "--json"],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed: {done.stderr.strip()}")
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def copy_out(release: Release) -> tuple[int, float]:
    """Copy the same rows out of PostgreSQL and drop them: what is left when nothing is made of them.

    Returns:
        Rows, and seconds by the clock.
    """
    query = (PROJECTIONS / "preference.sql").read_text()
    rows, seconds = 0, 0.0
    with connection.cursor() as cursor:
        everything = ("SET arete.first = '1'", "SET arete.last = '2147483647'")
        for setting in (*PLAN, *everything, f"SET arete.release = '{release.pk}'"):
            cursor.execute(setting)
        for split in ("train", "validation"):
            cursor.execute(f"SET arete.split = '{split}'")
            began = time.perf_counter()
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
                for _ in copy:
                    pass
            seconds += time.perf_counter() - began
            rows += cursor.rowcount
    return rows, seconds


def table(found: dict[str, Any]) -> str:
    """Return the findings for people, each beside its limit."""
    lines = [
        f"preference, one process       {found['rows_per_s_per_core']:>9,} rows per second of one core   "
        f"(to reach: {LIMITS['rows_per_s_per_core']:,})",
        f"  by the clock                {found['rows_per_s']:>9,} rows/s",
        f"  bare COPY of the same rows  {found['copy_out_rows_per_s']:>9,} rows/s",
        f"peak memory                   {found['peak_rss_mb']:>9,} MB   (limit: {LIMITS['peak_rss_mb']})",
        f"freeze, build and read back   {found['release_s']:>9,} s for {found['rows']:,} pairs",
        f"built again: {'the same bytes' if found['identical'] else 'OTHER BYTES'}",
    ]
    return "\n".join(lines)
