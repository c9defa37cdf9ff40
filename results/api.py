"""Results for programs: reported, listed, and what they say together."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.bodies import StrictParser
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import UNKNOWN_FIELD, Problem, invalid, not_found
from config.rest.routes import Routes
from results.actions import Pushed, WasRetracted, pushed_file, report_results, retract_report
from results.figures import Missing, findings, missing
from results.forms import ChoiceForm, PushForm
from results.models import Evaluation, Report
from results.pressure import Change
from results.readers import BadFile, Subject, some
from results.readers.base import COLUMNS
from results.readers.documents import FIGURE_FIELDS, lines_of
from results.tables import Cell, cells

routes = Routes(tags=["results"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
NO_KIND = "Send the file as multipart/form-data, or models with their scores as application/json."
RETRACTED = "This very report was taken back. Say what is different about it."
NUMBERS = {"seed", "step", "pushes", "n"}
SCORE = {
    name: {
        "type": "number" if name in {*NUMBERS, "value", "stderr"} else "string",
        "description": COLUMNS[name],
    }
    for name in COLUMNS
    if name in FIGURE_FIELDS
}
MODEL = {
    name: {"type": "integer" if name in NUMBERS else "string", "description": COLUMNS[name]}
    for name in Subject._fields
}
SAID = {
    **MODEL,
    "is_untrained": {"type": "boolean", "description": "It is the model that others are compared with."},
    "file": {"type": "string", "format": "binary", "description": "A log of Inspect, JSON or CSV."},
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": SAID,
                    "required": ["file"],
                    "additionalProperties": False,
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        **MODEL,
                        "scores": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": SCORE,
                                "required": ["value"],
                                "additionalProperties": False,
                            },
                        },
                    },
                    "required": ["scores"],
                    "additionalProperties": False,
                }
            },
        },
    }
}


class EvaluationShape(BaseModel):
    """One model that was tested."""

    id: UUID
    model: str
    base_model: str
    release: UUID | None = Field(description="What it was trained on, if that was a release.")
    trained_on: list[str] = Field(description="Slugs of domains; none for the untrained model.")
    method: str
    seed: int | None
    step: int | None


class ResultShape(BaseModel):
    """One file that came back."""

    id: UUID
    file_name: str
    sha256: str
    figures: int = Field(description="How many it told.")
    retracted: str = Field(description="Why it was taken back; empty while it counts.")
    evaluations: list[EvaluationShape]
    reported_at: datetime


class RetractionBody(Sent):
    """Why a report counts no more."""

    reason: str = Field(min_length=1, max_length=500)


class Comparison(Sent):
    """Which models are compared, and by what. What is not there falls back to all."""

    base: str = Field("", max_length=200, description="Trained from; empty for the one with the most models.")
    trait: str = Field("", max_length=80, description="Slug; empty for all.")
    release: str = Field(
        "", max_length=40, description="Id of the release they were trained on; empty for all."
    )


class TransferShape(BaseModel):
    """Models of one training set, tested in one domain."""

    trained_on: str = Field(
        description="Slug of a domain, or others or several: several domains without the tested one, or with it."
    )
    domain: str
    is_same: bool = Field(description="Whether they were trained on this domain.")
    change: float = Field(description="Score minus that of the untrained model.")
    low: float | None = Field(
        description="Of the 95 % interval; null where nothing tells how far values spread."
    )
    high: float | None
    p: float | None
    q: float | None = Field(description="The false discovery rate at which it counts.")
    prompts: int
    is_paired: bool = Field(description="Whether the same prompts were compared with themselves.")


class GapShape(BaseModel):
    """A trait in a domain into which training elsewhere does not carry."""

    trait: str
    domain: str
    change: float
    low: float | None
    high: float | None
    scenarios: int
    annotations: int


class ChangeShape(BaseModel):
    """One thing before and after training."""

    measure: str
    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    q: float | None


class GeneralisationShape(BaseModel):
    """What all reports say together."""

    base_model: str = Field(description="Empty while nothing was reported.")
    transfer: list[TransferShape]
    persistence: list[ChangeShape] = Field(description="Shares that hold, by kind of pressure.")
    side_effects: list[ChangeShape]
    label_next: list[GapShape]


def visible(request: Asking) -> "QuerySet[Report]":
    """Return the reports that this person may see."""
    rows = Report.objects.visible_to(request.user).select_related("retraction").order_by()
    return rows.prefetch_related("evaluations")


def report_shape(report: Report) -> ResultShape:
    """Return a report as it is sent."""
    return ResultShape(
        id=report.pk,
        file_name=report.file_name,
        sha256=report.sha256,
        figures=report.figures,
        retracted=report.retraction.reason if hasattr(report, "retraction") else "",
        evaluations=[evaluation_shape(each) for each in report.evaluations.all()],
        reported_at=report.reported_at,
    )


def evaluation_shape(evaluation: Evaluation) -> EvaluationShape:
    """Return a model as it is sent."""
    return EvaluationShape(
        id=evaluation.pk,
        model=evaluation.model,
        base_model=evaluation.base_model,
        release=evaluation.release_id,
        trained_on=evaluation.trained_on,
        method=evaluation.method,
        seed=evaluation.seed,
        step=evaluation.step,
    )


@routes.get("/results", auth=READS, response=Page[ResultShape], url_name="results")
def results(request: Asking, asked: Query[Paging]) -> Page[ResultShape]:
    """List reports, newest first."""
    return page_of(visible(request), asked, report_shape)


@routes.post(
    "/results",
    auth=WRITES,
    response={200: ResultShape, 201: ResultShape},
    url_name="results",
    openapi_extra=BODY,
)
@once
def results_report(request: Asking) -> Status[ResultShape]:
    """Take a file in, or models with their scores. The same again changes nothing, and is 200."""
    if not request.user.may_release:
        raise not_found()
    try:
        pushed, given = pushed_by(request)
        made, is_new = report_results(pushed, given, actor=request)
    except BadFile as error:
        raise invalid([("file", str(error))]) from error
    except WasRetracted as error:
        raise Problem(409, "was_retracted", RETRACTED) from error
    return Status(201 if is_new else 200, report_shape(visible(request).get(pk=made.pk)))


def pushed_by(request: Asking) -> tuple[Pushed, Subject]:
    """Return what arrived, and what was said beside it.

    Raises:
        Problem: it is neither a file nor JSON, or a field can't be used.
        BadFile: the file can't be used.
    """
    if request.content_type == "application/json":
        body = StrictParser().parse_body(request)
        content = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        return Pushed("results.json", sha256(content).hexdigest(), some(lines_of(body))), Subject()
    if request.content_type != "multipart/form-data":
        raise Problem(415, "unsupported_media_type", NO_KIND)
    # The body is read here at the latest, and only then is it known whether the file could be stored.
    posted, files = request.POST, request.FILES
    unknown = sorted((set(posted) | set(files)) - set(SAID))
    if unknown:
        raise invalid([(name[:100], UNKNOWN_FIELD) for name in unknown[:20]])
    form = PushForm(posted, files, upload_problem=getattr(request, "upload_problem", ""))
    if not form.is_valid():
        raise problem_of(form)
    file: TemporaryUploadedFile = form.cleaned_data["file"]
    return pushed_file(Path(file.temporary_file_path()), file.name or ""), form.given


@routes.get("/results/generalisation", auth=READS, response=GeneralisationShape, url_name="generalisation")
def results_generalisation(request: Asking, asked: Query[Comparison]) -> GeneralisationShape:
    """Say what training in each domain did to the others, and to conduct under pressure."""
    form = ChoiceForm(asked.model_dump())
    nothing = GeneralisationShape(base_model="", transfer=[], persistence=[], side_effects=[], label_next=[])
    if not form.base_model or not visible(request).exists():
        return nothing
    found = findings(form.choice)
    return GeneralisationShape(
        base_model=form.base_model,
        transfer=[transfer_shape(each) for each in cells(found.matrix)],
        persistence=[change_shape(each) for each in found.pressures],
        side_effects=[change_shape(each) for each in found.side_effects],
        label_next=[gap_shape(each) for each in missing(found.gaps)],
    )


def transfer_shape(cell: Cell) -> TransferShape:
    """Return a box of the matrix as it is sent."""
    effect = cell.effect
    return TransferShape(
        trained_on=cell.trained_on,
        domain=cell.domain,
        is_same=cell.is_same,
        change=effect.value,
        low=effect.low,
        high=effect.high,
        p=effect.p,
        q=cell.q,
        prompts=effect.n,
        is_paired=effect.is_paired,
    )


def change_shape(change: Change) -> ChangeShape:
    """Return a change as it is sent."""
    return ChangeShape(
        measure=change.key,
        before=change.before.mean,
        after=change.after.mean,
        change=change.effect.value,
        low=change.effect.low,
        high=change.effect.high,
        q=change.q,
    )


def gap_shape(found: Missing) -> GapShape:
    """Return a gap as it is sent."""
    gap = found.gap
    return GapShape(
        trait=gap.trait,
        domain=gap.domain,
        change=gap.effect.value,
        low=gap.effect.low,
        high=gap.effect.high,
        scenarios=found.scenarios,
        annotations=found.annotations,
    )


@routes.get("/results/{uuid:report_id}", auth=READS, response=ResultShape, url_name="result")
def result(request: Asking, report_id: UUID) -> ResultShape:
    """Say what one file told."""
    return report_shape(get_object_or_404(visible(request), pk=report_id))


@routes.post(
    "/results/{uuid:report_id}/retract", auth=WRITES, response=ResultShape, url_name="result_retract"
)
def result_retract(request: Asking, report_id: UUID, body: RetractionBody) -> ResultShape:
    """Take a report out of the count; it stays to be read."""
    if not request.user.may_release:
        raise not_found()
    retract_report(get_object_or_404(visible(request), pk=report_id), body.reason, actor=request)
    return report_shape(visible(request).get(pk=report_id))
