"""Delphi rounds on drafts of traits."""

from django.urls import path

from curation.views.delphi import (
    delphi,
    delphi_close,
    delphi_open,
    delphi_panelist_add,
    delphi_panelist_remove,
    delphi_rate,
    delphi_round,
)

PANEL = "traits/<slug:slug>/versions/<int:number>/panel"
ROUND = f"{PANEL}/rounds/<int:round_number>"

urlpatterns = [
    path(f"{PANEL}/", delphi, name="delphi"),
    path(f"{PANEL}/people/", delphi_panelist_add, name="delphi_panelist_add"),
    path(f"{PANEL}/people/<int:pk>/remove/", delphi_panelist_remove, name="delphi_panelist_remove"),
    path(f"{PANEL}/open/", delphi_open, name="delphi_open"),
    path(f"{ROUND}/", delphi_round, name="delphi_round"),
    path(f"{ROUND}/close/", delphi_close, name="delphi_close"),
    path(f"{ROUND}/statements/<int:pk>/", delphi_rate, name="delphi_rate"),
]
