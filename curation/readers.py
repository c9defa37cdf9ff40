"""Reads a file in processes beside this one, and hands its lines over in their order."""

import io
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.wording import words
from curation.arriving import UNIT, Batch, Job, Sample, batches, first_unit
from curation.reader import LENGTH
from curation.sources import Limits, Problem, SourceError, Stripe, Unread
from curation.sources.base import Record

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "curation.reader"]
PROCESSES = 2
SMALL = 4_000_000
"""A file of fewer bytes is read here: starting a process takes as long."""


SAMPLE_S = 20.0
"""How long the first records of a file may take."""


class ReaderDied(RuntimeError):
    """A reading process ended without a word, for instance because it was killed for want of memory."""


def read_ahead(job: Job, *, after: int = 0, unread: Unread | None = None) -> Iterator[Batch]:
    """Yield what lies behind a line, batch by batch; the next ones are made while the caller works on one.

    Args:
        job: what to read.
        after: the last line that is not read.
        unread: filled, at the end, with the columns that the source does not know.

    Raises:
        SourceError: the file as a whole cannot be read.
        OSError: the file is not there.
        ReaderDied: see there.
    """
    count = processes(job)
    stripes = [Stripe(index, max(1, count), UNIT, after) for index in range(max(1, count))]
    found = batches(job, stripes[0], unread) if not count else read_in_turn(job, stripes, unread)
    return (batch for batch in found if batch.lines)


def first_records(path: Path, limits: Limits, most: int) -> list[Record | Problem]:
    """Return the first records of a file, read by another process: it may be a bomb.

    Raises:
        SourceError: the file as a whole cannot be read.
        OSError: the file is not there.
    """
    asked = pickle.dumps(Sample(str(path), limits, most))
    try:
        done = subprocess.run(
            COMMAND, cwd=ROOT, input=asked, stdout=subprocess.PIPE, timeout=SAMPLE_S, check=False
        )
        value = received(io.BytesIO(done.stdout))
    except (subprocess.TimeoutExpired, ReaderDied):
        raise SourceError(
            words("The first rows of the file need too much time or memory to be shown.")
        ) from None
    if isinstance(value, Exception):
        raise value
    assert isinstance(value, list)  # noqa: S101 - tells the type checker.
    return value


def processes(job: Job) -> int:
    """Return how many processes a file is worth; none for a small one."""
    path = Path(job.path)
    files = path.rglob("*") if path.is_dir() else [path]
    if sum(each.stat().st_size for each in files if each.is_file()) < SMALL:
        return 0
    # Neighbouring lines that belong together must not come to different readers.
    return 1 if job.reads.join else PROCESSES


def read_in_turn(job: Job, stripes: list[Stripe], unread: Unread | None) -> Iterator[Batch]:
    """Yield the batches of several readers in the order of the file."""
    with started(job, stripes) as outputs:
        waiting = sorted(zip(stripes, outputs, strict=True), key=lambda each: first_unit(each[0]))
        while waiting:
            stripe, output = waiting.pop(0)
            for batch in unit_from(output, unread):
                yield batch
                if batch.ends_unit:
                    waiting.append((stripe, output))
                    break


def unit_from(output: IO[bytes], unread: Unread | None) -> Iterator[Batch]:
    """Yield batches until the reader has no more."""
    while True:
        value = received(output)
        if isinstance(value, Batch):
            yield value
        elif isinstance(value, Exception):
            raise value
        else:
            assert isinstance(value, Counter)  # noqa: S101 - tells the type checker.
            if unread is not None:
                unread.update(value)
            return


def received(output: IO[bytes]) -> object:
    """Return the next value of a reader."""
    head = output.read(LENGTH.size)
    data = output.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
    if not data:
        raise ReaderDied("A process that read the file ended without a word.")
    return pickle.loads(data)  # noqa: S301 - written by a process that this one started.


@contextmanager
def started(job: Job, stripes: list[Stripe]) -> Iterator[list[IO[bytes]]]:
    """Start a reader for each stripe, and end them with the block."""
    running = [
        subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in stripes
    ]
    try:
        for process, stripe in zip(running, stripes, strict=True):
            assert process.stdin  # noqa: S101 - tells the type checker.
            pickle.dump((job, stripe), process.stdin)
            process.stdin.close()
        yield [process.stdout for process in running if process.stdout]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            if process.stdout:
                process.stdout.close()
            process.wait()
