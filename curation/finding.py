"""Finding rows in long lists by what they say, quickly whether few or nearly all of them match.

A page of matches is looked for in three ways, each bounded:

1. among the newest rows: what is common fills a page there at once;
2. by index: what is rare is found whole, and sorted;
3. among many more rows, for what is neither. If even they don't fill a page, the page says how far it looked.
"""

from typing import Any, NamedTuple, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model, QuerySet
from psycopg.errors import QueryCanceled

from curation.paging import Page

NEAR = 5_000
FEW = 8_000
FAR = 8_000
PATIENCE_MS = 40

Row = TypeVar("Row", bound=Model)


class Found(NamedTuple):
    """Ids of one page's rows in the direction of the search, and how it ended."""

    ids: list[Any]
    has_more: bool
    looked_until: Any = None
    """The key at which the search gave up; None when it saw all there is."""


def matching(
    every: "QuerySet[Row]", wanted: "QuerySet[Row]", *, before: Any, after: Any, size: int
) -> Page[Row]:
    """Return a page of the rows that match, from the highest key down.

    Args:
        every: all rows that the person may see.
        wanted: those of them that match; the rows are loaded as it says.
        before: show what has lower keys than this; None for the top.
        after: show what has higher keys than this, nearest first; `before` is then not looked at.
        size: of the page.
    """
    found = search(every, wanted, before=before, after=after, size=size)
    rows = wanted.model._default_manager.none() if not found.ids else wanted.filter(pk__in=found.ids)
    shown = sorted(rows, key=lambda row: row.pk, reverse=True)
    first, last = (shown[0].pk, shown[-1].pk) if shown else (None, None)
    if after is not None:
        return Page(shown, found.looked_until or (first if found.has_more else None), last)
    later = first if before is not None else None
    return Page(shown, later, found.looked_until or (last if found.has_more else None), found.looked_until)


def search(every: "QuerySet[Row]", wanted: "QuerySet[Row]", *, before: Any, after: Any, size: int) -> Found:
    """Return the keys of the next matches in one direction."""
    towards = {"pk__gt": after} if after is not None else {"pk__lt": before} if before is not None else {}
    bare = wanted.select_related(None).order_by()
    near = walked(
        every.filter(**towards), bare.filter(**towards), upwards=after is not None, size=size, steps=NEAR
    )
    if near.has_more or near.looked_until is None:
        return near
    exact = indexed(bare, before=before, after=after, size=size)
    return exact or walked(
        every.filter(**towards), bare.filter(**towards), upwards=after is not None, size=size, steps=FAR
    )


def walked(every: "QuerySet[Row]", wanted: "QuerySet[Row]", *, upwards: bool, size: int, steps: int) -> Found:
    """Look at the next so many rows in order, until a page is full."""
    order = "pk" if upwards else "-pk"
    keys = every.select_related(None).order_by(order).values_list("pk", flat=True)
    end = next(iter(keys[steps - 1 : steps]), None)
    within = {} if end is None else {"pk__lte" if upwards else "pk__gte": end}
    ids = list(wanted.filter(**within).order_by(order).values_list("pk", flat=True)[: size + 1])
    return Found(ids[:size], len(ids) > size, None if len(ids) > size else end)


def indexed(wanted: "QuerySet[Row]", *, before: Any, after: Any, size: int) -> Found | None:
    """Find all matches by whatever index serves; None when they are not few, or cost too much to tell."""
    inner, params = wanted.values("pk")[: FEW + 1].query.sql_with_params()
    side, key, order = (">", after, "ASC") if after is not None else ("<", before, "DESC")
    beyond = "" if key is None else f"WHERE id {side} %s"
    # Django wrote the inner query; the rest are our own words and numbers. Materialized, so that the planner finds
    # the matches before it thinks of their order.
    query = (
        f"WITH hit (id) AS MATERIALIZED ({inner}) SELECT (SELECT count(*) FROM hit),"  # noqa: S608
        f" array(SELECT id FROM hit {beyond} ORDER BY id {order} LIMIT {size + 1})"
    )
    answer = within_patience(query, [*params, *([] if key is None else [key])])
    if answer is None:
        return None
    matches, ids = answer
    return None if matches > FEW else Found(ids[:size], has_more=len(ids) > size)


def within_patience(query: str, params: list[Any]) -> Any:
    """Return a query's one row, None when PostgreSQL needs too long for it: a phrase of common words, for instance."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)",
                [str(PATIENCE_MS)],
            )
            usual = cursor.fetchone()[0]
            cursor.execute(query, params)
            answer = cursor.fetchone()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [usual])
            return answer
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
