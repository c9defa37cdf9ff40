"""What in labeling rests on versions of a trait, for those who are about to publish another or to retire one."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from config.wording import words
from curation.beyond import COUNTED_TO, Consequence
from labeling.models import Item, Preference, Project

NAMED = 5


def resting_on(versions: Sequence[UUID]) -> Iterable[Consequence]:
    """Yield the projects that pin one of some versions, their gold items, and the live annotations under them.

    Args:
        versions: of one trait, so that an annotation that judges two of them is rare enough to count twice.
    """
    pinning = Project.objects.filter(pins__trait_version__in=versions).distinct().order_by("name")
    names = list(pinning.values_list("name", flat=True))
    yield Consequence(len(names), words("projects that pin it"), listed(names))
    judged = Preference.objects.filter(
        trait_version__in=versions, annotation__superseded_by=None, annotation__assignment__state="submitted"
    )
    yield Consequence(counted(judged), words("annotations"))
    gold = Item.objects.filter(project__in=pinning.order_by().values("pk"), is_gold=True)
    yield Consequence(counted(gold), words("gold items in these projects"))


def counted(rows: "QuerySet[Preference] | QuerySet[Item]") -> int:
    """Count rows, but not past the most that anybody wants to know."""
    return rows.order_by().values("pk")[: COUNTED_TO + 1].count()


def listed(names: list[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - NAMED
    first = ", ".join(names[:NAMED])
    return words("{names} and {more} more", names=first, more=more) if more > 0 else first
