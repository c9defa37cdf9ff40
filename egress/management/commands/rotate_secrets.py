"""`manage.py rotate_secrets`: seals all stored tokens with the first key of SECRETS_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.second_factor import reseal
from egress.secrets import rotate


class Command(BaseCommand):
    """Prepares the removal of an old key."""

    help = "Seals all stored tokens with the first key of SECRETS_KEYS; after that the others can be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and say how many."""
        self.stdout.write(f"{rotate()} stored tokens are sealed with the first key.")
        self.stdout.write(f"{reseal()} second factors are sealed with the first key.")
