"""./arete manage trait_import FILE …: bring traits in from YAML, as drafts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from curation.actions.trait_files import DoesNotFit, foresee, import_traits
from curation.trait_yaml import UnreadableTrait, read
from curation.wording import TraitFile

FAILED, WRONG_ARGUMENTS = 1, 2


class Command(BaseCommand):
    """Writes all files, or none of them when one does not fit."""

    help = "Bring traits in from YAML files: each becomes a new trait or the next draft of one that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files and who answers for them."""
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="traits that name each other come in together"
        )
        parser.add_argument("--author", default="", help="e-mail address of the person who brings them in")
        parser.add_argument("--check", action="store_true", help="say what would change, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all files first, then write them in one transaction."""
        author = found_author(options["author"])
        files = [read_file(Path(name)) for name in options["files"]]
        try:
            outlooks = [foresee(file, also=files) for file in files]
            for outlook in outlooks:
                against = f"against {outlook.base}" if outlook.base else "a new trait"
                self.stdout.write(f"{outlook.file.slug}: {against}, {outlook.tally}.")
                self.stdout.writelines(f"  {note}" for note in outlook.notes)
            if not options["check"]:
                for version in import_traits(files, author=author):
                    self.stdout.write(f"{version} is a draft.")
        except DoesNotFit as error:
            raise CommandError(str(error), returncode=FAILED) from None


def read_file(path: Path) -> TraitFile:
    """Read one file.

    Raises:
        CommandError: with the file, and every problem by line and field.
    """
    try:
        return read(path.expanduser().read_bytes())
    except OSError as error:
        raise CommandError(
            f"FILE: {path} can't be read: {error.strerror}.", returncode=WRONG_ARGUMENTS
        ) from None
    except UnreadableTrait as error:
        said = "\n".join(f"{path}: {problem}" for problem in error.problems)
        raise CommandError(said, returncode=FAILED) from None


def found_author(email: str) -> User | None:
    """Find the author; nobody when none was named.

    Raises:
        CommandError: nobody has this address.
    """
    person = User.objects.filter(email=email.lower()).first()
    if email and person is None:
        raise CommandError(f"--author: nobody here has the address {email}.", returncode=WRONG_ARGUMENTS)
    return person
