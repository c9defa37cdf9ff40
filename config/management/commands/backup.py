"""`manage.py backup`: one file that holds the whole house."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backups.asking import BadKey, secret_from
from config.backups.making import Made, make_backup, summary
from config.backups.postgres import ProgramFailed
from config.backups.sealed import Damaged

NOT_IN_IT = (
    "The keys are not in it: SECRET_KEY and SECRETS_KEYS (keys.json in the data folder of ./arete) must be kept apart, "
    "or stored tokens can’t be read after a restore."
)
OUTSIDE = "Nor is this; docs/how-to/back-up.md says how to keep it:"
SAME_DISK = "It lies on the disk of the house itself: copy it elsewhere."
READABLE = "It is not encrypted, and holds names, addresses and labels: --encrypt changes that."


class Command(BaseCommand):
    """Backs the house up while people go on labeling."""

    help = "Write database and files into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask where to, and how it is encrypted."""
        parser.add_argument(
            "--to", type=Path, help="a folder, or the file; without it, backups in the data folder"
        )
        parser.add_argument(
            "--encrypt", action="store_true", help="encrypt it with a passphrase, or --key-file"
        )
        parser.add_argument(
            "--key-file", type=Path, help="a file whose content is the key; goes with --encrypt"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what is in it."""
        to = options["to"] or settings.DATA_DIR / "backups"
        try:
            is_sealed = options["encrypt"] or options["key_file"]
            secret = secret_from(options["key_file"], twice=True) if is_sealed else None
            made = make_backup(to, secret)
        except (BadKey, FileExistsError, ProgramFailed, Damaged) as error:
            raise CommandError(f"Nothing was backed up: {error}") from error
        except OSError as error:
            raise CommandError(
                f"Nothing was backed up: {error.strerror or error}: {error.filename or to}"
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(summary(made)))
        else:
            self.say(made, is_sealed=bool(secret))
        if made.lacking:
            raise SystemExit(1)

    def say(self, made: Made, *, is_sealed: bool) -> None:
        """Say where it is and what to mind."""
        self.stdout.write(f"{made.path}: {made.size:,} bytes, the database and {made.files:,} files.")
        self.stdout.write(NOT_IN_IT)
        if made.outside:
            self.stdout.write(OUTSIDE)
        for each in made.outside:
            self.stdout.write(f"- {each}")
        if not is_sealed:
            self.stdout.write(READABLE)
        if made.path.stat().st_dev == settings.DATA_DIR.stat().st_dev:
            self.stdout.write(SAME_DISK)
        for name in made.lacking:
            self.stderr.write(f"Missing or changed in the data folder, and so in the backup: {name}")
