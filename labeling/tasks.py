"""Background work of labeling: one line each, the actions do it."""

from celery import shared_task

from labeling import queue
from labeling.actions.adjudication import FIND, run_find
from labeling.actions.imports import run_import
from runs.registry import every, kind

kind("labeling.import", queue="cpu", title="Import")(run_import)
kind(FIND, queue="cpu", title="Look for disagreements")(run_find)


@every(seconds=20)
@shared_task
def expire_leases() -> int:
    """Give the places of abandoned items back."""
    return queue.expire_leases()
