"""`manage.py consent_text FILE`: puts another wording of the consent to releases in force."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import SameWording, change_consent


class Command(BaseCommand):
    """Everybody who agreed to an earlier wording is asked again before they label on."""

    help = "Puts another wording of the consent to releases in force; people are asked again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the file's name."""
        parser.add_argument("file", help="plain text in UTF-8; a blank line parts paragraphs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the new version down, and say its number."""
        try:
            text = Path(options["file"]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} can't be read: {error}") from error
        try:
            version = change_consent(text)
        except SameWording:
            raise CommandError("The file says nothing, or what the newest wording says already.") from None
        self.stdout.write(f"Version {version.number} is in force.")
