"""Registers the app, and tells curation what has left the house."""

from django.apps import AppConfig

from curation import beyond

RELEASED_FAMILIES = """
    SELECT s.family_id FROM exports_releaseprompt p JOIN curation_scenario s ON s.id = p.scenario_id
    WHERE p.split IN ('train', 'validation')
"""


class ExportsConfig(AppConfig):
    """Registers the app, and tells curation what has left the house."""

    name = "exports"

    def ready(self) -> None:
        """Say which families can't be held out any more."""
        if RELEASED_FAMILIES not in beyond.released:
            beyond.released.append(RELEASED_FAMILIES)
