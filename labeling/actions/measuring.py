"""Measurements of projects are asked for: by a lead, and by themselves while annotations arrive."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from accounts.models import User
from labeling.models import Measurement, Membership, Project
from runs.actions import start
from runs.models import Run
from runs.work import Work

KIND = "labeling.measure"
EVERY = timedelta(hours=1)
"""Projects are not measured by themselves more often."""


@transaction.atomic
def start_measurement(project: Project, *, created_by: User | None = None) -> Measurement:
    """Have a project measured. A measurement that has not ended yet is enough."""
    # Without the lock two leads who press at once would have the same figures computed twice.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    unfinished = Measurement.objects.of(project).filter(run__in=Run.objects.unfinished()).first()
    if unfinished:
        return unfinished
    done = project.memberships.aggregate(sum=Sum("done"))["sum"] or 0
    run = start(KIND, {"project": str(project.pk)}, created_by=created_by, unit="parts")
    return Measurement.objects.create(project=project, run=run, done=done)


def start_due_measurements() -> int:
    """Measure the projects in which people did something since the last time, each once an hour at most.

    Returns:
        How many measurements were begun.
    """
    due = due_projects()
    for project in due:
        start_measurement(project)
    return len(due)


def due_projects() -> list[Project]:
    """Return the projects that want to be measured."""
    newest = Measurement.objects.filter(project=OuterRef("pk")).order_by("-pk")
    done = Membership.objects.filter(project=OuterRef("pk")).order_by().values("project")
    projects = Project.objects.alias(
        now_done=Subquery(done.annotate(sum=Sum("done")).values("sum")),
        done_then=Subquery(newest.complete().values("done")[:1]),
        last_at=Subquery(newest.values("created_at")[:1]),
    )
    is_rested = Q(last_at=None) | Q(last_at__lte=timezone.now() - EVERY)
    is_new = Q(done_then=None) | ~Q(now_done=F("done_then"))
    return list(projects.filter(is_rested, is_new, now_done__gt=0))


def run_measure(work: Work) -> dict[str, Any]:
    """Measure a project, part by part. What an earlier attempt finished stays."""
    # numpy is heavy, and only workers count.
    from labeling.actions.measured import measure  # noqa: PLC0415

    return measure(work)
