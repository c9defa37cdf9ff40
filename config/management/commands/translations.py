"""`manage.py translations`: bring the catalogues to what the pages say."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import translating


class Command(BaseCommand):
    """Collects the marked texts into every catalogue, compiles it, and says what annotators would read in English."""

    help = "Collect the marked texts into the catalogues under locale/, and compile them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the catalogues; end with an error while something is missing."""
        wanted = translating.messages()
        needed = translating.read_by_annotators(wanted)
        left = 0
        for code, _ in settings.LANGUAGES:
            path = translating.catalogue(code)
            if code == settings.LANGUAGE_CODE or not path.exists():
                continue
            translating.update(path, wanted)
            for line in translating.problems(path, wanted, needed):
                left += 1
                self.stdout.write(f"{code}: {line}")
        if left:
            raise CommandError(f"{left} texts are not translated as they should be.")
        self.stdout.write(
            f"All {len(needed)} texts that annotators read are translated; "
            f"{len(wanted) - len(needed)} others may stay in English."
        )
