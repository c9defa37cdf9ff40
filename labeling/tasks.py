"""Background work of labeling: one line each, the actions do it."""

from functools import partial

from celery import shared_task

from config.wording import words
from labeling import erasures, queue
from labeling.actions.batches import KIND, run_make
from labeling.actions.contested import FIND, run_find
from labeling.actions.imports import run_import
from labeling.actions.measuring import KIND as MEASURE
from labeling.actions.measuring import run_measure, start_due_measurements
from labeling.actions.rules import OVERLAP, run_overlap
from labeling.actions.studio_hooks import run_hook
from labeling.actions.studio_import import FETCH, run_fetch
from labeling.actions.studio_send import run_send
from labeling.actions.studio_sync import run_sync
from labeling.actions.studios import HOOK, QUEUE, SEND, SYNC, start_hinted
from labeling.forms.batches import asked
from labeling.label_studio.sdk import validated
from runs.registry import every, kind

kind("labeling.import", queue="cpu", title=words("Import"))(run_import)
kind(FIND, queue="cpu", title=words("Look for disagreements"))(run_find)
kind(KIND, queue="cpu", title=words("Making items"))(partial(run_make, asked=asked))
kind(OVERLAP, queue="cpu", title=words("Changing how many people judge each item"))(run_overlap)
kind(MEASURE, queue="cpu", title=words("Measuring agreement"))(run_measure)
kind(SEND, queue=QUEUE, title=words("Sending to Label Studio"))(partial(run_send, check=validated))
kind(FETCH, queue=QUEUE, title=words("Fetching from Label Studio"))(run_fetch)
kind(HOOK, queue="io", title=words("Registering a webhook at Label Studio"))(run_hook)
kind(SYNC, queue=QUEUE, title=words("Syncing with Label Studio"))(run_sync)


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


@every(seconds=60)
@shared_task
def keep_erasures() -> int:
    """Write down outside of the database what people took back."""
    return erasures.write_down()


@every(seconds=20)
@shared_task
def sync_hinted() -> int:
    """Sync the projects of which a Label Studio told news."""
    return start_hinted()
