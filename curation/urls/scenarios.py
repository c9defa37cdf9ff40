"""Scenarios and families."""

from django.urls import path

from curation.views.scenario_list import filter_delete, filter_save, scenarios
from curation.views.scenarios import scenario

urlpatterns = [
    path("scenarios/", scenarios, name="scenarios"),
    path("scenarios/filters/", filter_save, name="filter_save"),
    path("scenarios/filters/<int:pk>/delete/", filter_delete, name="filter_delete"),
    path("scenarios/<uuid:pk>/", scenario, name="scenario"),
]
