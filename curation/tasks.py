"""Background work of curation: one line each, the actions do it."""

from celery import shared_task

from curation.actions.rendering import run_render
from curation.actions.search import run_index, start_index
from runs.registry import every, kind

kind("curation.render", queue="cpu", title="Preparing texts for reading")(run_render)
kind("curation.index", queue="cpu", title="Making texts searchable")(run_index)


@every(seconds=20)
@shared_task
def index_new() -> bool:
    """Make what came in by hand searchable too."""
    return start_index() is not None
