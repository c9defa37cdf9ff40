"""Who may find what came back, and its addresses."""

from typing import Any

from tests.access import OVERSEERS, STEWARDS, Route
from tests.results.reporting import reported

OF_ONE = {
    "results:report": Route(OVERSEERS),
    "results:report_retract": Route(STEWARDS, "post"),
}
ROUTES = {
    **OF_ONE,
    "results:reports": Route(OVERSEERS),
    "results:report_new": Route(STEWARDS),
    "results:generalisation": Route(OVERSEERS),
    "results:generalisation_csv": Route(OVERSEERS),
}


def arguments(name: str) -> dict[str, Any] | None:
    """What an address names, made where it is not there yet; None when the usual will do."""
    return {"pk": reported().pk} if name in OF_ONE else None
