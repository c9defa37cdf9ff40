"""Registers the app."""

from django.apps import AppConfig

from config.celery import app as celery_app


class RunsConfig(AppConfig):
    """Registers the app."""

    name = "runs"

    def ready(self) -> None:
        """Make the house's Celery app the one that tasks and the bell mean."""
        celery_app.set_default()
