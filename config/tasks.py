"""Background work of the house itself: one line each."""

from celery import shared_task

from config.figures import VERIFY
from config.verifying import run_verify, start_nightly
from runs.registry import every, kind

kind(VERIFY, queue="cpu", title="Checking the invariants")(run_verify)


@every(seconds=600)
@shared_task
def verify_nightly() -> bool:
    """Check the invariants once a night."""
    return start_nightly() is not None
