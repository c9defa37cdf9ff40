"""How far people agree in a project, as it was measured last, for those who lead it."""

from datetime import datetime
from uuid import UUID

from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.paging import Page, Paging, page_of
from config.rest.routes import Routes
from labeling.actions.measuring import start_measurement
from labeling.api.doors import led_project
from labeling.models import AgreementReport, Measurement
from labeling.models.reports import VerdictKind
from runs.api import RunShape, run_shape

routes = Routes(tags=["agreement"])


class ReportShape(BaseModel):
    """One statistic of one kind of verdict within one scope."""

    verdict: str
    statistic: str
    scale: str
    trait: str | None = Field(
        description="Null: the overall preference, a ranking, or criteria without a trait."
    )
    version: int | None
    domain: str | None = Field(description="Null: all domains together.")
    criterion: UUID | None
    value: float | None
    low: float | None = Field(description="Lower end of the 95 % interval.")
    high: float | None
    undefined: str = Field(description="Why there is no value.")
    units: int
    annotators: int


class AgreementPage(Page[ReportShape]):
    """Figures of the newest measurement that came to its end."""

    measured_at: datetime | None = Field(description="Null: never yet. Ask for a measurement.")
    annotations: int


class MeasurementShape(BaseModel):
    """A measurement that was asked for."""

    id: UUID
    run: RunShape


class ReportFilters(Paging):
    """Which figures."""

    verdict: VerdictKind | None = None
    statistic: AgreementReport.Statistic | None = None
    trait: str | None = Field(None, max_length=80)


def report_shape(report: AgreementReport) -> ReportShape:
    """Return a figure as it is sent."""
    version = report.trait_version
    return ReportShape(
        verdict=report.verdict,
        statistic=report.statistic,
        scale=report.scale,
        trait=version.trait.slug if version else None,
        version=version.number if version else None,
        domain=report.domain_id,
        criterion=report.criterion_id,
        value=report.value,
        low=report.low,
        high=report.high,
        undefined=report.undefined,
        units=report.units,
        annotators=report.annotators,
    )


@routes.get(
    "/projects/{slug:slug}/agreement",
    auth=needs(Scope.READ, in_projects=True),
    response=AgreementPage,
    url_name="agreement",
)
def agreement(request: Asking, slug: str, asked: Query[ReportFilters]) -> AgreementPage:
    """List the figures of the newest measurement of a project that this person leads. Nobody is named."""
    newest = Measurement.objects.of(led_project(request, slug)).complete().first()
    rows = AgreementReport.objects.filter(measurement=newest, annotator=None)
    said = {"verdict": asked.verdict, "statistic": asked.statistic, "trait_version__trait__slug": asked.trait}
    rows = rows.filter(**{name: value for name, value in said.items() if value})
    if newest is None:
        rows = rows.none()
    page = page_of(rows.select_related("trait_version__trait"), asked, report_shape, ascending=True)
    return AgreementPage(
        data=page.data,
        next_cursor=page.next_cursor,
        measured_at=newest.completed_at if newest else None,
        annotations=newest.annotations if newest else 0,
    )


@routes.post(
    "/projects/{slug:slug}/agreement",
    auth=needs(Scope.CURATE, in_projects=True),
    response={202: MeasurementShape},
    url_name="agreement",
)
@once
def agreement_measure(request: Asking, slug: str) -> Status[MeasurementShape]:
    """Have a project measured. One that has not ended yet is enough."""
    started = start_measurement(led_project(request, slug), created_by=request.user)
    return Status(202, MeasurementShape(id=started.pk, run=run_shape(started.run)))
