"""How far the annotators of a project agree, from what they submitted."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from labeling.agreement import Estimate, tabulate
from labeling.agreement.summary import statistics
from labeling.models import Preference, Project

OVERALL = "overall"
Numbers = dict[UUID, int]


class NothingJudged(Exception):
    """The project has no preference yet."""


def preference_agreement(project: Project) -> dict[str, dict[str, Estimate]]:
    """Return the statistics of strengths -3 to 3 on the ordinal scale, by trait, and `overall` without one.

    Verdicts that say “can't judge” are left out, and so are late, stale and superseded annotations.

    Raises:
        NothingJudged: nobody preferred anything yet.
    """
    by_trait = collected(project)
    if not by_trait:
        raise NothingJudged
    return {trait: statistics(tabulate(*columns), "ordinal") for trait, columns in sorted(by_trait.items())}


def collected(project: Project) -> dict[str, tuple[list[int], list[int], list[int], list[int]]]:
    """Return items, annotators, strengths and families, each as a number, by trait."""
    rows = (
        Preference.objects.filter(
            annotation__assignment__item__project=project,
            annotation__superseded_by=None,
            annotation__is_late=False,
            annotation__assignment__state="submitted",
            strength__isnull=False,
        )
        .order_by()
        .values_list(
            "trait_version__trait__slug",
            "annotation__assignment__item_id",
            "annotation__assignment__annotator_id",
            "annotation__assignment__item__scenario__family_id",
            "strength",
        )
    )
    return numbered(rows.iterator(chunk_size=10_000))


def numbered(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[list[int], list[int], list[int], list[int]]]:
    """Give each id a small number: a million UUIDs would take ten times the room."""
    items: Numbers = {}
    people: Numbers = {}
    families: Numbers = {}
    found: dict[str, tuple[list[int], list[int], list[int], list[int]]] = {}
    for trait, item, annotator, family, strength in rows:
        columns = found.setdefault(trait or OVERALL, ([], [], [], []))
        columns[0].append(items.setdefault(item, len(items)))
        columns[1].append(people.setdefault(annotator, len(people)))
        columns[2].append(strength)
        columns[3].append(families.setdefault(family, len(families)))
    return found
