"""`manage.py gates RELEASE`: what holds a release back."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exports.actions.gates import start_check, waivers_of, why_held
from exports.management.commands.publish import found_release
from exports.models import GateResult, Release
from runs.actions import perform_now
from runs.models import Run


class Command(BaseCommand):
    """Shows the newest check of a release's gates, or checks them again."""

    help = "Show what each gate of a release found; exit with 1 when one holds it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the release, whether to check again, and how to answer."""
        parser.add_argument("release", help="RECIPE@VERSION, for example demo@1.0.0, or the release's id")
        parser.add_argument("--check", action="store_true", help="check again first")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show the gates; fail when the release may not be published."""
        release = found_release(options["release"])
        if options["check"]:
            check_again(release)
        found = outcome(release)
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            for gate in found["gates"]:
                self.stdout.write(
                    f"{gate['status']:>14}  {gate['title']}: {gate['figure']} (needed: {gate['needed']})"
                )
                if gate["next_step"] and not gate["waiver"]:
                    self.stdout.write(f"{'':>14}  → {gate['next_step']}")
        if found["held"]:
            raise CommandError(f"{release} is held back. {found['held']}")


def check_again(release: Release) -> None:
    """Check the gates here and now.

    Raises:
        CommandError: the release is being published, or the check failed.
    """
    run = start_check(release)
    if run is None:
        raise CommandError(f"{release} is not frozen yet, or was published: its gates stay as its card says.")
    run = perform_now(run)
    if run.state != Run.State.DONE:
        raise CommandError(run.error or f"The run ended: {run.state}.")


def outcome(release: Release) -> dict[str, Any]:
    """Return what other programs rely on."""
    waived = {each.result.gate: each.waiver for each in waivers_of(release)}
    results = GateResult.objects.in_force().filter(release=release)
    gates = []
    for result in results:
        waiver = waived.get(result.gate)
        gates.append(
            {
                "gate": result.gate,
                "title": result.get_gate_display(),
                "status": "waived" if waiver else result.status,
                "figure": result.figure,
                "needed": result.needed,
                "next_step": result.next_step,
                "waiver": {
                    "reason": waiver.request.reason,
                    "asked_by": waiver.request.asked_by.name,
                    "approved_by": waiver.approved_by.name,
                }
                if waiver
                else None,
            }
        )
    return {
        "release": str(release),
        "passes": not why_held(release),
        "held": why_held(release),
        "gates": gates,
    }
