"""./arete bench publish: a release pushed to a Hub on this machine, beside the Hub's own client with the same files."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from bench.export import command, fill
from exports.actions.destinations import Address, create_destination
from exports.actions.gates import GATES
from exports.models import GateResult, Publication, Release

ITEMS = 30_000
"""Each becomes three pairs."""
ROUNDS = 5
PIECE_BYTES = 64_000_000
LIMIT = 1.1
TOKEN = "bench"
REPO = "bench/traits"


class Round(NamedTuple):
    """Seconds that the same files took to the same Hub."""

    ours: float
    bare: float


def main(arguments: list[str]) -> int:
    """Cut a release, push it again and again in both ways, in turn, and print what that cost."""
    parser = argparse.ArgumentParser(prog="./arete bench publish", description=main.__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help="each becomes three pairs")
    parser.add_argument("--mb", type=int, default=0, help="fill the release up to so many megabytes")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often both ways are measured")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    fill(asked.items)
    command("release", "bench")
    release = Release.objects.get(recipe__slug="bench")
    fill_up(release, asked.mb * 1_000_000)
    let_through(release)
    rounds = [measured(release, number) for number in range(asked.rounds)]
    sizes = list(release.files.values_list("size_bytes", flat=True))
    found = {
        "files": len(sizes),
        "megabytes": round(sum(sizes) / 1e6, 1),
        "ours_s": round(median(each.ours for each in rounds), 2),
        "bare_s": round(median(each.bare for each in rounds), 2),
        "ratio": round(median(each.ours / each.bare for each in rounds), 2),
        "ratios": [round(each.ours / each.bare, 2) for each in rounds],
        "limit": LIMIT,
    }
    print(json.dumps(found) if asked.json else table(found))
    return 0


def fill_up(release: Release, size_bytes: int) -> None:
    """Add files of random bytes, which nothing packs, to a release until it has a size; the Hub reads none of them."""
    missing = size_bytes - sum(release.files.values_list("size_bytes", flat=True))
    for number in range(-(-missing // PIECE_BYTES)):
        content = os.urandom(min(PIECE_BYTES, missing - number * PIECE_BYTES))
        path = f"data/preference/filling-{number:05}.parquet"
        (release.folder / path).write_bytes(content)
        release.files.create(path=path, sha256=sha256(content).hexdigest(), size_bytes=len(content))


def let_through(release: Release) -> None:
    """Pass its gates, which are not what is measured."""
    last = release.gate_results.order_by("-attempt").values_list("attempt", flat=True).first() or 0
    GateResult.objects.bulk_create(
        GateResult(
            release=release, attempt=last + 1, gate=gate, status="passed", figure="measured", needed="none"
        )
        for gate in GATES
    )


@contextmanager
def hub() -> Iterator[str]:
    """Run a Hub in a process of its own while the block runs, and let this house go there."""
    with TemporaryDirectory() as folder:
        order = [sys.executable, "-m", "exports.hub_double", "--data", folder, "--token", TOKEN]
        with subprocess.Popen(order, cwd=settings.ROOT, stdout=subprocess.PIPE, text=True) as double:
            assert double.stdout
            url = double.stdout.readline().split()[-1]
            os.environ["EGRESS_ALLOWED"] = urlsplit(url).netloc
            try:
                yield url
            finally:
                double.terminate()


def measured(release: Release, number: int) -> Round:
    """Push a release to two Hubs that have nothing yet, by us and by the Hub's client alone; who begins changes."""
    if number % 2:
        bare = bare_s(release)
        return Round(ours_s(release, number), bare)
    return Round(ours_s(release, number), bare_s(release))


def ours_s(release: Release, number: int) -> float:
    """Publish a release to a Hub, and return how long the run took."""
    with hub() as url:
        address = Address(f"Ours {number}", url, REPO, True, True, token=TOKEN)
        destination = create_destination(address)
        command("publish", str(release), destination.slug)
    run = Publication.objects.select_related("run").get(destination=destination).run
    assert run.started_at
    assert run.finished_at
    return (run.finished_at - run.started_at).total_seconds()


def bare_s(release: Release) -> float:
    """Let the Hub's own client push the files that we push, in a process of its own; look at nothing."""
    paths = sorted({"manifest.json", *release.files.values_list("path", flat=True)})
    with hub() as url:
        what = {"url": url, "token": TOKEN, "repo_id": REPO, "folder": str(release.folder), "paths": paths}
        done = subprocess.run(
            [sys.executable, "-m", "bench.bare_push"],
            cwd=settings.ROOT,
            input=json.dumps(what),
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout)


def table(found: dict[str, Any]) -> str:
    """Return the findings for people, beside the limit."""
    return (
        f"{found['files']} files, {found['megabytes']} MB\n"
        f"the Hub's own client  {found['bare_s']:6.2f} s: one commit, one tag\n"
        f"Arete                 {found['ours_s']:6.2f} s: the same, looked at before and read back after\n"
        f"ratio                 {found['ratio']:6.2f}     (limit: {LIMIT})"
    )
