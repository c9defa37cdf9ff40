"""Writes the files of a release, several at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from exports.papers.facts import DataFile

Progress = Callable[[int, str], None]
"""Told of each finished file: its rows and its path."""


class Job(NamedTuple):
    """A file that is to be written."""

    rows: int
    """About how many it will hold."""
    write: Callable[[], DataFile | None]
    """Write it; None when it turned out to be empty, and there is no file."""


def all_written(jobs: list[Job], workers: int, report: Progress) -> list[DataFile]:
    """Do all jobs and return their files in the order of the jobs, whoever was done first.

    One worker keeps to that order too. Several begin with the longest, so that none is left alone with one at the end.
    """
    order = range(len(jobs)) if workers == 1 else sorted(range(len(jobs)), key=lambda job: -jobs[job].rows)
    found: dict[int, DataFile] = {}
    # Threads are enough: PostgreSQL and Arrow do the work, and neither holds the interpreter's lock meanwhile.
    pool = ThreadPoolExecutor(workers)
    try:
        begun = {pool.submit(jobs[job].write): job for job in order}
        for future in as_completed(begun):
            if file := future.result():
                found[begun[future]] = file
                report(file.rows, file.path)
    finally:
        pool.shutdown(cancel_futures=True)
    return [found[job] for job in sorted(found)]
