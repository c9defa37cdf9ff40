"""Threads that ask a model endpoint. They touch no database: what comes goes back to the one who manages them."""

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, NamedTuple, Protocol, TypeVar

from curation.endpoints import Answer, EndpointError, Question

logger = logging.getLogger("curation")


class Job(Protocol):
    """Something that is asked."""

    @property
    def question(self) -> Question:
        """What to ask."""


class Asker(Protocol):
    """A connection to an endpoint."""

    def ask(self, question: Question) -> Answer:
        """Return an answer, or raise an EndpointError."""

    def close(self) -> None:
        """Let go of it."""


J = TypeVar("J", bound=Job)


class Outcome(NamedTuple, Generic[J]):
    """What came of a job: an answer, an EndpointError, or an error of our own."""

    job: J
    came: Answer | Exception


class Crew(Generic[J]):
    """So many threads, each with a connection of its own. They are daemons: nobody waits for one that hangs."""

    def __init__(self, size: int, connect: Callable[[], Asker]) -> None:
        self._connect = connect
        self._jobs: SimpleQueue[J | None] = SimpleQueue()
        self._outcomes: SimpleQueue[Outcome[J]] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, daemon=True, name=f"asker {n}") for n in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, job: J) -> None:
        """Have a job done by whoever is free."""
        self._jobs.put(job)

    def outcomes(self, wait_s: float) -> list[Outcome[J]]:
        """Return what came in; wait so long for the first."""
        try:
            found = [self._outcomes.get(timeout=max(0.0, wait_s))]
        except Empty:
            return []
        while not self._outcomes.empty():
            found.append(self._outcomes.get())
        return found

    def close(self) -> None:
        """Send everybody home. Who is in the middle of something goes when it is done; nobody hears of it."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        connection: Asker | None = None
        while (job := self._jobs.get()) is not None:
            try:
                connection = connection or self._connect()
                came: Answer | Exception = connection.ask(job.question)
            except EndpointError as error:
                came = error
            except Exception as error:
                logger.exception("asking an endpoint")
                came = error
            self._outcomes.put(Outcome(job, came))
        if connection is not None:
            connection.close()
