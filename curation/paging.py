"""Pages of long lists, found by key: as quick at the end as at the start, and nothing is ever counted."""

from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Page(NamedTuple, Generic[Row]):
    """One page of a list, with the keys that lead to its neighbours."""

    rows: list[Row]
    later_than: Any
    """Key to pass as `after` for what comes before these rows; None when nothing does."""
    earlier_than: Any
    """Key to pass as `before` for what comes behind these rows; None when nothing does."""
    looked_until: Any = None
    """Where a search among very many rows stopped without filling the page; None when it saw all there is."""


def newest_first(rows: "QuerySet[Row]", *, before: Any, after: Any, size: int) -> Page[Row]:
    """Return a page of rows from the highest key down.

    Args:
        rows: in any order.
        before: show what has lower keys than this; None for the top.
        after: show what has higher keys than this, nearest first; `before` is then not looked at.
        size: of the page.
    """
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        shown = found[:size][::-1]
        has_later, has_earlier = len(found) > size, bool(shown)
    else:
        below = rows if before is None else rows.filter(pk__lt=before)
        found = list(below.order_by("-pk")[: size + 1])
        shown = found[:size]
        has_later, has_earlier = before is not None and bool(shown), len(found) > size
    return Page(shown, shown[0].pk if has_later else None, shown[-1].pk if has_earlier else None)
