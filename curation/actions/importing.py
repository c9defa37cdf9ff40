"""An import's way from a file to the tables: checked as a whole, then written in chunks."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import User
from config.ids import uuid7
from curation.actions.copying import copy_in
from curation.actions.followups import start_followups
from curation.actions.healthbench import SOURCE as RUBRICS
from curation.actions.healthbench import Outcome, store_rows
from curation.actions.imports import form_of, keep, lock_imports
from curation.arriving import Arrival, Batch, Form, Job, Kept
from curation.models import Domain, Import, ImportProblem
from curation.readers import read_ahead
from curation.rubric.healthbench import Unusable
from curation.sources import SOURCES, Limits, Problem, SourceError, Unread
from curation.sources.mapped import NAME as MAPPED
from curation.sources.mapped import ColumnMapping
from curation.text import sanitise
from runs.actions import start
from runs.models import Run
from runs.words import say, told_by
from runs.work import RunFailed, Work

KIND = "curation.import"
MOST_BAD_PERCENT = 20
KEPT_PROBLEMS = 1000
"""How many problems of a refused file are kept; more would help nobody."""
MOST_NAMED = 12
CHECKPOINT_S = 2.0
TRIES = 3


class Plan(NamedTuple):
    """What to import, and how."""

    path: Path
    file_name: str
    source: str
    """The name of a source; empty when a mapping says which column is what."""
    domain: Domain | None = None
    license: str = ""
    is_atomic: bool = False
    mapping: ColumnMapping | None = None


class Into(NamedTuple):
    """Where rows go beside the tables of scenarios and responses."""

    keep: Callable[[Sequence[Arrival], Form], Kept] = keep
    """Stores rows in the transaction of a chunk."""
    fewest_responses: int = 0
    """Rows with fewer are rejected."""


class Census(NamedTuple):
    """What the first pass over a file found."""

    lines: int
    bad: int
    problems: list[Problem]
    unread: Unread


@transaction.atomic
def start_import(plan: Plan, *, kind: str = KIND, created_by: User | None = None) -> Import:
    """Write down that a file is to be imported; a worker reads it.

    Args:
        plan: what and how.
        kind: of the run; another app's kind may do more with the rows.
        created_by: who asked for it.
    """
    import_id = uuid7()
    run = start(kind, {"import": str(import_id)}, created_by=created_by, unit="lines")
    return create_import(plan, run, import_id=import_id, created_by=created_by)


def park(kind: str, arguments: dict[str, Any], why: str, *, created_by: User | None) -> Run:
    """Write down a run that begins when somebody, or another run, says so."""
    run = start(kind, arguments, created_by=created_by, unit="lines")
    Run.objects.filter(pk=run.pk).update(state=Run.State.NEEDS_ATTENTION, error=why, finished_at=Now())
    run.refresh_from_db()
    return run


@transaction.atomic
def park_import(plan: Plan, *, kind: str = KIND, created_by: User | None = None) -> Import:
    """Keep a file whose columns nobody has named yet."""
    import_id = uuid7()
    run = park(kind, {"import": str(import_id)}, "", created_by=created_by)
    return create_import(plan, run, import_id=import_id, created_by=created_by)


def release(origin: Import) -> bool:
    """Let a parked import begin; False when it is not parked any more."""
    parked = Run.objects.filter(pk=origin.run_id, state=Run.State.NEEDS_ATTENTION, started_at=None)
    return bool(parked.update(state=Run.State.QUEUED, error="", due_at=Now(), finished_at=None))


@transaction.atomic
def start_mapped(origin: Import, mapping: ColumnMapping) -> bool:
    """Say which column is what, and let the import begin; False when it has begun already."""
    Import.objects.filter(pk=origin.pk, run__started_at=None).update(mapping=mapping.as_json(), source=MAPPED)
    return release(origin)


def create_import(plan: Plan, run: Run, *, import_id: Any, created_by: User | None) -> Import:
    """Write an import down with a run that exists."""
    source = SOURCES.get(plan.source)
    origin = Import.objects.create(
        id=import_id,
        run=run,
        file_name=plan.file_name[-255:],
        path=str(plan.path),
        source=MAPPED if plan.mapping else plan.source,
        mapping=plan.mapping.as_json() if plan.mapping else None,
        domain=plan.domain,
        license=plan.license or (source.license if source else ""),
        is_atomic=plan.is_atomic,
        created_by=created_by,
    )
    record(created_by, "import.started", origin, file=origin.file_name, source=origin.source)
    return origin


def run_import(work: Work) -> dict[str, Any]:
    """Import scenarios and their responses; of HealthBench also their rubrics."""
    origin = Import.objects.get(run=work.run)
    return perform_import(work, Into(partial(keep_rubrics, origin)) if origin.source == RUBRICS else Into())


def keep_rubrics(origin: Import, arrivals: Sequence[Arrival], form: Form) -> Kept:
    """Store scenarios with their rubrics."""
    outcomes = store_rows([each.raw for each in arrivals], origin=origin)
    problems = [
        Problem(each.line, outcome.column, outcome.reason)
        for each, outcome in zip(arrivals, outcomes, strict=True)
        if isinstance(outcome, Unusable)
    ]
    return Kept(outcomes.count(Outcome.CREATED), problems)


def perform_import(work: Work, into: Into) -> dict[str, Any]:
    """Read the file twice: to see whether it may be written at all, then to write it, chunk by chunk.

    A killed attempt loses the chunk it was at; the next one goes on behind the last committed line.

    Raises:
        RunFailed: the file can't be read, or holds too many bad lines. Then nothing was written.
    """
    origin = Import.objects.get(run=work.run)
    if "lines" not in work.cursor:
        check_file(work, origin, into)
    if work.cursor["stamp"] != stamp(origin):
        raise RunFailed(
            say(
                "{file} was changed while it was being read. What was written is kept and complete up to the line"
                " shown. Import the file again: rows that are there already are not doubled.",
                file=origin.file_name,
            )
        )
    write_file(work, origin, into)
    return finish(origin)


def check_file(work: Work, origin: Import, into: Into) -> None:
    """Read the whole file without writing, and refuse it when too much of it is bad."""
    before = stamp(origin)
    try:
        census = count_lines(work, origin, into)
    except RunFailed as failure:
        raise RunFailed(say("{failure} Nothing was written.", failure=failure)) from failure
    refusal = reason_to_refuse(census, is_atomic=origin.is_atomic)
    if refusal:
        keep_refused(origin, census)
        raise RunFailed(refusal)
    work.log(
        say(
            "{lines} lines, {bad} of them can't be used.",
            lines=f"{census.lines:,}",
            bad=f"{census.bad:,}",
        )
    )
    if census.unread:
        work.log(passed_over(census.unread))
    Import.objects.filter(pk=origin.pk).update(unread=unread_columns(census.unread))
    cursor = {"lines": census.lines, "stamp": before, "line": 0, "done": 0}
    work.checkpoint(0, total=census.lines, cursor=cursor)


def count_lines(work: Work, origin: Import, into: Into) -> Census:
    """Count good and bad lines, keeping the lease meanwhile."""
    lines = bad = 0
    problems: list[Problem] = []
    unread: Unread = Counter()
    due = time.monotonic() + CHECKPOINT_S
    for batch in batches_of(origin, into, unread=unread):
        lines += batch.lines
        bad += len(batch.problems)
        problems += batch.problems[: KEPT_PROBLEMS - len(problems)]
        if time.monotonic() > due:
            work.checkpoint(0)
            due = time.monotonic() + CHECKPOINT_S
    return Census(lines, bad, problems, unread)


def reason_to_refuse(census: Census, *, is_atomic: bool) -> str:
    """Return why nothing of the file may be written; empty when it may."""
    if not census.bad:
        return ""
    first = census.problems[0]
    said = {
        "bad": f"{census.bad:,}",
        "lines": f"{census.lines:,}",
        "first": say("The first is line {line}: {reason}.", line=first.line, reason=first.reason),
    }
    if is_atomic:
        return say(
            "Nothing was written: {bad} of {lines} lines can't be used, and the import is atomic. {first} Correct"
            " the file, or import it without “atomic” to take the good lines.",
            **said,
        )
    if census.bad * 100 > census.lines * MOST_BAD_PERCENT:
        return say(
            "Nothing was written: {bad} of {lines} lines can't be used, more than {most} in 100. {first} Check that"
            " the source fits the file, or correct it.",
            most=MOST_BAD_PERCENT,
            **said,
        )
    return ""


def unread_columns(unread: Unread) -> dict[str, int]:
    """Return the columns that nobody reads, those of most lines first, fit to be stored."""
    return {sanitise(name).text[:120]: lines for name, lines in unread.most_common()}


def passed_over(unread: Unread) -> str:
    """Return which columns nobody reads, in words."""
    named = ", ".join(f"{name} ({lines:,})" for name, lines in unread.most_common(MOST_NAMED))
    if len(unread) <= MOST_NAMED:
        return say("Columns that are not read, with how many lines hold them: {named}.", named=named)
    return say(
        "Columns that are not read, with how many lines hold them: {named}, and {more} more.",
        named=named,
        more=len(unread) - MOST_NAMED,
    )


@transaction.atomic
def keep_refused(origin: Import, census: Census) -> None:
    """Keep the report on a file of which nothing was written: all its lines count as rejected."""
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(import_run=origin, line=line, column=column, reason=reason)
            for line, column, reason in map(problem_columns, census.problems)
        ],
        ignore_conflicts=True,
    )
    Import.objects.filter(pk=origin.pk).update(
        lines=census.lines, rejected=census.lines, unread=unread_columns(census.unread)
    )


def write_file(work: Work, origin: Import, into: Into) -> None:
    """Write what the last attempt has not written yet."""
    done: int = work.cursor["done"]
    form = form_of(origin)
    with collecting_seldom():
        for batch in batches_of(origin, into, form=form, after=work.cursor["line"]):
            done += batch.lines
            write_surely(work, origin, (into, form), batch, done)
            gc.collect()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for garbage cycles when the caller says so: among a chunk's many rows it took a fifth of the time."""
    gc.disable()
    # What is there already would be looked through each time.
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def write_surely(work: Work, origin: Import, way: tuple[Into, Form], batch: Batch, done: int) -> None:
    """Write one batch with its cursor; once more when somebody stored one of its texts at the same moment."""
    cursor = {**work.cursor, "line": batch.last_line, "done": done}
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                write_batch(origin, way, batch)
                work.checkpoint(done, cursor=cursor)
        except IntegrityError:
            if not tries_left:
                raise
        else:
            return


def write_batch(origin: Import, way: tuple[Into, Form], batch: Batch) -> None:
    """Write a batch and its report, and count its lines, in the transaction of the caller."""
    into, form = way
    lock_imports()
    created, unusable = into.keep(batch.arrivals, form)
    problems = [*batch.problems, *unusable]
    if problems:
        copy_in(
            ImportProblem,
            ("line", "column", "reason"),
            map(problem_columns, problems),
            {"import_run_id": origin.pk},
        )
    Import.objects.filter(pk=origin.pk).update(
        lines=F("lines") + batch.lines,
        created=F("created") + created,
        duplicates=F("duplicates") + batch.lines - len(problems) - created,
        rejected=F("rejected") + len(problems),
    )


def problem_columns(problem: Problem) -> tuple[int, str, str]:
    """Return line, column and reason as they are stored: a file's own words may stand in both texts."""
    return problem.line, sanitise(problem.column).text[:120], sanitise(problem.reason).text[:500]


@transaction.atomic
def finish(origin: Import) -> dict[str, Any]:
    """Close the import and start what is due once texts came in.

    Returns:
        The totals.
    """
    is_first = Import.objects.filter(pk=origin.pk, is_complete=False).update(is_complete=True)
    origin.refresh_from_db()
    if is_first and origin.created:
        start_followups(origin)
    return {name: getattr(origin, name) for name in ("lines", "created", "duplicates", "rejected")}


def batches_of(
    origin: Import, into: Into, *, form: Form | None = None, after: int = 0, unread: Unread | None = None
) -> Iterator[Batch]:
    """Yield the lines of the file. It asks the database once, at the beginning.

    Raises:
        RunFailed: the file can't be read, or not to its end.
    """
    job = Job(
        path=origin.path,
        source=origin.source,
        mapping=origin.mapping,
        limits=limits(),
        domains=frozenset(Domain.objects.values_list("slug", flat=True)),
        fewest_responses=into.fewest_responses,
        form=form,
    )
    try:
        yield from read_ahead(job, after=after, unread=unread)
    except SourceError as error:
        raise RunFailed(told_by(error)) from error
    except OSError as error:
        raise RunFailed(
            say("{file} can't be read: {reason}.", file=origin.file_name, reason=error.strerror or error)
        ) from error


def limits() -> Limits:
    """Return how much of a file is read."""
    return Limits(max_decoded_bytes=settings.IMPORT_MAX_DECODED_MB * 1_000_000)


def stamp(origin: Import) -> list[int]:
    """Return what changes when a file is changed; empty when it is gone."""
    path = Path(origin.path)
    try:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        states = [each.stat() for each in files]
    except OSError:
        return []
    return [number for state in states for number in (state.st_size, state.st_mtime_ns)]
