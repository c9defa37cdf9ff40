"""Scenarios and families."""

from django.urls import path

from curation.views.scenarios import scenario, scenarios

urlpatterns = [
    path("scenarios/", scenarios, name="scenarios"),
    path("scenarios/<uuid:pk>/", scenario, name="scenario"),
]
