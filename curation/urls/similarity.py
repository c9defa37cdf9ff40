"""Near-duplicates, benchmarks and removals."""

from django.urls import path

from curation.views.benchmarks import (
    benchmark,
    benchmark_delete,
    benchmark_new,
    benchmark_switch,
    benchmarks,
    contamination,
    contamination_check,
    contamination_decide,
)
from curation.views.removals import removal_restore, removals, removals_file, scenario_remove
from curation.views.similarity import (
    duplicate,
    duplicate_decide,
    duplicate_keep,
    duplicates,
    duplicates_compare,
)

urlpatterns = [
    path("duplicates/", duplicates, name="duplicates"),
    path("duplicates/compare/", duplicates_compare, name="duplicates_compare"),
    path("duplicates/pairs/<int:pk>/", duplicate_decide, name="duplicate_decide"),
    path("duplicates/<uuid:pk>/", duplicate, name="duplicate"),
    path("duplicates/<uuid:pk>/keep/", duplicate_keep, name="duplicate_keep"),
    path("benchmarks/", benchmarks, name="benchmarks"),
    path("benchmarks/new/", benchmark_new, name="benchmark_new"),
    path("benchmarks/<uuid:pk>/", benchmark, name="benchmark"),
    path("benchmarks/<uuid:pk>/switch/", benchmark_switch, name="benchmark_switch"),
    path("benchmarks/<uuid:pk>/delete/", benchmark_delete, name="benchmark_delete"),
    path("contamination/", contamination, name="contamination"),
    path("contamination/check/", contamination_check, name="contamination_check"),
    path("contamination/<int:pk>/", contamination_decide, name="contamination_decide"),
    path("removals/", removals, name="removals"),
    path("removals.csv", removals_file, name="removals_file"),
    path("removals/<int:pk>/restore/", removal_restore, name="removal_restore"),
    path("scenarios/<uuid:pk>/remove/", scenario_remove, name="scenario_remove"),
]
