"""`manage.py rebuild RELEASE`: build a release again and compare every byte."""

import json
import resource
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exports.actions.rebuild import Rebuilt, rebuild
from exports.management.commands.publish import found_release
from exports.models import Release
from runs.work import RunFailed


class Command(BaseCommand):
    """Proves that a release comes out the same, and puts lost files back."""

    help = "Build a release again from its frozen rows and compare every byte; missing files are put back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the release and how to answer."""
        parser.add_argument("release", help="RECIPE@VERSION, for example demo@1.0.0, or the release's id")
        parser.add_argument("--workers", type=int, default=1, help="files that are written at once")
        parser.add_argument(
            "--json", action="store_true", help="print the outcome and how long each config took"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and compare; exit with 1 when a byte differs."""
        release = found_release(options["release"])
        if not release.is_built:
            raise CommandError(f"{release} was never built. Finish it with: release {release.recipe.slug}")
        try:
            rebuilt = rebuild(release, workers=max(1, options["workers"]))
        except RunFailed as failure:
            raise CommandError(str(failure)) from failure
        if options["json"]:
            self.stdout.write(json.dumps(outcome(release, rebuilt)))
        elif not rebuilt.different:
            self.stdout.write(f"{release}: all {rebuilt.files} files are the same, byte for byte.")
        if rebuilt.different:
            raise CommandError(f"{release} came out differently: {', '.join(rebuilt.different)}")


def outcome(release: Release, rebuilt: Rebuilt) -> dict[str, Any]:
    """Return what came out, and what it cost."""
    return {
        "release": str(release),
        "identical": not rebuilt.different,
        "files": rebuilt.files,
        "different": rebuilt.different,
        "restored": rebuilt.is_restored,
        "seconds": rebuilt.seconds,
        "configs": {name: cost._asdict() for name, cost in rebuilt.costs.items()},
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
