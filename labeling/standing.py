"""What in labeling rests on a version of a trait, for those who are about to publish another."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from curation.beyond import Consequence
from curation.models import TraitVersion
from labeling.models import Item, Preference, ProjectTrait

MOST = 10_000
"""Counting stops here: the page says “more than” then."""
NAMED = 5


def resting_on(version_id: UUID) -> Iterable[Consequence]:
    """Return what rests on the other versions of a version's trait: projects, annotations and gold items."""
    trait = TraitVersion.objects.filter(pk=version_id).values("trait")
    older = TraitVersion.objects.filter(trait__in=trait).exclude(pk=version_id)
    pins = ProjectTrait.objects.filter(trait_version__in=older).select_related("project")
    names = sorted({pin.project.name for pin in pins})
    projects = [pin.project_id for pin in pins]
    yield Consequence(len(names), "Projects that pin an older version", listed(names))
    yield Consequence(counted(judged(older)), "Annotations made under an older version")
    yield Consequence(
        counted(Item.objects.filter(project__in=projects, is_gold=True)), "Gold items in these projects"
    )


def judged(versions: "QuerySet[TraitVersion]") -> "QuerySet[Preference]":
    """Return the live preferences under some versions."""
    return Preference.objects.filter(trait_version__in=versions, annotation__superseded_by=None)


def counted(rows: "QuerySet[Preference] | QuerySet[Item]") -> int:
    """Count rows, but not past the most that anybody wants to know."""
    return rows.order_by().values("pk")[: MOST + 1].count()


def listed(names: list[str]) -> str:
    """Return the first names, and that there are more."""
    return ", ".join(names[:NAMED]) + (" and others" if len(names) > NAMED else "")
