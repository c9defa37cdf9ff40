"""Background work of labeling: one line each, the actions do it."""

from celery import shared_task

from labeling import queue
from labeling.actions.imports import run_import
from labeling.actions.measuring import KIND, run_measure, start_due_measurements
from runs.registry import every, kind

kind("labeling.import", queue="cpu", title="Import")(run_import)
kind(KIND, queue="cpu", title="Measuring agreement")(run_measure)


@every(seconds=20)
@shared_task
def expire_leases() -> int:
    """Give the places of abandoned items back."""
    return queue.expire_leases()


@every(seconds=300)
@shared_task
def measure_due() -> int:
    """Measure the projects in which annotations arrived."""
    return start_due_measurements()
