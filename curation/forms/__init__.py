"""What people may ask for and write on curation's pages, a module per noun."""

from curation.forms.scenarios import ScenarioFilter

__all__ = ["ScenarioFilter"]
