"""Asks an endpoint for the samples of a sampling: many at a time, each stored as it comes, under a cap of cost."""

import heapq
import time
from collections import Counter, deque
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from curation.actions.answers import (
    NOTHING,
    Job,
    adopt_lost,
    cost_of,
    job_for,
    mark_asked,
    prices_of,
    put_back,
    skip_waiting,
    store_answer,
    store_failure,
)
from curation.actions.endpoints import opened_key
from curation.crew import Crew, Outcome
from curation.endpoints import (
    Answer,
    Busy,
    Endpoint,
    EndpointError,
    KeyRefused,
    Misplaced,
    NoCredit,
    Rejected,
    Unclear,
    Unusable,
)
from curation.models import Sample, Sampling
from curation.pricing import shown
from egress.secrets import SecretVoid
from runs.words import say
from runs.work import Cancelled, NeedsAttention, TryLater, Work

PAGE = 200
"""Samples that are loaded together."""
MOST_TRIES = 5
"""How often one worker asks for one sample before it counts as failed."""
MOST_ATTEMPTS = 8
"""How often a sample may be lost with its worker."""
MOST_FAILURES = 200
"""So many in a row, without one response between them, are not the samples' fault …"""
MOST_FAILURES_AT_FIRST = 20
"""… and so many, when there has been no response at all."""
MOST_HOLDS = 40
"""How often in a row the endpoint may ask us to wait."""
LONGEST_PAUSE_S = 60.0
TICK_S = 0.5
CHECKPOINT_S = 1.0
GRACE_S = 5.0
"""After a cancellation, how long to wait for answers that are on their way and paid for."""
SHIFT_S = 2400.0
"""Celery kills what takes an hour, so the work is handed on before."""
LONE_FAILURES = say(
    "{count} requests in a row brought no response. The last problem: {problem} Nothing is lost: put it right, then "
    "press “Go on”; what failed can be tried again."
)
KEY_WORDS = say(
    "{problem} Enter a new key at the endpoint, then press “Go on”. What was stored is not asked for again."
)
OTHER_WORDS = say(
    "{problem} Put it right at the endpoint, then press “Go on”. What was stored is not asked for again."
)
WAITED = say(
    "The endpoint has asked us to wait {count} times in a row. Press “Go on” later, or lower its requests at the same time."
)
TOO_DEAR = say("The cap of {budget} could have been passed.")
SHIFT = say("The work is handed on after {minutes} minutes.")


def run_sample(work: Work) -> dict[str, Any]:
    """Ask for all samples that wait. Doing it again asks for nothing that is stored.

    Returns:
        How many responses were stored, and how many samples failed or were left out.
    """
    sampling = Sampling.objects.select_related("endpoint__secret").get(pk=work.arguments["sampling"])
    try:
        key = opened_key(sampling.endpoint)
    except SecretVoid as error:
        raise NeedsAttention(say(KEY_WORDS, problem=error)) from None
    return Asking(work, sampling, key).perform()


class Asking:
    """One attempt at a sampling. Everything that is known about it stands in the database, all the time."""

    def __init__(self, work: Work, sampling: Sampling, key: str) -> None:
        self.work = work
        self.sampling = sampling
        self.prices = prices_of(sampling.endpoint)
        self.backlog: deque[Job] = deque()
        self.later: list[tuple[float, int, Job]] = []
        self.out: dict[UUID, Job] = {}
        self.last_loaded: UUID | None = None
        self.held_until = 0.0
        self.holds = self.failures = 0
        self.is_short = False
        self.trouble = ""
        self.error: Exception | None = None
        self.counts: Counter[str] = Counter()
        self.numbers = count()
        self.began = self.checked = time.monotonic()
        base_url = sampling.endpoint.base_url
        self.crew: Crew[Job] = Crew(sampling.endpoint.concurrency, lambda: Endpoint(base_url, key))

    def perform(self) -> dict[str, Any]:
        """Ask until nothing waits any more, or nothing more may be asked."""
        try:
            self.prepare()
            while not self.is_over:
                self.fill()
                self.take(self.patience)
                self.tick()
        except Cancelled:
            self.land()
            raise
        finally:
            self.crew.close()
        return self.ended()

    def prepare(self) -> None:
        """Take up where a worker left off."""
        lost = adopt_lost(self.sampling, self.prices, MOST_ATTEMPTS)
        if lost:
            self.work.log(
                say(
                    "{lost} answers may have been lost with a worker. They count as paid and are asked for again.",
                    lost=lost,
                )
            )
        self.sampling.refresh_from_db(fields=["cost"])
        waiting = Sample.objects.filter(sampling=self.sampling, state=Sample.State.WAITING).count()
        self.done = max(0, (self.work.run.total or waiting) - waiting)
        self.tick(is_forced=True)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to ask and nothing to wait for."""
        if self.out:
            return False
        return self.must_stop or self.is_short or not self.has_more()

    @property
    def must_stop(self) -> bool:
        """Whether nothing more may be asked."""
        return bool(self.trouble or self.error) or time.monotonic() - self.began > SHIFT_S

    @property
    def patience(self) -> float:
        """How long to wait for an answer before there may be something to ask."""
        due = [self.later[0][0]] if self.later else []
        if self.backlog and not self.is_short:
            due.append(self.held_until)
        left = [at - time.monotonic() for at in due]
        return max(0.0, min([TICK_S, *(each for each in left if each > 0)]))

    def has_more(self) -> bool:
        """Whether a sample waits, now or later."""
        if not self.backlog and not self.later:
            self.load()
        return bool(self.backlog or self.later)

    def load(self) -> None:
        """Load the next samples that wait."""
        waiting = Sample.objects.filter(sampling=self.sampling, state=Sample.State.WAITING).order_by("pk")
        if self.last_loaded is not None:
            waiting = waiting.filter(pk__gt=self.last_loaded)
        samples = list(waiting.select_related("scenario").defer("scenario__rendered")[:PAGE])
        if samples:
            self.last_loaded = samples[-1].pk
        self.backlog.extend(job_for(sample, self.sampling, self.prices) for sample in samples)

    def next_job(self) -> Job | None:
        """Return what to ask next; None when nothing is due."""
        if self.later and self.later[0][0] <= time.monotonic():
            return heapq.heappop(self.later)[2]
        if not self.backlog:
            self.load()
        return self.backlog.popleft() if self.backlog else None

    def fill(self) -> None:
        """Ask as much at once as the endpoint, and the budget, bear."""
        if self.must_stop:
            return
        while len(self.out) < self.sampling.endpoint.concurrency and time.monotonic() >= self.held_until:
            job = self.next_job()
            if job is None:
                return
            if not self.is_affordable(job):
                self.backlog.appendleft(job)
                self.is_short = True
                return
            if mark_asked(job):
                self.out[job.sample_id] = job
                self.crew.ask(job)

    def is_affordable(self, job: Job) -> bool:
        """Whether the cost stays within the budget even if all that is out, and this, cost the most they can."""
        if self.sampling.budget is None:
            return True
        at_risk = sum((each.worst for each in self.out.values()), job.worst)
        return self.sampling.cost + at_risk <= self.sampling.budget

    def take(self, wait_s: float) -> None:
        """Put away what came in."""
        for outcome in self.crew.outcomes(wait_s):
            del self.out[outcome.job.sample_id]
            # What it cost at most is now what it cost, so there may be room again.
            self.is_short = False
            self.settle(outcome)

    def settle(self, outcome: Outcome[Job]) -> None:
        """Put away one answer, or whatever came instead."""
        job, came = outcome
        if isinstance(came, Answer):
            self.settle_answer(job, came)
        elif isinstance(came, Busy):
            self.hold(job, came)
        elif isinstance(came, KeyRefused | NoCredit | Misplaced):
            put_back(job, self.sampling, str(came), is_counted=False)
            words = KEY_WORDS if isinstance(came, KeyRefused) else OTHER_WORDS
            self.trouble = self.trouble or say(words, problem=came)
        elif isinstance(came, EndpointError):
            self.settle_problem(job, came)
        else:
            put_back(job, self.sampling, "Something unexpected happened.", job.worst)
            self.error = came

    def settle_answer(self, job: Job, answer: Answer) -> None:
        """Store an answer."""
        self.holds = self.failures = 0
        price = cost_of(job, answer.usage, self.sampling, self.prices, answer.text)
        self.spend(price)
        is_stored = store_answer(job, self.sampling, answer, price) is not None
        self.count("stored" if is_stored else "answered twice")

    def settle_problem(self, job: Job, problem: EndpointError) -> None:
        """Try again later, or give up."""
        price = NOTHING
        if isinstance(problem, Unclear):
            price = cost_of(job, problem.usage, self.sampling, self.prices)
            self.spend(price)
        tried = job._replace(tries=job.tries + 1)
        if isinstance(problem, Rejected | Unusable) or tried.tries >= MOST_TRIES:
            store_failure(job, self.sampling, str(problem), price)
            self.count("failed")
            self.failures += 1
            if self.failures >= (MOST_FAILURES if self.counts["stored"] else MOST_FAILURES_AT_FIRST):
                self.trouble = say(LONE_FAILURES, count=self.failures, problem=problem)
            return
        put_back(job, self.sampling, str(problem), price)
        due = time.monotonic() + pause_s(tried.tries)
        heapq.heappush(self.later, (due, next(self.numbers), tried))

    def hold(self, job: Job, busy: Busy) -> None:
        """Let everybody wait, and ask again afterwards."""
        put_back(job, self.sampling, str(busy), is_counted=False)
        self.backlog.appendleft(job)
        now = time.monotonic()
        if now >= self.held_until:
            self.holds += 1
            wait_s = pause_s(self.holds) if busy.after_s is None else busy.after_s
            self.held_until = now + wait_s
            self.work.log(say("{problem} Going on in {wait} s.", problem=busy, wait=f"{wait_s:.0f}"))
        elif busy.after_s is not None:
            self.held_until = max(self.held_until, now + busy.after_s)
        if self.holds > MOST_HOLDS:
            self.trouble = say(WAITED, count=self.holds)

    def spend(self, price: Decimal) -> None:
        """Keep the sum by which the budget is watched."""
        self.sampling.cost += price

    def count(self, what: str) -> None:
        """Count one sample that waits no more."""
        self.counts[what] += 1
        self.done += 1

    def tick(self, *, is_forced: bool = False) -> None:
        """Say how far it is, every second, and hear whether to stop."""
        now = time.monotonic()
        if is_forced or now - self.checked >= CHECKPOINT_S:
            self.checked = now
            with transaction.atomic():
                self.work.checkpoint(self.done)

    def land(self) -> None:
        """Store what is on its way, as far as it comes soon."""
        until = time.monotonic() + GRACE_S
        while self.out and time.monotonic() < until:
            self.take(until - time.monotonic())

    def ended(self) -> dict[str, Any]:
        """Return what the run's result shall say.

        Raises:
            NeedsAttention: a person has to do something first.
            TryLater: the shift is over; another goes on.
        """
        if self.is_short and not self.must_stop:
            self.leave_out()
        self.tick(is_forced=True)
        if self.error is not None:
            raise self.error
        if self.trouble:
            raise NeedsAttention(self.trouble)
        if self.has_more():
            raise TryLater(say(SHIFT, minutes=round(SHIFT_S / 60)))
        return dict(self.counts)

    def leave_out(self) -> None:
        """Skip what the budget doesn't bear."""
        why = say(TOO_DEAR, budget=shown(self.sampling.budget or NOTHING))
        self.counts["skipped"] = skip_waiting(self.sampling, why)
        self.done += self.counts["skipped"]
        self.backlog.clear()
        self.later.clear()
        self.work.log(say("{count} were left out. {why}", count=f"{self.counts['skipped']:,}", why=why))


def pause_s(tries: int) -> float:
    """Return how long to wait before the next try: twice as long each time, up to a minute."""
    first: float = settings.SAMPLE_RETRY_S
    return float(min(LONGEST_PAUSE_S, first * 2 ** (tries - 1)))
