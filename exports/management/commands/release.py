"""`manage.py release RECIPE`: freeze and build the next release of a recipe."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exports.actions.gates import why_held
from exports.actions.releases import BUMPS, cut_release
from exports.models import Recipe
from runs.actions import perform_now
from runs.models import Run


class Command(BaseCommand):
    """Cuts a release here and now, without a worker."""

    help = (
        "Freeze and build the next release of a recipe; one that was begun and isn't built is finished first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the recipe, the part of the version to raise, and how to answer."""
        parser.add_argument("recipe", help="the recipe's short name, as in its address")
        parser.add_argument(
            "--bump",
            choices=BUMPS,
            default="minor",
            help="major when a column or split changed its meaning, minor for new rows, patch for papers only",
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Cut it, and say where it lies."""
        release, run = cut_release(found_recipe(options["recipe"]), bump=options["bump"])
        run = perform_now(run)
        if run.state != Run.State.DONE:
            raise CommandError(run.error or f"The run ended: {run.state}.")
        release.refresh_from_db()
        if options["json"]:
            outcome = {"release": str(release), "digest": release.digest, "path": str(release.folder)}
            self.stdout.write(json.dumps(outcome))
        else:
            self.stdout.write(f"{release} is in {release.folder}")
            self.stdout.write(f"digest {release.digest}")
            held = why_held(release)
            self.stdout.write(
                f"It is held back. {held}" if held else "All its gates are settled: it may be published."
            )


def found_recipe(slug: str) -> Recipe:
    """Find a recipe.

    Raises:
        CommandError: there is none; those that are there are named.
    """
    found = Recipe.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Recipe.objects.values_list("slug", flat=True)) or "none yet; add one on the pages"
        raise CommandError(f"There is no recipe {slug}. There are: {known}.")
    return found
