"""Begins samplings, with their count and cost known before, and takes them up again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Avg, Count, F, Func, Q
from django.db.models.functions import Cast

from accounts.audit import Actor, person_behind, record
from config.ids import uuid7, uuid7_bytes
from curation import pricing
from curation.actions.answers import LIMITS, prices_of
from curation.models import Endpoint, Response, Sample, Sampling, Scenario
from runs.actions import start
from runs.models import Run

MOST_REQUESTS = 50_000
"""In one sampling."""
LOOKED_AT = 50_000
"""Scenarios that are looked at for such that lack responses."""
STEP = 1_000
REMEMBERED = 200
"""Responses by whose length the likely cost is told."""
FEWEST_REMEMBERED = 5
WRITE = """
INSERT INTO curation_sample
    (id, sampling_id, scenario_id, ordinal, state, model, finish_reason, cost, attempts, problem)
SELECT id, %s, scenario_id, ordinal, 'waiting', '', '', 0, 0, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS asked (id, scenario_id, ordinal)
"""


class NotTheSame(Exception):
    """What would be asked is not what the person was shown."""


class NothingToAsk(Exception):
    """The sampling would be empty."""


class StillRunning(Exception):
    """The sampling is at work."""


class BudgetUsedUp(Exception):
    """The cap is not above what was spent already."""


@dataclass(frozen=True)
class Wanted:
    """What a person wants to sample."""

    endpoint: Endpoint
    scenarios: "models.QuerySet[Scenario]"
    k: int
    parameters: Mapping[str, Any]
    """As they are sent, the model included."""
    most: int
    """Scenarios."""
    fill_up: bool = False
    """Ask only for what is missing to k responses of this model."""
    system_prompt: str = ""
    seed: int | None = None
    budget: Decimal | None = None


class Line(NamedTuple):
    """One scenario that is asked, with the estimate of its prompt and the ordinals to ask for."""

    scenario_id: UUID
    tokens: int
    ordinals: range


class Plan(NamedTuple):
    """What would be asked, and what it would cost."""

    lines: Sequence[Line]
    requests: int
    prompt_tokens: int
    response_tokens: int
    """When each response is as long as it may be."""
    most: Decimal
    likely: Decimal | None
    """By the length of earlier responses; None when there are too few."""
    remembered: int
    """How many those are."""
    is_cut: bool
    """Whether more scenarios fit than may be asked at once."""


def planned(wanted: Wanted) -> Plan:
    """Count what would be asked and estimate what it would cost. Nothing is written."""
    lines: list[Line] = []
    requests = 0
    is_cut = False
    for line in chosen(wanted):
        requests += len(line.ordinals)
        if len(lines) == wanted.most or requests > MOST_REQUESTS:
            is_cut = True
            requests -= len(line.ordinals)
            break
        lines.append(line)
    prices = prices_of(wanted.endpoint)
    longest = limit_in(wanted.parameters)
    prompt = sum(line.tokens * len(line.ordinals) for line in lines)
    mean, remembered = usual_length(wanted.endpoint)
    each = (pricing.cost(line.tokens, longest, prices) * len(line.ordinals) for line in lines)
    return Plan(
        lines=lines,
        requests=requests,
        prompt_tokens=prompt,
        response_tokens=longest * requests,
        most=sum(each, Decimal(0)),
        likely=None if mean is None else pricing.cost(prompt, min(mean, longest) * requests, prices),
        remembered=remembered,
        is_cut=is_cut,
    )


def chosen(wanted: Wanted) -> Iterator[Line]:
    """Go through the scenarios that fit, oldest first, with what is to be asked of each."""
    own = len(wanted.system_prompt.encode())
    for rows in pages(wanted.scenarios):
        have = answered(wanted.endpoint.model, [pk for pk, *_ in rows]) if wanted.fill_up else {}
        for pk, size, turns, system_size in rows:
            ordinals = range(min(have.get(pk, 0), wanted.k), wanted.k)
            if ordinals:
                tokens = pricing.estimated_tokens(size + (system_size or own), turns + 1)
                yield Line(pk, tokens, ordinals)


def pages(scenarios: "models.QuerySet[Scenario]") -> Iterator[list[tuple[UUID, int, int, int]]]:
    """Yield (id, bytes of the turns, number of turns, bytes of the system prompt), oldest first, a page at a time."""
    text = Cast("messages", models.TextField())
    rows = scenarios.order_by("pk").annotate(
        size=octets(text),
        turns=Func(F("messages"), function="jsonb_array_length", output_field=models.IntegerField()),
        system_size=octets(F("system_prompt")),
    )
    after: UUID | None = None
    for _ in range(LOOKED_AT // STEP):
        further = rows if after is None else rows.filter(pk__gt=after)
        page = list(further.values_list("pk", "size", "turns", "system_size")[:STEP])
        if not page:
            return
        yield page
        after = page[-1][0]


def octets(of: Any) -> Func:
    """Return the length of a text in bytes."""
    return Func(of, function="octet_length", output_field=models.IntegerField())


def answered(model: str, scenarios: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many responses of a model each scenario has or will have, those with none left out.

    A response counts when it came back under this name, or when this name was asked for; a sample that a run is
    asking for at this moment counts too.
    """
    ids = list(scenarios)
    of_model = Q(model=model) | Q(samples__sampling__endpoint__model=model)
    there = Response.objects.filter(of_model, scenario__in=ids).order_by().values_list("scenario")
    found: dict[UUID, int] = dict(there.annotate(Count("pk", distinct=True)))
    coming = Sample.objects.filter(
        scenario__in=ids,
        state=Sample.State.WAITING,
        sampling__endpoint__model=model,
        sampling__run__state__in=[Run.State.QUEUED, Run.State.RUNNING],
    )
    for pk, number in coming.order_by().values_list("scenario").annotate(Count("pk")):
        found[pk] = found.get(pk, 0) + number
    return found


def usual_length(endpoint: Endpoint) -> tuple[int | None, int]:
    """Return the mean length of an endpoint's last responses in tokens, and of how many; None for too few."""
    told = Sample.objects.filter(
        sampling__endpoint=endpoint, state=Sample.State.STORED, completion_tokens__isnull=False
    )
    newest = told.order_by("-pk").values("completion_tokens")[:REMEMBERED]
    found = Sample.objects.filter(pk__in=newest.values("pk")).aggregate(
        mean=Avg("completion_tokens"), number=Count("pk")
    )
    number = int(found["number"])
    return (round(found["mean"]) if number >= FEWEST_REMEMBERED else None), number


def limit_in(parameters: Mapping[str, Any]) -> int:
    """Return how many tokens a response may have."""
    return next(int(parameters[name]) for name in LIMITS if name in parameters)


@transaction.atomic
def start_sampling(wanted: Wanted, *, shown_requests: int, actor: Actor = None) -> Sampling:
    """Write down every sample that is to be asked for, and have a worker begin.

    Args:
        wanted: what to ask.
        shown_requests: the number of requests that the person was shown before saying yes.
        actor: who says yes.

    Raises:
        NothingToAsk: no scenario fits.
        NotTheSame: the number is another one by now. Nothing was begun.
    """
    plan = planned(wanted)
    if not plan.requests:
        raise NothingToAsk
    if plan.requests != shown_requests:
        raise NotTheSame
    pk = uuid7()
    sampling = Sampling.objects.create(
        pk=pk,
        run=begun(pk, plan.requests, actor),
        endpoint=wanted.endpoint,
        k=wanted.k,
        system_prompt=wanted.system_prompt,
        parameters=dict(wanted.parameters),
        seed=wanted.seed,
        budget=wanted.budget,
        estimate=plan.most,
        created_by=person_behind(actor),
    )
    write_samples(sampling, plan.lines)
    record(
        actor,
        "sampling.started",
        sampling,
        endpoint=wanted.endpoint.name,
        requests=plan.requests,
        budget=None if wanted.budget is None else str(wanted.budget),
    )
    return sampling


def begun(pk: UUID, total: int, actor: Actor) -> Run:
    """Start the run of a sampling."""
    arguments = {"sampling": str(pk)}
    return start("curation.sample", arguments, created_by=person_behind(actor), total=total, unit="responses")


def write_samples(sampling: Sampling, lines: Sequence[Line]) -> None:
    """Insert a waiting sample for each request, in the order in which they will be asked."""
    asked = [(line.scenario_id, ordinal) for line in lines for ordinal in line.ordinals]
    ids = [UUID(bytes=pk) for pk in uuid7_bytes(len(asked))]
    with connection.cursor() as cursor:
        for at in range(0, len(asked), STEP):
            scenarios, ordinals = zip(*asked[at : at + STEP], strict=True)
            cursor.execute(WRITE, [sampling.pk, ids[at : at + STEP], list(scenarios), list(ordinals)])


@transaction.atomic
def resume_sampling(
    sampling: Sampling, *, with_failed: bool = False, budget: Decimal | None = None, actor: Actor = None
) -> Sampling:
    """Go on with what waits or was left out. What is stored is not asked for again.

    Args:
        sampling: one that stands still.
        with_failed: try again what failed, too.
        budget: the cap from now on; None for none.
        actor: who wants it.

    Raises:
        StillRunning: it doesn't stand still.
        BudgetUsedUp: the cap is not above what was spent.
        NothingToAsk: nothing waits.
    """
    # Without the lock, two people could begin two runs of it.
    sampling = Sampling.objects.select_for_update(of=("self",)).select_related("run").get(pk=sampling.pk)
    if sampling.run.is_unfinished:
        raise StillRunning
    if budget is not None and budget <= sampling.cost:
        raise BudgetUsedUp
    again = [Sample.State.SKIPPED, *([Sample.State.FAILED] if with_failed else [])]
    # Its problem tells a sample that somebody asked for from one whose answer was lost with a worker.
    sampling.samples.filter(state__in=again).update(
        state=Sample.State.WAITING, problem="Waits for another try.", answered_at=None
    )
    waiting = sampling.samples.filter(state=Sample.State.WAITING).count()
    if not waiting:
        raise NothingToAsk
    sampling.budget = budget
    sampling.run = begun(sampling.pk, waiting, actor)
    sampling.save(update_fields=["budget", "run"])
    record(
        actor,
        "sampling.resumed",
        sampling,
        requests=waiting,
        with_failed=with_failed,
        budget=None if budget is None else str(budget),
    )
    return sampling
