"""Gathers what the papers of a release say from its frozen rows."""

from typing import Any

from django.db.models import Count, Q

from exports.actions.gates import waivers_of
from exports.models import GateResult, Release, ReleaseItem, ReleaseMeasures
from exports.papers.facts import Cell, Facts, GateLine, Position, Terms, WaiverLine
from exports.released import outside_of

DECIDED = Q(winner__in=[ReleaseItem.Winner.RESPONSE1, ReleaseItem.Winner.RESPONSE2])


def facts_of(release: Release) -> Facts:
    """Return the facts of a frozen release; they never change."""
    changed, withdrawn = changed_keys(release)
    assert release.cut_at  # noqa: S101 - the database refuses a frozen release without it.
    waivers = waiver_lines(release)
    measures = ReleaseMeasures.objects.filter(release=release).first()
    outside, _, licenses = outside_of(release.pk)
    return Facts(
        slug=release.recipe.slug,
        version=release.version,
        previous=release.previous.version if release.previous else None,
        cut_at=release.cut_at,
        digest=release.digest,
        terms=release.terms,
        counts=release.counts,
        codebook=release.codebook,
        languages=distinct(release, "language"),
        sources=distinct(release, "source"),
        cells=cells(release),
        n_annotators=release.annotators.count(),
        position=position(release),
        changed_keys=changed,
        withdrawn_keys=withdrawn,
        earlier=[(before.version, before.counts) for before in ancestors(release)],
        gates=gate_lines(release, {waiver.title for waiver in waivers}),
        waivers=waivers,
        measures=measures.values if measures else {},
        prompt_terms=terms(release.prompts, "source", "license"),
        output_terms=terms(release.responses, "model", "output_terms"),
        n_outside=outside,
        outside_licenses=tuple(sorted(licenses)),
    )


def distinct(release: Release, field: str) -> list[str]:
    """Return the values that a field of the prompts takes, sorted."""
    return sorted(set(release.prompts.order_by().values_list(field, flat=True).distinct()))


def cells(release: Release) -> list[Cell]:
    """Return the pairs of each trait version, domain and split, in a fixed order."""
    rows = (
        release.items.order_by()
        .values_list("trait", "trait_number", "prompt__domain", "split")
        .annotate(pairs=Count("pk"), decided=Count("pk", filter=DECIDED))
    )
    return sorted(Cell(*row) for row in rows)


def position(release: Release) -> Position:
    """Return how often what was shown first was preferred."""
    preferred = release.ratings.exclude(strength=None).exclude(strength=0)
    first = Q(strength__lt=0, is_first_shown_first=True) | Q(strength__gt=0, is_first_shown_first=False)
    counts = preferred.aggregate(first=Count("pk", filter=first), total=Count("pk"))
    return Position(counts["first"], counts["total"])


def gate_lines(release: Release, waived: set[str]) -> list[GateLine]:
    """Return what the newest check of the gates found, in the order of the page."""
    return [
        GateLine(
            result.get_gate_display(),
            "waived" if result.get_gate_display() in waived else result.status,
            result.figure,
            result.needed,
        )
        for result in GateResult.objects.in_force().filter(release=release)
    ]


def waiver_lines(release: Release) -> list[WaiverLine]:
    """Return the waivers in force, with the names of those who stand for them."""
    return [
        WaiverLine(
            result.get_gate_display(),
            result.figure,
            result.needed,
            waiver.request.reason,
            str(waiver.request.asked_by),
            str(waiver.approved_by),
            f"{waiver.created_at:%Y-%m-%d}",
        )
        for result, waiver in waivers_of(release)
    ]


def terms(rows: Any, origin: str, field: str) -> list[Terms]:
    """Return how many rows have which terms, by where they come from, in a fixed order."""
    counted = rows.order_by().values_list(origin, field).annotate(count=Count("pk"))
    return sorted(Terms(*row) for row in counted)


def changed_keys(release: Release) -> tuple[list[str], list[str]]:
    """Return the keys of pairs that changed since the previous release, and of those that are gone."""
    if release.previous is None:
        return [], []
    before = release.previous.items.order_by()
    changed = release.items.order_by("key").filter(since=release.version, key__in=before.values("key"))
    gone = release.previous.items.order_by("key").exclude(key__in=release.items.order_by().values("key"))
    return list(changed.values_list("key", flat=True)), list(gone.values_list("key", flat=True))


def ancestors(release: Release) -> list[Release]:
    """Return the releases before, the newest first."""
    found: list[Release] = []
    before = release.previous
    while before is not None:
        found.append(before)
        before = before.previous
    return found
