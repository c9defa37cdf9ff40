"""Registers the app."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Registers the app."""

    name = "results"
