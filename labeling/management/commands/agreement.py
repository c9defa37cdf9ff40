"""./arete manage agreement PROJECT, or --from FILE --scale ordinal: how far annotators agree."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.actions.agreement import NothingJudged, preference_agreement
from labeling.agreement import Estimate
from labeling.agreement.summary import SCALES, BadLine, as_json, read_verdicts, statistics
from labeling.models import Project

WRONG_ARGUMENTS = 2


class Command(BaseCommand):
    """Print statistics of agreement."""

    help = "Print how far the annotators of a project, or of anybody's file of verdicts, agree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("project", nargs="?", default="", help="slug of a project")
        parser.add_argument(
            "--from", dest="file", default="", help="JSONL of unit, annotator, value; - reads stdin"
        )
        parser.add_argument("--scale", choices=SCALES, default="", help="what the file's values mean")
        parser.add_argument("--json", action="store_true", help="print the statistics as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and print."""
        if bool(options["project"]) == bool(options["file"]):
            raise CommandError("Name a project, or a file with --from.", returncode=WRONG_ARGUMENTS)
        if options["file"]:
            found = {"": of_file(options["file"], options["scale"])}
        else:
            found = of_project(options["project"])
        if options["json"]:
            self.stdout.write(json.dumps(printed(found), ensure_ascii=False))
            return
        for scope, estimates in found.items():
            self.stdout.write(sentences(scope, estimates))


def of_file(name: str, scale: Any) -> dict[str, Estimate]:
    """Return the statistics of a file's verdicts."""
    if not scale:
        raise CommandError(
            f"Say what the values mean: --scale {'|'.join(SCALES)}.", returncode=WRONG_ARGUMENTS
        )
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return statistics(read_verdicts(text.splitlines(), scale), scale)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} can't be read: {error}", returncode=WRONG_ARGUMENTS) from error
    except BadLine as error:
        raise CommandError(f"{name}: {error}", returncode=WRONG_ARGUMENTS) from error


def of_project(slug: str) -> dict[str, dict[str, Estimate]]:
    """Return the statistics of a project's preferences by trait."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project “{slug}”.", returncode=WRONG_ARGUMENTS)
    try:
        return preference_agreement(project)
    except NothingJudged:
        raise CommandError(f"Nobody has preferred anything in “{slug}” yet.") from None


def printed(found: dict[str, dict[str, Estimate]]) -> dict[str, Any]:
    """Return the statistics as JSON: of a file at the top, of a project overall at the top and by trait beside."""
    top = found.get("", found.get("overall", {}))
    traits = {scope: as_json(estimates) for scope, estimates in found.items() if scope not in {"", "overall"}}
    return {"statistics": as_json(top), **({"traits": traits} if traits else {})}


def sentences(scope: str, estimates: dict[str, Estimate]) -> str:
    """Return one scope's statistics for people."""
    lines = [scope] if scope else []
    for name, each in estimates.items():
        if each.value is None:
            lines.append(f"  {name:28s} undefined: {each.undefined}")
            continue
        ends = "" if each.low is None else f"  [{each.low:.3f}, {each.high:.3f}]"
        lines.append(f"  {name:28s} {each.value:.3f}{ends}  {each.units} units, {each.annotators} annotators")
    return "\n".join(lines)
