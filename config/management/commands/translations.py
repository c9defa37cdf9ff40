"""`manage.py translations`: bring the catalogues to what the pages say."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import translating


class Command(BaseCommand):
    """Collects what annotators read into every catalogue, compiles it, and says what is not translated yet."""

    help = "Collect the words of annotators' pages into the catalogues under locale/, and compile them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether the words of all pages are wanted."""
        parser.add_argument("--all", action="store_true", help="Collect the words of all pages.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the catalogues; end with an error while something is missing."""
        marked = translating.messages()
        wanted = translating.read_by_annotators(marked)
        left = 0
        for code, _ in settings.LANGUAGES:
            path = translating.catalogue(code)
            if code == settings.LANGUAGE_CODE or not path.exists():
                continue
            translating.update(path, marked if options["all"] else wanted, marked)
            for line in translating.problems(path, wanted, marked):
                left += 1
                self.stdout.write(f"{code}: {line}")
        if left:
            raise CommandError(f"{left} texts are not translated as they should be.")
        self.stdout.write(
            f"All {len(wanted)} texts that annotators read are translated; {len(marked)} are marked."
        )
