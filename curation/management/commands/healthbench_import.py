"""./arete manage healthbench_import FILE: take scenarios with their rubrics from a file in HealthBench's format."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from curation.actions.healthbench import CHUNK, Outcome, read, store_rows
from curation.rubric.healthbench import Unusable
from curation.sources import Limits, Problem, SourceError
from curation.sources.opening import open_source

FAILED, WRONG_ARGUMENTS = 1, 2
MOST_BAD_PERCENT = 20
SHOWN = 20
Numbered = tuple[int, str] | Problem


class Command(BaseCommand):
    """Import a HealthBench file here and now."""

    help = "Import a file in HealthBench's JSONL, plain or gzip. The same file again creates nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("file", help="a .jsonl file, also as .gz")
        parser.add_argument("--atomic", action="store_true", help="write nothing if one line is bad")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then say what became of the lines; exit with 1 when nothing could be imported."""
        path = Path(options["file"]).expanduser()
        try:
            problems = self.problems_in(path)
            refuse_bad_file(problems, is_atomic=options["atomic"])
            counts = self.store(path)
        except OSError as error:
            raise CommandError(
                f"{path} can't be read: {error.strerror}. Check the path.", returncode=WRONG_ARGUMENTS
            ) from None
        except SourceError as error:
            raise CommandError(str(error), returncode=FAILED) from None
        self.stdout.write(
            f"{counts.total():,} lines: {counts[Outcome.CREATED]:,} created, {counts[Outcome.DUPLICATE]:,} here already,"
            f" {counts['rejected']:,} rejected."
        )

    def problems_in(self, path: Path) -> list[Problem | None]:
        """Read the whole file without writing."""
        return [problem_in(each) for each in numbered_lines(path)]

    def store(self, path: Path) -> "Counter[str]":
        """Write the file, chunk by chunk; report the lines that were rejected."""
        counts: Counter[str] = Counter()
        rest = numbered_lines(path)
        while chunk := list(islice(rest, CHUNK)):
            problems = [each for each in chunk if isinstance(each, Problem)]
            lines = [each for each in chunk if not isinstance(each, Problem)]
            for (number, _), outcome in zip(lines, store_rows([line for _, line in lines]), strict=True):
                if isinstance(outcome, Unusable):
                    problems.append(Problem(number, outcome.column, outcome.reason))
                else:
                    counts[outcome] += 1
            for problem in sorted(problems):
                self.stdout.write(said(problem))
            counts["rejected"] += len(problems)
        return counts


def numbered_lines(path: Path) -> Iterator[Numbered]:
    """Yield the lines that are not blank with their numbers, without their breaks.

    Raises:
        SourceError: the file can't be read to its end.
    """
    limits = Limits(max_decoded_bytes=settings.IMPORT_MAX_DECODED_MB * 1_000_000)
    with open_source(path, limits) as stream:
        for item in stream.lines():
            if isinstance(item, Problem):
                yield item
                continue
            number, line = item
            try:
                text = line.decode().removesuffix("\n")
            except UnicodeDecodeError as fault:
                yield Problem(
                    number, "", f"not UTF-8 at byte {fault.start + 1} of the line (is the file Latin-1?)"
                )
                continue
            if text.strip():
                yield number, text


def problem_in(line: Numbered) -> Problem | None:
    """Return what is wrong with a line by itself."""
    if isinstance(line, Problem):
        return line
    row = read(line[1])
    return Problem(line[0], row.column, row.reason) if isinstance(row, Unusable) else None


def refuse_bad_file(problems: list[Problem | None], *, is_atomic: bool) -> None:
    """Refuse a file that is bad in too many places."""
    bad = [each for each in problems if each is not None]
    if bad and (is_atomic or len(bad) * 100 > len(problems) * MOST_BAD_PERCENT):
        shown = "\n".join(said(each) for each in bad[:SHOWN])
        more = f"\n… and {len(bad) - SHOWN:,} more" if len(bad) > SHOWN else ""
        raise CommandError(
            f"Nothing was written: {len(bad):,} of {len(problems):,} lines can't be used.\n{shown}{more}\n"
            "Correct them, and run the command again.",
            returncode=FAILED,
        )


def said(problem: Problem) -> str:
    """Return a problem in a line."""
    where = f", {problem.column}" if problem.column else ""
    return f"line {problem.line}{where}: {problem.reason}"
