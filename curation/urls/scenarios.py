"""Scenarios and families."""

from django.urls import path

from curation.views.families import families, family, family_compare, scenario_apart, variant_new
from curation.views.scenario_edit import scenario_checks, scenario_edit, scenario_new
from curation.views.scenario_list import filter_delete, filter_save, scenarios
from curation.views.scenario_ready import scenario_copy, scenario_delete, scenario_ready
from curation.views.scenarios import scenario, scenario_preview, scenario_rate

urlpatterns = [
    path("scenarios/", scenarios, name="scenarios"),
    path("scenarios/filters/", filter_save, name="filter_save"),
    path("scenarios/filters/<int:pk>/delete/", filter_delete, name="filter_delete"),
    path("scenarios/new/", scenario_new, name="scenario_new"),
    path("scenarios/<uuid:pk>/", scenario, name="scenario"),
    path("scenarios/<uuid:pk>/edit/", scenario_edit, name="scenario_edit"),
    path("scenarios/<uuid:pk>/checks/", scenario_checks, name="scenario_checks"),
    path("scenarios/<uuid:pk>/preview/", scenario_preview, name="scenario_preview"),
    path("scenarios/<uuid:pk>/ready/", scenario_ready, name="scenario_ready"),
    path("scenarios/<uuid:pk>/copy/", scenario_copy, name="scenario_copy"),
    path("scenarios/<uuid:pk>/delete/", scenario_delete, name="scenario_delete"),
    path("scenarios/<uuid:pk>/variant/", variant_new, name="variant_new"),
    path("scenarios/<uuid:pk>/apart/", scenario_apart, name="scenario_apart"),
    path("scenarios/<uuid:pk>/rate/", scenario_rate, name="scenario_rate"),
    path("families/", families, name="families"),
    path("families/<uuid:pk>/", family, name="family"),
    path("families/<uuid:pk>/variants/<uuid:variant>/", family_compare, name="family_compare"),
]
