"""./arete bench release: releases of several sizes, into all their files, by one worker and by two."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from bench.export import GUARD, command, fill

ROWS = "10000,30000,100000"
LIMITS = {"preference_rows_per_s": 90_000, "peak_rss_mb": 300, "worker_ratio": 1.6, "million_s": 300}
HERE = Path(__file__).resolve().parent
EMPTIED = """
    TRUNCATE accounts_user, accounts_consentversion, curation_domain, curation_trait, curation_family,
        labeling_project, exports_recipe, runs_run CASCADE
"""


def main(arguments: list[str]) -> int:
    """Cut a release of each size, build it again by one worker and by two, and print what that cost."""
    parser = argparse.ArgumentParser(prog="./arete bench release", description=main.__doc__)
    parser.add_argument("--rows", default=ROWS, help="decided pairs of each release, comma-separated")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    sizes = [measured(int(rows)) for rows in asked.rows.split(",")]
    print(json.dumps({"limits": LIMITS, "sizes": sizes}) if asked.json else table(sizes))
    return 0


def measured(rows: int) -> dict[str, Any]:
    """Measure a release of about so many decided pairs."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTIED)
    fill(max(1, rows // 3))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GUARD)
        cursor.execute((HERE / "release_rows.sql").read_text())
    release = command("release", "bench")["release"]
    alone = command("rebuild", release)
    together = command("rebuild", release, "--workers", "2")
    preference = alone["configs"]["preference"]
    total = sum(cost["rows"] for cost in alone["configs"].values())
    return {
        "pairs": preference["rows"],
        "rows": total,
        "preference_rows_per_s": round(preference["rows"] / preference["seconds"]),
        "preference_rows_per_s_of_a_core": round(preference["rows"] / preference["cpu_seconds"]),
        "rows_per_s": round(total / alone["seconds"]),
        "seconds": round(alone["seconds"], 2),
        "seconds_by_two": round(together["seconds"], 2),
        "worker_ratio": round(alone["seconds"] / together["seconds"], 2),
        "million_s": round(alone["seconds"] * 1_000_000 / preference["rows"]),
        "peak_rss_mb": max(alone["peak_rss_mb"], together["peak_rss_mb"]),
        "identical": alone["identical"] and together["identical"],
        "configs": {name: cost["rows"] for name, cost in alone["configs"].items()},
    }


def table(sizes: list[dict[str, Any]]) -> str:
    """Return the findings for people, each beside its limit."""
    lines = []
    for size in sizes:
        lines += [
            f"{size['pairs']:,} pairs, {size['rows']:,} rows in all files",
            f"  preference        {size['preference_rows_per_s']:>9,} rows/s   (to reach: {LIMITS['preference_rows_per_s']:,})",
            f"    of one core     {size['preference_rows_per_s_of_a_core']:>9,} rows/s",
            f"  everything        {size['rows_per_s']:>9,} rows/s, {size['seconds']} s; a million pairs: {size['million_s']} s (limit: {LIMITS['million_s']})",
            f"  a second worker   {size['worker_ratio']:>9} times as fast   (to reach: {LIMITS['worker_ratio']})",
            f"  peak memory       {size['peak_rss_mb']:>9,} MB   (limit: {LIMITS['peak_rss_mb']})",
            f"  built again: {'the same bytes' if size['identical'] else 'OTHER BYTES'}",
        ]
    return "\n".join(lines)
