"""Addresses of what came back."""

from django.urls import URLPattern, URLResolver, path

from results import views

app_name = "results"
urlpatterns: list[URLPattern | URLResolver] = [
    path("results/", views.reports, name="reports"),
    path("results/new/", views.report_new, name="report_new"),
    path("results/generalisation/", views.generalisation, name="generalisation"),
    path("results/generalisation.csv", views.generalisation_csv, name="generalisation_csv"),
    path("results/<uuid:pk>/", views.report, name="report"),
    path("results/<uuid:pk>/retract", views.report_retract, name="report_retract"),
]
