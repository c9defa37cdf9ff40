"""A process that reads a stripe of a file, or its first records: python -m curation.reader, with a job on its input.

It knows no Django and asks the database nothing, so that it parses and encodes while PostgreSQL writes.
"""

import gc
import os
import pickle
import signal
import sys
from pathlib import Path
from struct import Struct
from typing import BinaryIO

from curation.arriving import Job, Sample, batches
from curation.sources import Problem, SourceError, Stripe, Unread
from curation.sources.base import WHOLE, Record
from curation.sources.reading import read_files

LENGTH = Struct(">Q")
SAMPLE_BYTES = 4_000_000
"""First records are read until they are this long."""


def main() -> None:
    """Read the job, then write its batches; at the end what was not read, or why it ended early."""
    # Who interrupts the import means the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one.
    gc.disable()
    gc.freeze()
    try:
        if isinstance(asked, Sample):
            send(output, first_records(asked))
        else:
            send_batches(output, *asked)
    except BrokenPipeError:
        # Nobody listens any more, and a farewell would fail too.
        os._exit(0)
    except (SourceError, OSError) as error:
        send(output, error)
    output.close()


def send_batches(output: BinaryIO, job: Job, stripe: Stripe) -> None:
    """Write the batches of a stripe, and at their end the columns that were not read."""
    unread = Unread()
    for batch in batches(job, stripe, unread):
        send(output, batch)
        gc.collect()
    send(output, unread)


def first_records(asked: Sample) -> list[Record | Problem]:
    """Return the first records of a file."""
    found: list[Record | Problem] = []
    size = 0
    for record in read_files(Path(asked.path), asked.limits, None, WHOLE, None):
        found.append(record)
        size += len(repr(record))
        if len(found) >= asked.most or size > SAMPLE_BYTES:
            break
    return found


def send(output: BinaryIO, value: object) -> None:
    """Write one value with its length before it."""
    data = pickle.dumps(value, protocol=5)
    output.write(LENGTH.pack(len(data)))
    output.write(data)
    output.flush()


if __name__ == "__main__":
    main()
