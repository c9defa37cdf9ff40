"""Projects that were measured, and marks, ratings and ranks that nobody sat down to give."""

from typing import Any

from accounts.models import User
from curation.models import Criterion
from labeling.actions.measuring import start_measurement
from labeling.models import AgreementReport, Annotation, CriterionMark, Item, Measurement, Project
from runs.actions import perform_now
from tests.exports.judged import Panel, judge
from tests.factories import make_domain, make_scenario


def measure(project: Project) -> Measurement:
    """Measure a project here and now."""
    measurement = start_measurement(project)
    run = perform_now(measurement.run)
    assert run.state == "done", run.error
    measurement.refresh_from_db()
    return measurement


def figure(measurement: Measurement, statistic: str, **scope: Any) -> AgreementReport:
    """Return the one figure of a scope; what is not named is null."""
    whole = {"trait_version": None, "domain": None, "criterion": None, "annotator": None}
    return measurement.agreement.get(statistic=statistic, **{"verdict": "preference", **whole, **scope})


def in_domain(slug: str) -> dict[str, Any]:
    """What makes a pair belong to a domain."""
    return {"scenario": make_scenario(domain=make_domain(slug))}


def split_panel() -> Panel:
    """A panel of three in two domains, who agree about health and quarrel about law."""
    panel = Panel(overlap=3)
    for strengths in ((3, 3, 2), (-3, -2, -3), (1, 1, 1), (-1, -2, -1)):
        panel.pair(*strengths, **in_domain("health"))
    for strengths in ((3, -3, 1), (-2, 2, 3), (0, 3, -3)):
        panel.pair(*strengths, **in_domain("law"))
    return panel


def mark(item: Item, person: User, criterion: Criterion, *values: str) -> None:
    """One person's marks of the responses of an item, in canonical order."""
    annotation = Annotation.objects.filter(assignment__item=item, assignment__annotator=person).first()
    annotation = annotation or judge(item, person, None, 0)
    for place, value in zip(item.places.all(), values, strict=True):
        CriterionMark.objects.create(
            annotation=annotation, response_id=place.response_id, criterion=criterion, value=value
        )
