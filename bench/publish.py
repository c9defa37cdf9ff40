"""./arete bench publish: a release pushed to a Hub on this machine, beside the Hub's own client with the same files."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from huggingface_hub import HfApi

from bench.export import command, fill
from exports.actions.destinations import Address, create_destination
from exports.actions.gates import GATES
from exports.models import GateResult, Publication, Release

ITEMS = 30_000
"""Each becomes three pairs."""
ROUNDS = 5
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
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    fill(asked.items)
    command("release", "bench")
    release = Release.objects.get(recipe__slug="bench")
    let_through(release)
    rounds = [measured(release, number) for number in range(ROUNDS)]
    sizes = list(release.files.values_list("size_bytes", flat=True))
    found = {
        "files": len(sizes),
        "megabytes": round(sum(sizes) / 1e6, 1),
        "ours_s": round(median(each.ours for each in rounds), 2),
        "bare_s": round(median(each.bare for each in rounds), 2),
        "ratio": round(median(each.ours / each.bare for each in rounds), 2),
        "limit": LIMIT,
    }
    print(json.dumps(found) if asked.json else table(found))
    return 0


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
    """Push a release to two Hubs that have nothing yet, by us and by the Hub's client alone."""
    with hub() as url:
        address = Address(f"Ours {number}", url, REPO, True, True, token=TOKEN)
        destination = create_destination(address)
        command("publish", str(release), destination.slug)
        paths = [path for path in stored(url) if (release.folder / path).is_file()]
    with hub() as url:
        bare = bare_s(release, url, paths)
    run = Publication.objects.select_related("run").get(destination=destination).run
    assert run.started_at
    assert run.finished_at
    return Round((run.finished_at - run.started_at).total_seconds(), bare)


def stored(url: str) -> list[str]:
    """Return which files a Hub holds."""
    listed = HfApi(endpoint=url, token=TOKEN).list_repo_tree(REPO, repo_type="dataset", recursive=True)
    return [each.path for each in listed if hasattr(each, "blob_id")]


def bare_s(release: Release, url: str, paths: list[str]) -> float:
    """Let the Hub's own client push the files that we pushed, in a process of its own; look at nothing."""
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
