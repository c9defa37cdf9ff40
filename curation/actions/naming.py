"""Looks through responses that are there already for such that name their model or maker."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import AuditEvent, User
from curation.models import Response
from curation.text import leaks_identity
from runs.actions import start
from runs.models import Run
from runs.words import say
from runs.work import Work

KIND = "curation.naming"
CHUNK = 500
CLEARED = "response.cleared"
"""The act by which a person says that a response names nobody."""


@transaction.atomic
def start_looking(*, created_by: User | None) -> Run:
    """Have a worker look through all responses; the run that is at it already, when there is one."""
    underway = Run.objects.filter(kind=KIND).unfinished().first()
    return underway or start(KIND, {}, created_by=created_by, unit="responses")


def run_looking(work: Work) -> dict[str, Any]:
    """Mark what names its model or maker. A mark that a person took away stays away.

    Returns:
        How many were looked at, and how many marked by the last worker.
    """
    cleared = set(AuditEvent.objects.filter(act=CLEARED).values_list("object_id", flat=True))
    after = work.cursor.get("after", str(UUID(int=0)))
    done, marked = work.run.done, 0
    while rows := list(
        Response.objects.filter(pk__gt=after)
        .order_by("pk")
        .values_list("pk", "text", "model", "leaks_identity")[:CHUNK]
    ):
        found = [
            pk
            for pk, text, model, is_marked in rows
            if not is_marked and str(pk) not in cleared and leaks_identity(text, model)
        ]
        done += len(rows)
        after = str(rows[-1][0])
        with transaction.atomic():
            marked += Response.objects.filter(pk__in=found).update(leaks_identity=True)
            work.checkpoint(done, cursor={"after": after})
    work.log(say("{marked} more name their model or maker.", marked=f"{marked:,}"))
    return {"responses": done, "marked": marked}
