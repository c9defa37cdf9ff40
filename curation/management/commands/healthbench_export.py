"""./arete manage healthbench_export: write rubrics in HealthBench's format."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.actions.healthbench import export, exportable

WRONG_ARGUMENTS = 2


class Command(BaseCommand):
    """Write scenarios with their rubrics, a line each."""

    help = (
        "Write the scenarios that have a rubric in HealthBench's JSONL, to a file or to the standard output."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument(
            "file", nargs="?", default="-", help="where to; - or nothing: the standard output"
        )
        parser.add_argument("--domain", default="", help="slug of a domain: only its scenarios")
        parser.add_argument(
            "--trait", default="", help="slug of a trait: only scenarios that are aimed at it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the lines as they come from the database."""
        scenarios = exportable()
        if options["domain"]:
            scenarios = scenarios.filter(domain=options["domain"])
        if options["trait"]:
            scenarios = scenarios.filter(aimed_traits__slug=options["trait"])
        if options["file"] == "-":
            for line in export(scenarios):
                sys.stdout.buffer.write(line)
            return
        try:
            with Path(options["file"]).expanduser().open("wb") as file:
                count = sum(bool(file.write(line)) for line in export(scenarios))
        except OSError as error:
            raise CommandError(
                f"{options['file']} can't be written: {error.strerror}.", returncode=WRONG_ARGUMENTS
            ) from None
        self.stdout.write(f"{count:,} scenarios written to {options['file']}.")
