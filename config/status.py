"""The page by which an administrator sees how the house stands."""

import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.backups.house import last_backup, version
from config.figures import Figures, Verified, read_figures
from config.verifying import start_now
from runs.models import Run
from runs.registry import QUEUES

LONG_WAIT_S = 300
FULL_PERCENT = 90
OLD_BACKUP = timedelta(days=7)
NO_WORKER = _("No worker of the queue {queue} has answered for {age}. Are broker, beat and worker running?")
NO_WORKER_YET = _("No worker of the queue {queue} has ever answered. Are broker, beat and worker running?")
LONG_WAIT = _("Background work has waited for {minutes} minutes: workers are busy, or too few.")
FAILED = _("Background work that failed or waits for a decision, within 24 hours: {count}.")
FULL = _("The disk of the files is {percent}% full.")
NO_BACKUP = _("No backup was ever made from here.")
BACKUP_OLD = _("The last backup is {days} days old.")
BROKEN = _("What must never happen has happened: {names}. ./arete manage verify prints the rows.")
SLOW = _(
    "Invariants that took too long to be checked: {names}. ./arete manage verify takes as long as it needs."
)
CHECK_OLD = _(
    "The invariants were last checked {days} days ago. Are broker, beat and worker running at night?"
)
OLD_CHECK = timedelta(days=3)
BAD = (Run.State.FAILED, Run.State.NEEDS_ATTENTION)


@require_safe
@role_required(Role.ADMINISTRATORS)
def status(request: UserRequest) -> HttpResponse:
    """Show whether everything runs, and say what does not."""
    figures = read_figures()
    disk = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else settings.ROOT)
    percent = round(100 * disk.used / (disk.used + disk.free))
    backed_up = backup_time()
    server, database_bytes = database()
    context = {
        "figures": figures,
        "problems": [
            *of_invariants(figures.verified),
            *of_runs(figures),
            *of_storage(percent, backed_up),
        ],
        "queues": queues(figures),
        "failed": failed(figures),
        "free": disk.free,
        "percent": percent,
        "backed_up": backed_up,
        "backup": last_backup(),
        "server": server,
        "database_bytes": database_bytes,
        "versions": [
            ("Arete", version()),
            ("Django", django.get_version()),
            ("Python", platform.python_version()),
        ],
    }
    return render(request, "status.html", context)


@require_POST
@role_required(Role.ADMINISTRATORS)
def verify(request: UserRequest) -> HttpResponse:
    """Have the invariants checked, without waiting for the night."""
    return redirect("runs:progress", start_now(request).pk)


def of_invariants(checked: Verified | None) -> Iterator[str]:
    """Say what the last check of the invariants found. A house that is younger than a night has none."""
    if checked is None:
        return
    if checked.broken:
        named = (f"{name} ({rows})" for name, rows in checked.broken.items())
        yield BROKEN.format(names=", ".join(named))
    if checked.slow:
        yield SLOW.format(names=", ".join(checked.slow))
    if (age := timezone.now() - checked.at) > OLD_CHECK:
        yield CHECK_OLD.format(days=age.days)


def of_runs(figures: Figures) -> Iterator[str]:
    """Say what is wrong with background work."""
    seen = {sign.queue: sign.age_s for sign in figures.signs}
    for queue in QUEUES:
        if queue not in seen:
            yield NO_WORKER_YET.format(queue=queue)
        elif seen[queue] > settings.WORKER_SILENCE_S:
            yield NO_WORKER.format(queue=queue, age=timedelta(seconds=int(seen[queue])))
    if figures.oldest_wait_s > LONG_WAIT_S:
        yield LONG_WAIT.format(minutes=int(figures.oldest_wait_s // 60))
    if count := failed(figures):
        yield FAILED.format(count=count)


def of_storage(percent: int, backed_up: datetime | None) -> Iterator[str]:
    """Say what is wrong with disk and backups."""
    if percent >= FULL_PERCENT:
        yield FULL.format(percent=percent)
    if backed_up is None:
        yield str(NO_BACKUP)
    elif (age := timezone.now() - backed_up) > OLD_BACKUP:
        yield BACKUP_OLD.format(days=age.days)


def failed(figures: Figures) -> int:
    """Return how many runs of the last day need somebody."""
    return sum(each.number for each in figures.ended if each.state in BAD)


def queues(figures: Figures) -> list[dict[str, Any]]:
    """Return what waits and runs in each queue, and when a worker of it last answered, in seconds."""
    counts = {(each.queue, each.state): each.number for each in figures.runs}
    seen = {sign.queue: sign.age_s for sign in figures.signs}
    return [
        {
            "name": queue,
            "waiting": counts.get((queue, Run.State.QUEUED), 0),
            "running": counts.get((queue, Run.State.RUNNING), 0),
            "seen_s": seen.get(queue),
        }
        for queue in QUEUES
    ]


def backup_time() -> datetime | None:
    """Return when the last backup was made."""
    said = last_backup()
    return datetime.fromtimestamp(said["timestamp"], UTC) if said else None


def database() -> tuple[str, int]:
    """Return the version of the database and its size in bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        server, size = cursor.fetchone()
    return str(server), int(size)
