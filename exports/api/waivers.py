"""Gates for programs: waivers are asked for and given, findings looked at, both by stewards."""

from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, not_found
from config.rest.routes import Routes
from exports.actions.gates import NotWaivable, ask_waiver, refuse_waiver, review_finding, waive
from exports.api.releases import find
from exports.excerpts import shown
from exports.forms.gates import RefusalForm, WaiverForm
from exports.models import Finding, GateResult, Release, WaiverRequest
from exports.models.gates import LEAST_REASON

routes = Routes(tags=["releases"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
MOST_ID = 2**63 - 1
ON_ITS_WAY = "This release is being published, or was. What its card says stays."


class WaiverShape(BaseModel):
    """A steward asks that a release may leave in spite of a gate; it may once another one answers for it."""

    id: int
    gate: str
    reason: str
    asked_by: str = Field(description="By name, as it will stand in the card.")
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    refused_by: str | None
    refused_at: datetime | None
    refusal: str | None = Field(description="Why it was refused.")


class RefusalIn(Sent):
    """Why a steward does not answer for it. Whoever asked reads it."""

    reason: str = Field(min_length=1, max_length=2000)


class WaiverIn(Sent):
    """Why a release may leave in spite of a gate. It stands in the published card."""

    reason: str = Field(min_length=LEAST_REASON, max_length=2000)


class StandingShape(BaseModel):
    """A config of a release that carries the text of a finding."""

    config: str = Field(description="Empty: every config with rows of that prompt.")
    row_id: str = Field(description="The first of them; of the prompt, where it is every config.")
    rows: int


class FindingShape(BaseModel):
    """A passage that looks like personal data or a key."""

    id: UUID
    kind: str
    where: str
    stands: list[StandingShape] = Field(description="Which configs of the release carry its text.")
    before: str
    passage: str
    after: str
    verdict: Literal["invented", "public", "not personal"] | None = Field(
        description="Null: nobody looked at it."
    )


class FindingFilters(Paging):
    """Which findings."""

    is_open: bool | None = Field(None, description="True: those at which nobody looked.")


class Reviewed(Sent):
    """What a passage is, so that its text may leave."""

    verdict: Literal["invented", "public", "not personal"]


def waiver_shape(asked: WaiverRequest) -> WaiverShape:
    """Return a request for a waiver, fetched with who asked and answered, as it is sent."""
    given, refused = getattr(asked, "waiver", None), getattr(asked, "refusal", None)
    return WaiverShape(
        id=asked.pk,
        gate=asked.result.gate,
        reason=asked.reason,
        asked_by=asked.asked_by.name,
        asked_at=asked.created_at,
        approved_by=given.approved_by.name if given else None,
        approved_at=given.created_at if given else None,
        refused_by=refused.refused_by.name if refused else None,
        refused_at=refused.created_at if refused else None,
        refusal=refused.reason if refused else None,
    )


def requests_of(request: Asking, release_id: UUID) -> "QuerySet[WaiverRequest]":
    """Return what was asked about a release that this person may see."""
    rows = WaiverRequest.objects.filter(result__release=find(request, release_id))
    answers = ("waiver__approved_by", "refusal__refused_by")
    return rows.select_related("asked_by", "result__release__recipe", *answers)


@routes.get("/releases/{uuid:release_id}/waivers", auth=READS, response=Page[WaiverShape], url_name="waivers")
def waivers(request: Asking, release_id: UUID, asked: Query[Paging]) -> Page[WaiverShape]:
    """List what was asked about the gates of a release, and who answered for it, newest first."""
    return page_of(requests_of(request, release_id), asked, waiver_shape)


@routes.post(
    "/releases/{uuid:release_id}/gates/{gate}/waivers",
    auth=WRITES,
    response={201: WaiverShape},
    url_name="waiver_ask",
)
@once
def waiver_ask(request: Asking, release_id: UUID, gate: str, said: WaiverIn) -> Status[WaiverShape]:
    """Ask that a release may leave in spite of a gate. Another steward has to answer for it."""
    found = find(request, release_id)
    result: GateResult | None = found.gate_results.in_force().filter(gate=gate[:60]).first()
    if result is None:
        raise not_found()
    if found.publications.exists():
        raise Problem(409, "not_waivable", ON_ITS_WAY)
    form = WaiverForm({"reason": said.reason})
    if not form.is_valid():
        raise problem_of(form)
    try:
        asked = ask_waiver(result, form.cleaned_data["reason"], asked_by=request.user, request=request)
    except NotWaivable as error:
        raise Problem(409, "not_waivable", str(error)) from error
    return Status(201, waiver_shape(requests_of(request, release_id).get(pk=asked.pk)))


@routes.post(
    "/releases/{uuid:release_id}/waivers/{int:request_id}/give",
    auth=WRITES,
    response=WaiverShape,
    url_name="waiver_give",
)
def waiver_give(request: Asking, release_id: UUID, request_id: int) -> WaiverShape:
    """Answer for a release that leaves in spite of a gate: its card is written anew, with both names."""
    rows = requests_of(request, release_id)
    asked = get_object_or_404(rows, pk=min(request_id, MOST_ID))
    try:
        waive(asked, approved_by=request.user, request=request)
    except NotWaivable as error:
        raise Problem(409, "not_waivable", str(error)) from error
    return waiver_shape(rows.get(pk=asked.pk))


@routes.post(
    "/releases/{uuid:release_id}/waivers/{int:request_id}/refuse",
    auth=WRITES,
    response=WaiverShape,
    url_name="waiver_refuse",
)
def waiver_refuse(request: Asking, release_id: UUID, request_id: int, said: RefusalIn) -> WaiverShape:
    """Say that one does not answer for a waiver, and why: nobody can after that. The first word stands."""
    rows = requests_of(request, release_id)
    asked = get_object_or_404(rows, pk=min(request_id, MOST_ID))
    form = RefusalForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        refuse_waiver(asked, form.cleaned_data["reason"], refused_by=request.user, request=request)
    except NotWaivable as error:
        raise Problem(409, "not_waivable", str(error)) from error
    return waiver_shape(rows.get(pk=asked.pk))


@routes.get(
    "/releases/{uuid:release_id}/findings", auth=READS, response=Page[FindingShape], url_name="findings"
)
def findings(request: Asking, release_id: UUID, asked: Query[FindingFilters]) -> Page[FindingShape]:
    """List what looks like personal data in a release, newest first."""
    release = find(request, release_id)
    rows = findings_of(release)
    if asked.is_open is not None:
        rows = rows.filter(review__isnull=asked.is_open)
    return page_of(rows, asked, partial(finding_shape, release=release))


def findings_of(release: Release) -> "QuerySet[Finding]":
    """Return the findings in a release."""
    rows = Finding.objects.in_release(release).prefetch_related("places")
    return rows.select_related("scenario", "response", "annotation", "review")


def finding_shape(finding: Finding, release: Release) -> FindingShape:
    """Return a finding with what stands around it as it is sent."""
    seen = shown(finding, release)
    review = getattr(finding, "review", None)
    return FindingShape(
        id=finding.pk,
        kind=finding.kind,
        where=seen.where,
        stands=[
            StandingShape(config=each.config, row_id=each.row_id, rows=each.more + 1)
            for each in seen.standing
        ],
        before=seen.before,
        passage=seen.passage,
        after=seen.after,
        verdict=review.verdict if review else None,
    )


@routes.post(
    "/releases/{uuid:release_id}/findings/{uuid:finding_id}",
    auth=WRITES,
    response=FindingShape,
    url_name="finding",
)
def finding_review(request: Asking, release_id: UUID, finding_id: UUID, said: Reviewed) -> FindingShape:
    """Note that a steward looked at a finding and lets its text leave. The first word stands."""
    release = find(request, release_id)
    found: Finding = get_object_or_404(findings_of(release), pk=finding_id)
    review_finding(found, said.verdict, reviewer=request.user, request=request)
    return finding_shape(findings_of(release).get(pk=finding_id), release)
