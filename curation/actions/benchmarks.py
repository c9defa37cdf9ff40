"""Benchmarks that other people test models with: read, kept as hashes, switched on and off."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.text import get_valid_filename

from accounts.audit import Actor, person_behind, record
from curation.actions.contamination import lock_benchmarks, start_contaminate
from curation.benchmark_files import Entry, Hash, read_entries, read_hashes
from curation.models import Benchmark
from curation.similarity import grams
from curation.sources import Limits, Problem, SourceError
from runs.actions import start
from runs.models import Run
from runs.words import say
from runs.work import Cancelled, RunFailed, Work

KIND = "curation.benchmark"
Outcome = Entry | Hash | Problem
CHUNK = 500
CHUNK_CHARS = 4_000_000
SAID = 5
"""How many lines that can't be used are quoted in the log."""
LONGEST_NAME = 100
_ADD = """
INSERT INTO curation_benchmarkgram (benchmark_id, value)
SELECT %s, value FROM unnest(%s::bigint[]) AS value ON CONFLICT DO NOTHING
"""
NOTHING_USED = say(
    "No line of the file can be used. {first} Nothing of it is kept. Delete the benchmark, correct the file"
    " and add it again."
)


class StillInUse(Exception):
    """A benchmark that scenarios were held against is switched off, not deleted."""


class NotLoaded(Exception):
    """The texts of a benchmark are not read yet, or could not be."""


class BenchmarkFacts(NamedTuple):
    """What somebody says of a benchmark."""

    name: str
    note: str = ""
    n: int = 8
    column: str = ""
    """Which column holds the texts; empty for the first that is known to."""
    is_hashed: bool = False
    """Whether the file holds hashes instead of texts."""


@transaction.atomic
def add_benchmark(facts: BenchmarkFacts, file: "UploadedFile[bytes]", *, actor: Actor) -> Benchmark:
    """Keep an upload until a worker has turned it into hashes.

    Raises:
        OSError: the file can't be stored.
    """
    benchmark = Benchmark.objects.create(
        name=facts.name, note=facts.note, n=facts.n, is_active=False, created_by=person_behind(actor)
    )
    folder = folder_of(benchmark)
    folder.mkdir(parents=True)
    name = get_valid_filename(Path(file.name or "file").name)[-LONGEST_NAME:]
    try:
        with (folder / name).open("wb") as target:
            shutil.copyfileobj(file, target)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    start_load(benchmark, facts, actor)
    record(actor, "benchmark.added", benchmark, name=facts.name, file=name)
    return benchmark


def start_load(benchmark: Benchmark, facts: BenchmarkFacts, actor: Actor) -> Run:
    """Have the file read."""
    arguments = {"benchmark": str(benchmark.pk), "column": facts.column, "is_hashed": facts.is_hashed}
    return start(KIND, arguments, created_by=person_behind(actor), unit="entries")


def folder_of(benchmark: Benchmark) -> Path:
    """Return where the upload of a benchmark lies until it is read."""
    return Path(settings.MEDIA_ROOT) / "benchmarks" / str(benchmark.pk)


def run_benchmark(work: Work) -> dict[str, Any]:
    """Turn an upload into hashes, delete it, and have all scenarios held against them.

    A killed attempt loses the chunk it was at; the next one goes on behind it.

    Raises:
        RunFailed: no line can be used.
    """
    benchmark = Benchmark.objects.get(pk=work.arguments["benchmark"])
    if benchmark.active_since is None:
        try:
            load(work, benchmark)
            switch_on_loaded(benchmark)
        except (RunFailed, Cancelled):
            forget(benchmark)
            raise
    shutil.rmtree(folder_of(benchmark), ignore_errors=True)
    benchmark.refresh_from_db()
    return {"entries": benchmark.entries, "grams": benchmark.grams_total}


def load(work: Work, benchmark: Benchmark) -> None:
    """Write the hashes of what was not read yet."""
    cursor = {"line": 0, "bad": 0, **work.cursor}
    done = work.run.done
    said: list[str] = []
    outcomes = (each for each in outcomes_of(work, benchmark) if each.line > cursor["line"])
    while chunk := next_chunk(outcomes):
        bad = [each for each in chunk if isinstance(each, Problem)]
        good = [each for each in chunk if not isinstance(each, Problem)]
        fresh = [say("Line {line}: {reason}.", line=each.line, reason=each.reason) for each in bad][
            : SAID - len(said)
        ]
        said += fresh
        done += len(good)
        cursor = {"line": chunk[-1].line, "bad": cursor["bad"] + len(bad), "first": (*said, "")[0]}
        with transaction.atomic():
            add_grams(
                benchmark, {value for each in good for value in values_of(each, benchmark.n)}, len(good)
            )
            for text in fresh:
                work.log(text)
            work.checkpoint(done, cursor=cursor)
    if not done:
        raise RunFailed(say(NOTHING_USED, first=cursor.get("first") or say("It is empty.")))
    if cursor["bad"]:
        work.log(say("{bad} lines could not be used.", bad=f"{cursor['bad']:,}"))


def next_chunk(outcomes: Iterator[Outcome]) -> list[Outcome]:
    """Return what comes next: some hundred entries, fewer when they are long."""
    chunk: list[Outcome] = []
    size = 0
    for each in outcomes:
        chunk.append(each)
        size += sum(map(len, each.texts)) if isinstance(each, Entry) else 0
        if len(chunk) >= CHUNK or size > CHUNK_CHARS:
            break
    return chunk


def outcomes_of(work: Work, benchmark: Benchmark) -> Iterator[Outcome]:
    """Yield what the upload holds.

    Raises:
        RunFailed: it can't be read.
    """
    path = next(folder_of(benchmark).glob("*"), None)
    if path is None:
        raise RunFailed(say("The uploaded file is gone. Delete the benchmark and add it again."))
    limits = Limits(max_decoded_bytes=settings.IMPORT_MAX_DECODED_MB * 1_000_000)
    try:
        if work.arguments["is_hashed"]:
            yield from read_hashes(path, limits)
        else:
            yield from read_entries(path, work.arguments["column"], limits)
    except SourceError as error:
        raise RunFailed(
            say("{error} Nothing of it is kept. Delete the benchmark and add it again.", error=error)
        ) from error


def values_of(each: Entry | Hash, n: int) -> frozenset[int]:
    """Return the hashes of an entry."""
    return frozenset([each.value]) if isinstance(each, Hash) else grams(each.texts, n)


def add_grams(benchmark: Benchmark, values: set[int], entries: int) -> None:
    """Write hashes down, those that are new."""
    with connection.cursor() as cursor:
        # In order, so that pages of the index are filled one after the other.
        cursor.execute(_ADD, [benchmark.pk, sorted(values)])
        added = cursor.rowcount
    Benchmark.objects.filter(pk=benchmark.pk).update(
        entries=F("entries") + entries, grams_total=F("grams_total") + added
    )


@transaction.atomic
def switch_on_loaded(benchmark: Benchmark) -> None:
    """Switch a benchmark on whose texts have just been read."""
    lock_benchmarks()
    Benchmark.objects.filter(pk=benchmark.pk).update(is_active=True, active_since=clock())
    start_contaminate(created_by=benchmark.created_by)


def forget(benchmark: Benchmark) -> None:
    """Delete the upload of a benchmark that could not be read, and what was written of it."""
    shutil.rmtree(folder_of(benchmark), ignore_errors=True)
    benchmark.grams.all().delete()
    Benchmark.objects.filter(pk=benchmark.pk).update(entries=0, grams_total=0)


@transaction.atomic
def switch(benchmark: Benchmark, *, is_active: bool, actor: Actor) -> None:
    """Switch a benchmark on or off. Switched on, all scenarios are held against it again.

    Raises:
        NotLoaded: its texts were never read.
    """
    lock_benchmarks()
    current = Benchmark.objects.get(pk=benchmark.pk)
    if current.active_since is None:
        raise NotLoaded
    if current.is_active == is_active:
        return
    changes = {"active_since": clock()} if is_active else {}
    Benchmark.objects.filter(pk=current.pk).update(is_active=is_active, **changes)
    if is_active:
        start_contaminate(created_by=person_behind(actor))
    record(actor, f"benchmark.switched {'on' if is_active else 'off'}", current, name=current.name)


@transaction.atomic
def check_again(*, actor: Actor) -> Run:
    """Have all scenarios held against all active benchmarks again, for instance after the limits changed."""
    lock_benchmarks()
    Benchmark.objects.filter(is_active=True).update(active_since=clock())
    return start_contaminate(created_by=person_behind(actor))


@transaction.atomic
def delete_benchmark(benchmark: Benchmark, *, actor: Actor) -> None:
    """Delete a benchmark that was never switched on, with its upload.

    Raises:
        StillInUse: scenarios were held against it.
    """
    current = Benchmark.objects.select_for_update().get(pk=benchmark.pk)
    if current.active_since is not None:
        raise StillInUse
    record(actor, "benchmark.deleted", current, name=current.name)
    pk: UUID = current.pk
    transaction.on_commit(lambda: shutil.rmtree(folder_of(Benchmark(pk=pk)), ignore_errors=True))
    current.delete()


def newest_load(benchmark: Benchmark) -> Run | None:
    """Return the run that reads or read a benchmark."""
    runs = Run.objects.filter(kind=KIND, arguments__benchmark=str(benchmark.pk))
    return runs.order_by("-pk").first()


def clock() -> Any:
    """Return the time at which the statement runs, which grows while a lock is waited for."""
    return ClockTimestamp()


class ClockTimestamp(Now):
    """`clock_timestamp()`, where `now()` would be the begin of the transaction."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL."""
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **context)
