"""Registers the app, and tells the storeys below what they can't know of it."""

from django.apps import AppConfig

from curation import beyond
from runs import paused

RELEASED_FAMILIES = """
    SELECT s.family_id FROM exports_releaseprompt p JOIN curation_scenario s ON s.id = p.scenario_id
    WHERE p.split IN ('train', 'validation')
"""


class ExportsConfig(AppConfig):
    """Registers the app, and tells the storeys below what they can't know of it."""

    name = "exports"

    def ready(self) -> None:
        """Say which families can't be held out any more, and where paused publications go on."""
        from exports.resuming import resumed_at  # noqa: PLC0415 - apps are not loaded above.

        paused.resumed_at["exports.publish"] = resumed_at
        if RELEASED_FAMILIES not in beyond.released:
            beyond.released.append(RELEASED_FAMILIES)
