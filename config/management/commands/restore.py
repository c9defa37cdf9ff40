"""`manage.py restore`: puts a backup in the place of the house."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups.archive import KeyNeeded, is_sealed
from config.backups.asking import BadKey, secret_from
from config.backups.postgres import ProgramFailed
from config.backups.restoring import NotNow, Restored, restore
from config.backups.sealed import Damaged, WrongKey

LOCKED = (
    "{count} stored tokens can’t be opened with this house’s SECRETS_KEYS. Put the keys of the house that was backed up "
    "in, or enter the tokens again."
)


class Command(BaseCommand):
    """Checks a backup, then restores it, whole or not at all."""

    help = "Put a backup in the place of this house's database and files."
    # An empty house has no tables to check.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file, and for leave to replace what is here."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what this house holds now")
        parser.add_argument(
            "--key-file", type=Path, help="the key of an encrypted backup; without it, it is asked for"
        )
        parser.add_argument("--erasures", type=Path, help="another copy of erasures.jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and say what came of it."""
        path: Path = options["file"]
        try:
            secret = secret_from(options["key_file"]) if is_sealed(path) else None
            restored = restore(path, secret, may_replace=options["replace"], erasures=options["erasures"])
        except (KeyNeeded, WrongKey) as error:
            raise CommandError(
                "Nothing was touched: the key is not the one it was encrypted with."
            ) from error
        except (BadKey, NotNow, Damaged, ProgramFailed) as error:
            raise CommandError(f"Nothing was touched: {error}") from error
        except OSError as error:
            raise CommandError(f"{error.strerror or error}: {error.filename or path}") from error
        self.say(restored)
        if restored.violations:
            raise SystemExit(1)

    def say(self, restored: Restored) -> None:
        """Say what is back, what stays erased, and what is wrong."""
        about = restored.about
        self.stdout.write(
            f"Restored the house of {about['created_at']} (Arete {about['version']}) with {restored.files:,} files."
        )
        if restored.erased_again:
            self.stdout.write(f"Erased again what people had taken back since: {len(restored.erased_again)}.")
        if restored.locked_secrets:
            self.stdout.write(LOCKED.format(count=restored.locked_secrets))
        for name, rows in restored.violations.items():
            self.stderr.write(f"verify: {name}: {len(rows)}")
        if not restored.violations:
            self.stdout.write("verify: nothing that must never happen has happened.")
