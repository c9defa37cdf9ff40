"""Criteria, rubrics and gradings."""

from django.urls import path

from curation.views.criteria import lint
from curation.views.healthbench import healthbench

urlpatterns = [
    path("criteria/lint/", lint, name="lint"),
    path("healthbench.jsonl", healthbench, name="healthbench"),
]
