"""`manage.py erase_again`: erases those whom a restored database knows again."""

from typing import Any

from django.core.management.base import BaseCommand

from exports.actions.erasure import erase_again


class Command(BaseCommand):
    """To be run after a restore. Running it twice changes nothing."""

    help = "Erases people again whose erasure is younger than the database that was restored."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many there were."""
        count = erase_again()
        self.stdout.write(f"{count} {'person was' if count == 1 else 'people were'} erased again.")
