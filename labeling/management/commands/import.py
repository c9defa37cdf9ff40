"""./arete manage import FILE --source NAME: read a file of scenarios and responses, into a project if one is named."""

import json
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from curation.actions.importing import Plan
from curation.models import Domain, Import, SavedMapping
from curation.sources import SOURCES, SourceError, find_source
from curation.sources.mapped import ColumnMapping
from curation.sources.opening import file_kind
from labeling.actions.imports import bring_file
from labeling.models import Project
from runs.actions import perform_now
from runs.models import Run

WRONG_ARGUMENTS = 2
FAILED = 1
INTERRUPTED = 130
TICK_S = 1.0
SHOWN = 20


class Command(BaseCommand):
    """Import a file here and now, without a worker."""

    help = "Import a file of scenarios and responses. The same file again creates nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("file", help="a .jsonl, .json, .csv or .parquet file; text also as .gz")
        shape = parser.add_mutually_exclusive_group(required=True)
        shape.add_argument("--source", default="", help=f"the kind of file: {', '.join(SOURCES)}")
        shape.add_argument("--mapping", default="", help="name of a saved mapping, for other files")
        parser.add_argument("--project", default="", help="slug of a project that gets an item for each row")
        parser.add_argument("--domain", default="", help="slug of the domain of rows that name none")
        parser.add_argument("--license", default="", help="license of rows that name none, as an SPDX id")
        parser.add_argument("--atomic", action="store_true", help="write nothing if one line is bad")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then print the report; exit with 1 when nothing could be imported."""
        wanted, project = plan(options), project_named(options["project"])
        origin = bring_file(project, wanted, created_by=None)
        try:
            with progress(origin.run):
                run = perform_now(origin.run)
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. What was written is kept; the same command again brings the rest.",
                returncode=INTERRUPTED,
            ) from None
        origin.refresh_from_db()
        if options["json"]:
            self.stdout.write(json.dumps(report(origin, run), ensure_ascii=True))
        else:
            self.stdout.write(summary(origin))
        if run.state != Run.State.DONE:
            raise CommandError(run.error or f"The import was {run.state}.", returncode=FAILED)


def plan(options: dict[str, Any]) -> Plan:
    """Check what was typed, and return what to import."""
    path = Path(options["file"]).expanduser().absolute()
    mapping = mapping_named(options["mapping"]) if options["mapping"] else None
    try:
        if mapping is None:
            find_source(options["source"])
    except SourceError as error:
        raise wrong("--source", str(error)) from None
    try:
        with path.open("rb") as file:
            file.peek(1)
        file_kind(path)
    except OSError as error:
        raise wrong("FILE", f"{path} can't be read: {error.strerror}. Check the path.") from None
    except SourceError as error:
        raise wrong("FILE", str(error)) from None
    if len(options["license"]) > 60:
        raise wrong("--license", "is longer than 60 characters. Give an SPDX id such as CC-BY-4.0.")
    domain = domain_named(options["domain"])
    return Plan(path, path.name, options["source"], domain, options["license"], options["atomic"], mapping)


def mapping_named(name: str) -> ColumnMapping:
    """Return the saved mapping, or say which there are."""
    saved = SavedMapping.objects.filter(name=name).first()
    if saved is None:
        names = ", ".join(f"“{each}”" for each in SavedMapping.objects.values_list("name", flat=True)[:SHOWN])
        there = f"The mappings are: {names}." if names else "There are none yet; save one on the import page."
        raise wrong("--mapping", f"there is no mapping “{name}”. {there}")
    return ColumnMapping.from_json(saved.mapping)


def project_named(slug: str) -> Project | None:
    """Return the project, None when none was named, or say which there are."""
    project = Project.objects.filter(slug=slug).first()
    if slug and project is None:
        raise wrong("--project", f"there is no project “{slug}”. {some('projects', Project)}")
    return project


def domain_named(slug: str) -> Domain | None:
    """Return the domain, None when none was named, or say which there are."""
    domain = Domain.objects.filter(slug=slug).first()
    if slug and domain is None:
        raise wrong("--domain", f"there is no domain “{slug}”. {some('domains', Domain)}")
    return domain


def some(nouns: str, model: type[Project] | type[Domain]) -> str:
    """Return a sentence that names the first few there are."""
    slugs = list(model._default_manager.values_list("slug", flat=True)[:SHOWN])
    return f"The {nouns} are: {', '.join(slugs)}." if slugs else f"There are no {nouns} yet."


def wrong(argument: str, text: str) -> CommandError:
    """Return the error for an argument that can't be right."""
    return CommandError(f"{argument}: {text}", returncode=WRONG_ARGUMENTS)


def report(origin: Import, run: Run) -> dict[str, Any]:
    """Return the report as other programs read it."""
    return {
        "lines": origin.lines,
        "created": origin.created,
        "duplicates": origin.duplicates,
        "rejected": origin.rejected,
        "problems": list(origin.problems.values("line", "column", "reason")),
        "unread": origin.unread,
        "error": run.error,
        "import": str(origin.pk),
    }


def summary(origin: Import) -> str:
    """Return the report as people read it."""
    lines = [
        f"{origin.lines:,} lines: {origin.created:,} created, {origin.duplicates:,} duplicates,"
        f" {origin.rejected:,} rejected."
    ]
    if origin.unread:
        names = list(origin.unread)
        others = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        lines.append(f"Columns that were not read: {', '.join(names[:SHOWN])}{others}.")
    for problem in origin.problems.all()[:SHOWN]:
        where = f", {problem.column}" if problem.column else ""
        lines.append(f"  line {problem.line}{where}: {problem.reason}")
    more = origin.problems.count() - SHOWN
    if more > 0:
        lines.append(f"  … and {more:,} more; --json lists them all.")
    return "\n".join(lines)


@contextmanager
def progress(run: Run) -> Iterator[None]:
    """Say on stderr how far a run has come, for as long as the block takes."""
    over = threading.Event()
    thread = threading.Thread(target=tell, args=(run, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def tell(run: Run, over: threading.Event) -> None:
    """Print a line whenever the run got further, until it is over."""
    last = ""
    try:
        while not over.wait(TICK_S):
            for done, total in Run.objects.filter(pk=run.pk).values_list("done", "total"):
                line = "Checking the file" if total is None else f"{done:,} of {total:,} lines"
                if line != last:
                    sys.stderr.write(f"{line}\n")
                last = line
    finally:
        connection.close()
