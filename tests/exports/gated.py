"""Releases whose gates are settled, or fail."""

from typing import Any

from exports.actions.gates import GATES, ask_waiver
from exports.models import Finding, GateResult, Release, WaiverRequest
from tests.access import STEWARDS, Route
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_user

ROUTES = {
    "exports:gate": Route(STEWARDS),
    "exports:gates_check": Route(STEWARDS, "post"),
    "exports:waiver": Route(STEWARDS, "post"),
    "exports:waiver_refuse": Route(STEWARDS, "post"),
    "exports:findings": Route(STEWARDS),
    "exports:finding": Route(STEWARDS, "post"),
    "exports:figure": Route(STEWARDS),
}


def pass_gates(release: Release, **failing: str) -> list[GateResult]:
    """One check in which every gate passed but those that are named with what they found."""
    last = release.gate_results.order_by("-attempt").values_list("attempt", flat=True).first() or 0
    return GateResult.objects.bulk_create(
        GateResult(
            release=release,
            attempt=last + 1,
            gate=gate,
            status="failed" if gate in failing else "passed",
            figure=failing.get(gate, "fine"),
            needed="fine",
            next_step="Mend it." if gate in failing else "",
        )
        for gate in GATES
    )


def gated_release() -> Release:
    """A release with an open gate, a finding and a figure; asked for again, the same one."""
    found = Release.objects.filter(recipe__slug="gated").first()
    if found is not None:
        return found
    panel = Panel()
    panel.pair(1, 1)
    release = frozen(make_recipe(panel.project, slug="gated"))
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    ask_waiver(failing, "The makers were asked, and have not answered yet.", asked_by=make_user(name="Ada"))
    answer = release.responses.order_by("ordinal").values_list("response", flat=True)[0]
    Finding.objects.create(kind="email", response_id=answer, start=0, end=3)
    path = release.folder / "figures" / "coverage.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<svg/>")
    release.files.create(path="figures/coverage.svg", sha256="0" * 64, size_bytes=6)
    return release


def arguments(name: str) -> dict[str, Any] | None:
    """What leads to a page about gates, for those who walk all routes; None for any other page."""
    if name not in ROUTES:
        return None
    release = gated_release()
    found: dict[str, Any] = {
        "exports:gate": {"gate": "licenses"},
        "exports:waiver": {"request_id": WaiverRequest.objects.get().pk},
        "exports:waiver_refuse": {"request_id": WaiverRequest.objects.get().pk},
        "exports:finding": {"pk": Finding.objects.get().pk},
        "exports:figure": {"name": "coverage"},
    }
    return {"release_id": release.pk, **found.get(name, {})}
