"""What a frozen release holds, gathered for its page."""

from typing import Any

from django.db.models import Exists, OuterRef

from curation.models import Domain, Trait
from exports.actions.facts import cells
from exports.balance import balances, other_changes, terms_changes, wording_changes
from exports.matrix import Matrix, matrix
from exports.models import Release, ReleaseFile, ReleaseItem
from exports.papers.facts import Cell
from exports.reading import read_card
from exports.reasons import IN_RELEASE
from exports.withdrawn import withdrawn_since

CARD = "README.md"


def contents_of(release: Release) -> dict[str, Any]:
    """Return what the page of a frozen release shows of it."""
    files = sorted(release.files.all(), key=lambda file: (file.rows is None, file.path))
    return {
        "files": files,
        "size_bytes": sum(file.size_bytes for file in files),
        "stats": stats(release, files),
        "matrix": named_matrix(cells(release)),
        "balances": balances(release.counts),
        "withdrawn": withdrawn_since(release),
        "unlabeled_items": release.counts["unlabeled_items"],
        "changes": changes(release) if release.previous else [],
        "card": read_card(release.folder / CARD),
        "heldout": list(
            Domain.objects.filter(pk__in=release.terms["heldout_domains"]).values_list("name", flat=True)
        ),
        "validation_percent": f"{release.terms['validation_permille'] / 10:g}",
    }


def named_matrix(counted: list[Cell]) -> Matrix:
    """Return pairs by trait and domain under the names that people know."""
    traits = dict(Trait.objects.values_list("slug", "name"))
    domains = dict(Domain.objects.values_list("slug", "name"))
    return matrix(counted, traits | {"overall": "Overall"}, domains | {"unspecified": "No domain"})


def stats(release: Release, files: list[ReleaseFile]) -> list[tuple[str, int, str]]:
    """Return name, number and a remark of what is counted first on the page."""
    pairs, changed = release.counts["pairs"], release.counts["changes"]
    compared = sum(pairs.get(outcome, 0) for outcome in ("preference", *IN_RELEASE))
    people = release.annotators.count()
    news = f"{changed['added']:,} new" if release.previous else "all new"
    found = [
        ("Preference pairs", pairs["preference"], "decided"),
        ("Comparisons", compared, news),
    ]
    for config, name in (("ratings", "Ratings"), ("responses", "Responses")):
        if rows := sum(file.rows or 0 for file in files if file.path.startswith(f"data/{config}/")):
            found.append((name, rows, "one verdict each" if config == "ratings" else "with their provenance"))
    return [
        *found,
        ("People", people, "all consented" if not release.terms["is_demo"] else "demo annotators"),
    ]


def turned_pairs(release: Release) -> int:
    """Return how many pairs were decided before and now, for the other response."""
    if not release.counts["changes"]["changed"]:
        return 0
    decided = ReleaseItem.objects.filter(winner__in=["response1", "response2"])
    other = decided.filter(release=release.previous_id, key=OuterRef("key")).exclude(
        winner=OuterRef("winner")
    )
    return decided.filter(Exists(other), release=release, since=release.version).count()


def changes(release: Release) -> list[str]:
    """Return in words what the wordings and terms of a release say differently from the one before."""
    before = release.previous
    assert before  # noqa: S101 - asked by the caller, and tells the type checker.
    turned = turned_pairs(release)
    return [
        *(
            [f"{turned:,} of them {'points' if turned == 1 else 'point'} the other way now."]
            if turned
            else []
        ),
        *(change.replace("`", "") for change in other_changes(release.counts)),
        *wording_changes(before.codebook, release.codebook),
        *terms_changes(before.terms, release.terms),
    ]
