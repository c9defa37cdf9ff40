"""Saved mappings. The other pages of imports also know projects, and lie in labeling under the same address."""

from django.urls import path

from curation.views.imports import mapping_delete

urlpatterns = [path("imports/mappings/<int:pk>/delete/", mapping_delete, name="mapping_delete")]
