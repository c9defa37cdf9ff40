"""What must never be among results, made in spite of the database."""

from collections.abc import Callable

from results.models import Report
from tests.results.reporting import reported
from tests.seeding import without


def lost_a_figure() -> None:
    reported()
    without("results_report")
    Report.objects.update(figures=2)


SEEDS: dict[str, Callable[[], None]] = {"report's figures are not all there": lost_a_figure}
