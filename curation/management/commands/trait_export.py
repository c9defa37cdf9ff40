"""./arete manage trait_export SLUG[@N]: write a trait version as YAML."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.actions.wordings import file_of
from curation.models import TraitVersion
from curation.trait_yaml import written

WRONG_ARGUMENTS = 2


class Command(BaseCommand):
    """Prints the file of a version."""

    help = "Write a trait version as YAML: the one that is named, else the one in force, else the newest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the version."""
        parser.add_argument("version", metavar="SLUG[@N]", help="for instance fairness or fairness@2")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(written(file_of(found_version(options["version"]))), ending="")


def found_version(name: str) -> TraitVersion:
    """Find a version.

    Raises:
        CommandError: there is none.
    """
    slug, at, number = name.partition("@")
    versions = TraitVersion.objects.filter(trait__slug=slug).select_related("trait").order_by("number")
    if at:
        found = next((each for each in versions if str(each.number) == number), None)
    else:
        found = versions.published().last() or versions.last()
    if found is None:
        there = ", ".join(map(str, versions)) or "none of this trait"
        raise CommandError(
            f"SLUG[@N]: there is no version “{name}”. There are: {there}.", returncode=WRONG_ARGUMENTS
        )
    return found
