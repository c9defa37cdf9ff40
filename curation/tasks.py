"""Background work of curation: one line each, the actions do it."""

from celery import shared_task

from config.wording import words
from curation.actions.benchmarks import run_benchmark
from curation.actions.cells import run_count
from curation.actions.contamination import run_contaminate
from curation.actions.endpoints import run_check
from curation.actions.fetching import FETCH, run_fetch
from curation.actions.importing import run_import
from curation.actions.naming import run_looking
from curation.actions.pool_runs import run_apply, run_preview
from curation.actions.rendering import run_render
from curation.actions.sampling_run import run_sample
from curation.actions.search import run_index, start_index
from curation.actions.similarity import run_compare, start_compare_if_behind
from runs.registry import every, kind

kind(FETCH, queue="io", title=words("Fetching a dataset"))(run_fetch)
kind("curation.import", queue="cpu", title=words("Import"))(run_import)
kind("curation.render", queue="cpu", title=words("Preparing texts for reading"))(run_render)
kind("curation.index", queue="cpu", title=words("Making texts searchable"))(run_index)
kind("curation.compare", queue="cpu", title=words("Comparing scenarios"))(run_compare)
kind("curation.benchmark", queue="cpu", title=words("Reading a benchmark"))(run_benchmark)
kind("curation.contaminate", queue="cpu", title=words("Holding scenarios against benchmarks"))(
    run_contaminate
)
kind("curation.sample", queue="io", title=words("Sampling responses"))(run_sample)
kind("curation.count_cells", queue="cpu", title=words("Counting cells"))(run_count)
kind("curation.naming", queue="cpu", title=words("Looking for responses that name their model"))(run_looking)
kind("curation.preview_pools", queue="cpu", title=words("Previewing pools"))(run_preview)
kind("curation.apply_pools", queue="cpu", title=words("Applying the pool policy"))(run_apply)
kind("curation.endpoint_check", queue="io", title=words("Checking the connection"), max_attempts=1)(run_check)


@every(seconds=20)
@shared_task
def index_new() -> bool:
    """Make what came in by hand searchable too."""
    return start_index() is not None


@every(seconds=60)
@shared_task
def compare_new() -> bool:
    """Compare what came in without an import too."""
    return start_compare_if_behind() is not None
