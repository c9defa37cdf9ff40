"""What a frozen release holds, gathered for its page."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.models import Domain, Trait
from exports.actions.facts import cells
from exports.balance import balances, other_changes, terms_changes, wording_changes
from exports.matrix import Matrix, matrix
from exports.models import Release, ReleaseFile, ReleaseItem
from exports.papers.facts import Cell
from exports.reading import read_card
from exports.reasons import IN_RELEASE
from exports.withdrawn import Gone, withdrawn_since

CARD = "README.md"


def contents_of(release: Release) -> dict[str, Any]:
    """Return what the page of a frozen release shows of it."""
    withdrawn = withdrawn_since(release)
    files = sorted(release.files.all(), key=lambda file: (file.rows is None, file.path))
    return {
        "files": files,
        "size_bytes": sum(file.size_bytes for file in files),
        "stats": stats(release, files, withdrawn),
        "matrix": named_matrix(cells(release)),
        "balances": balances(release.counts),
        "withdrawn": withdrawn,
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
    return matrix(counted, traits | {"overall": _("Overall")}, domains | {"unspecified": _("No domain")})


def stats(release: Release, files: list[ReleaseFile], withdrawn: Gone) -> list[tuple[str, int, str]]:
    """Return name, number and a remark of what is counted first on the page."""
    pairs, changed = release.counts["pairs"], release.counts["changes"]
    compared = sum(pairs.get(outcome, 0) for outcome in ("preference", *IN_RELEASE))
    people = release.annotators.count()
    news = _("%(n)s new") % {"n": f"{changed['added']:,}"} if release.previous else _("all new")
    found = [
        (_("Preference pairs"), pairs["preference"], _("decided")),
        (_("Comparisons"), compared, news),
    ]
    for config, name in (("ratings", _("Ratings")), ("responses", _("Responses"))):
        if rows := sum(file.rows or 0 for file in files if file.path.startswith(f"data/{config}/")):
            found.append(
                (name, rows, _("one verdict each") if config == "ratings" else _("with their provenance"))
            )
    consent = _("demo annotators") if release.terms["is_demo"] else _("all consented")
    if withdrawn.people:
        consent = ngettext("%(n)s withdrew since", "%(n)s withdrew since", withdrawn.people) % {
            "n": withdrawn.people
        }
    return [*found, (_("People"), people, consent)]


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
            [
                ngettext(
                    "%(n)s of them points the other way now.",
                    "%(n)s of them point the other way now.",
                    turned,
                )
                % {"n": f"{turned:,}"}
            ]
            if turned
            else []
        ),
        *other_changes(release.counts),
        *wording_changes(before.codebook, release.codebook),
        *terms_changes(before.terms, release.terms),
    ]
