"""Holds scenarios against benchmarks, and keeps what people decide about the findings."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from accounts.audit import Actor, record
from accounts.models import User
from curation.models import Benchmark, BenchmarkCheck, Contamination, Dismissal, Scenario
from curation.similarity import grams
from curation.text import sanitise
from runs.actions import start
from runs.models import Run
from runs.work import Work

KIND = "curation.contaminate"
CHUNK = 250
NOBODY = UUID(int=0)
BENCHMARK_LOCK = 0x42454E43
"""Key of the advisory lock under which scenarios are held against benchmarks, and these switched on and off.

Without it a benchmark could be switched on while scenarios are checked without it, and nobody would come back to them.
"""
_HELD = """
SELECT value, benchmark_id FROM curation_benchmarkgram
WHERE value = ANY(%s::bigint[]) AND benchmark_id = ANY(%s::uuid[])
"""


class NoReason(Exception):
    """A finding is set aside without a reason."""


class Coverage(NamedTuple):
    """How much of a scenario stands in a benchmark."""

    scenario_id: UUID
    benchmark_id: UUID
    share: float


def lock_benchmarks() -> None:
    """Wait until nobody else checks or switches; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BENCHMARK_LOCK])


def texts_of(scenario: Scenario) -> list[str]:
    """Return what is held against benchmarks: each turn by itself, without the system prompt."""
    return [message["content"] for message in scenario.messages]


def check(ids: Collection[UUID]) -> int:
    """Hold scenarios against all active benchmarks, inside the caller's transaction. Twice changes nothing.

    Returns:
        How many findings there are.
    """
    lock_benchmarks()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    benchmarks = list(Benchmark.objects.filter(is_active=True))
    scenarios = list(Scenario.objects.filter(pk__in=ids).only("pk", "messages").order_by("pk"))
    found = [
        each
        for each in coverages(scenarios, benchmarks)
        if each.share * 100 >= settings.CONTAMINATION_PERCENT
    ]
    rows = Contamination.objects.bulk_create(
        [
            Contamination(
                scenario_id=each.scenario_id,
                benchmark_id=each.benchmark_id,
                coverage=each.share,
                checked_at=now,
            )
            for each in found
        ],
        update_conflicts=True,
        unique_fields=["scenario", "benchmark"],
        update_fields=["coverage", "checked_at"],
    )
    gone = Contamination.objects.filter(scenario__in=ids, benchmark__in=benchmarks, dismissal=None)
    gone.exclude(pk__in=[row.pk for row in rows]).delete()
    BenchmarkCheck.objects.bulk_create(
        [BenchmarkCheck(scenario_id=each.pk, checked_at=now) for each in scenarios],
        update_conflicts=True,
        unique_fields=["scenario"],
        update_fields=["checked_at"],
    )
    return len(found)


def coverages(scenarios: Sequence[Scenario], benchmarks: Sequence[Benchmark]) -> list[Coverage]:
    """Return how much of each scenario stands in each benchmark that holds any of it."""
    found = []
    by_length: dict[int, list[UUID]] = defaultdict(list)
    for benchmark in benchmarks:
        by_length[benchmark.n].append(benchmark.pk)
    for n, ids in by_length.items():
        own = {scenario.pk: grams(texts_of(scenario), n) for scenario in scenarios}
        held = holders(frozenset().union(*own.values()), ids)
        for scenario_id, values in own.items():
            counts = Counter(benchmark for value in values for benchmark in held.get(value, ()))
            found += [
                Coverage(scenario_id, benchmark, count / len(values)) for benchmark, count in counts.items()
            ]
    return found


def holders(values: Collection[int], benchmarks: Collection[UUID]) -> dict[int, list[UUID]]:
    """Return by hash which benchmarks hold it."""
    found: dict[int, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(values), list(benchmarks)])
        for value, benchmark in cursor.fetchall():
            found[value].append(benchmark)
    return found


def run_contaminate(work: Work) -> dict[str, Any]:
    """Hold those scenarios against the benchmarks that were not, since they or a benchmark are new."""
    after = UUID(work.cursor.get("after", str(NOBODY)))
    done, found = work.run.done, work.cursor.get("found", 0)
    total = done + unchecked(after).count()
    while ids := list(unchecked(after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        after = ids[-1]
        done += len(ids)
        with transaction.atomic():
            found += check(ids)
            work.checkpoint(done, total=max(done, total), cursor={"after": str(after), "found": found})
    return {"scenarios": done, "findings": found}


def unchecked(after: UUID = NOBODY) -> "QuerySet[Scenario]":
    """Return the ready scenarios that were not held against all that is active now; none without benchmarks."""
    latest = Benchmark.objects.filter(is_active=True).aggregate(latest=Max("active_since"))["latest"]
    ready = Scenario.objects.ready().kept().filter(pk__gt=after)
    if latest is None:
        return ready.none()
    return ready.filter(Q(benchmark_check=None) | Q(benchmark_check__checked_at__lte=latest))


@transaction.atomic
def start_contaminate(*, created_by: User | None = None) -> Run:
    """Have scenarios held against the benchmarks. A run that waits to begin is enough."""
    waiting = Run.objects.filter(kind=KIND, state=Run.State.QUEUED).order_by("pk").first()
    return waiting or start(KIND, {}, created_by=created_by, unit="scenarios")


@transaction.atomic
def set_aside(finding: Contamination, reason: str, *, actor: User, request: Actor = None) -> Dismissal:
    """Keep a scenario in spite of a finding.

    Args:
        finding: what was found.
        reason: why, in words.
        actor: who decides.
        request: where the decision came from, for the audit trail.

    Raises:
        NoReason: there is none.
    """
    words = sanitise(reason).text.strip()
    if not words:
        raise NoReason
    current = Contamination.objects.select_for_update().get(pk=finding.pk)
    dismissal, is_new = Dismissal.objects.get_or_create(
        contamination=current, defaults={"reason": words, "dismissed_by": actor}
    )
    if is_new:
        record(
            request or actor,
            "contamination.set aside",
            current,
            scenario=str(current.scenario_id),
            reason=words,
        )
    return dismissal


@transaction.atomic
def take_up_again(finding: Contamination, *, actor: Actor) -> None:
    """Take it back that a finding was set aside."""
    dismissals = Dismissal.objects.filter(contamination=finding)
    if reason := dismissals.values_list("reason", flat=True).first():
        dismissals.delete()
        record(
            actor, "contamination.taken up again", finding, scenario=str(finding.scenario_id), reason=reason
        )
