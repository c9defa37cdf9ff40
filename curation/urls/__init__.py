"""Where curation answers."""

from django.urls import path

from curation.views.scenarios import scenario, scenarios
from curation.views.traits import trait, trait_version, traits

app_name = "curation"
urlpatterns = [
    path("traits/", traits, name="traits"),
    path("traits/<slug:slug>/", trait, name="trait"),
    path("traits/<slug:slug>/versions/<int:number>/", trait_version, name="trait_version"),
    path("scenarios/", scenarios, name="scenarios"),
    path("scenarios/<uuid:pk>/", scenario, name="scenario"),
]
