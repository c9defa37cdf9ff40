"""Registers the app, and tells curation what labeling knows of its things."""

from django.apps import AppConfig

from curation import beyond


class LabelingConfig(AppConfig):
    """Registers the app, and tells curation what labeling knows of its things."""

    name = "labeling"

    def ready(self) -> None:
        """Say what each cell has of items and annotations, and what rests on a trait version."""
        from labeling.standing import resting_on  # noqa: PLC0415 - apps are not loaded above.
        from labeling.tallies import cell_tallies  # noqa: PLC0415 - apps are not loaded above.

        if cell_tallies not in beyond.tallies:
            beyond.tallies.append(cell_tallies)
        if resting_on not in beyond.consequences:
            beyond.consequences.append(resting_on)
