"""Registers the app."""

from django.apps import AppConfig
from django.core.checks import register

from accounts.checks import check_settings


class PeopleConfig(AppConfig):
    """Registers the app."""

    name = "accounts"

    def ready(self) -> None:
        """Have the settings looked at."""
        register(check_settings)
