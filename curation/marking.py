"""Marks texts in a process beside this one, the next ones while PostgreSQL writes. Knows no Django.

    with marking(is_beside=True) as marker:
        marker.send(texts)
        …
        marked = marker.receive()

`python -m curation.marking` is that process: it takes lists of conversations and gives back their marks.
"""

import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from curation.similarity import Mark, compared_as, marks

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "curation.marking"]

Conversations = Sequence[Sequence[str]]
"""Of each conversation the turns."""


class MarkerDied(RuntimeError):
    """The marking process ended without a word, for instance because it was killed for want of memory."""


class Marker(Protocol):
    """Makes marks. What was sent must be received before more is sent."""

    def send(self, texts: Conversations) -> None:
        """Hand over what is to be marked."""

    def receive(self) -> list[Mark]:
        """Return the marks of what was sent, in its order.

        Raises:
            MarkerDied: see there.
        """


class MarkerHere:
    """Marks in this process."""

    def send(self, texts: Conversations) -> None:
        self._texts = texts

    def receive(self) -> list[Mark]:
        return marked(self._texts)


class MarkerBeside:
    """Marks in a process of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin and process.stdout  # noqa: S101, PT018 - tells the type checker.
        self._into, self._out, self.pid = process.stdin, process.stdout, process.pid

    def send(self, texts: Conversations) -> None:
        try:
            put(self._into, texts)
        except BrokenPipeError:
            raise MarkerDied("The process that marks texts ended without a word.") from None

    def receive(self) -> list[Mark]:
        try:
            found: list[Mark] = pickle.load(self._out)  # noqa: S301 - written by a process that this one started.
        except EOFError:
            raise MarkerDied("The process that marks texts ended without a word.") from None
        return found


@contextmanager
def marking(*, is_beside: bool) -> Iterator[Marker]:
    """Provide a marker, and end it with the block.

    Args:
        is_beside: whether there are so many texts that they are worth a process.
    """
    if not is_beside:
        yield MarkerHere()
        return
    process = subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield MarkerBeside(process)
    finally:
        process.terminate()
        process.communicate()


def marked(texts: Conversations) -> list[Mark]:
    """Return the marks of conversations."""
    return marks([compared_as(turns) for turns in texts])


def put(output: IO[bytes], value: object) -> None:
    """Write one value."""
    pickle.dump(value, output, protocol=5)
    output.flush()


def main() -> None:
    """Answer until nobody asks any more."""
    # Who interrupts the comparison means the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            texts = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one.
            put(sys.stdout.buffer, marked(texts))
        except (EOFError, BrokenPipeError):
            return


if __name__ == "__main__":
    main()
