"""Builds a release again to prove that the same bytes come out."""

import time
from typing import NamedTuple

from exports.actions.build import file_sha256, move, whole_tree, write_tree
from exports.arrow import load_libraries
from exports.models import Release


class Cost(NamedTuple):
    """What one config cost: its rows, seconds by the clock, and seconds of this process's processor time."""

    rows: int
    seconds: float
    cpu_seconds: float


class Rebuilt(NamedTuple):
    """What came out of building again."""

    files: int
    different: list[str]
    is_restored: bool
    costs: dict[str, Cost]
    """Of each config, when one worker wrote them one after the other."""
    seconds: float
    """Of writing everything."""


def rebuild(release: Release, *, workers: int = 1) -> Rebuilt:
    """Build a built release again, compare every file with what was recorded, and put lost files back.

    Raises:
        RunFailed: the disk is full, or can't be written.
    """
    load_libraries()
    costs: dict[str, Cost] = {}
    began, began_cpu = time.perf_counter(), time.process_time()
    start = began

    def report(rows: int, path: str) -> None:
        nonlocal began, began_cpu
        ended, ended_cpu = time.perf_counter(), time.process_time()
        name = path.split("/")[1]
        before = costs.get(name, Cost(0, 0, 0))
        costs[name] = Cost(
            before.rows + rows, before.seconds + ended - began, before.cpu_seconds + ended_cpu - began_cpu
        )
        began, began_cpu = ended, ended_cpu

    with whole_tree(release) as folder:
        written = write_tree(release, folder, report, workers=workers)
        seconds = time.perf_counter() - start
        found = written.hashes()
        recorded = dict(release.files.values_list("path", "sha256"))
        different = sorted(path for path in found | recorded if found.get(path) != recorded.get(path))
        is_restored = not different and not is_whole(release, recorded)
        if is_restored:
            move(folder, release.folder)
    return Rebuilt(len(found), different, is_restored, costs, seconds)


def is_whole(release: Release, recorded: dict[str, str]) -> bool:
    """Say whether every recorded file is where it belongs, unchanged."""
    return all(file_sha256(release.folder / path) == digest for path, digest in recorded.items())
