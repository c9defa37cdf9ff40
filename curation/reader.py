"""A process that reads a stripe of a file for an import: python -m curation.reader, with a job on its standard input.

It knows no Django and asks the database nothing, so that it parses and encodes while PostgreSQL writes.
"""

import gc
import os
import pickle
import signal
import sys
from struct import Struct
from typing import BinaryIO

from curation.arriving import batches
from curation.sources import SourceError, Unread

LENGTH = Struct(">Q")


def main() -> None:
    """Read the job, then write its batches; at the end what was not read, or why it ended early."""
    # Who interrupts the import means the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job, stripe = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one.
    unread = Unread()
    gc.disable()
    gc.freeze()
    try:
        for batch in batches(job, stripe, unread):
            send(output, batch)
            gc.collect()
        send(output, unread)
    except BrokenPipeError:
        # Nobody listens any more, and a farewell would fail too.
        os._exit(0)
    except (SourceError, OSError) as error:
        send(output, error)
    output.close()


def send(output: BinaryIO, value: object) -> None:
    """Write one value with its length before it."""
    data = pickle.dumps(value, protocol=5)
    output.write(LENGTH.pack(len(data)))
    output.write(data)
    output.flush()


if __name__ == "__main__":
    main()
