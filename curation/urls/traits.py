"""Traits, their reviews and Delphi rounds."""

from django.urls import path

from curation.views.traits import trait, trait_version, traits

urlpatterns = [
    path("traits/", traits, name="traits"),
    path("traits/<slug:slug>/", trait, name="trait"),
    path("traits/<slug:slug>/versions/<int:number>/", trait_version, name="trait_version"),
]
