"""Criteria, rubrics and gradings."""

from django.urls import path

from curation.views.criteria import lint

urlpatterns = [
    path("criteria/lint/", lint, name="lint"),
]
