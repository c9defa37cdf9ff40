"""Samplings for programs: what one would cost, its beginning, how far it is, and taking it up again."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.audit import record
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid
from curation.actions.sampling import (
    BudgetUsedUp,
    NothingToAsk,
    NotTheSame,
    StillRunning,
    Wanted,
    planned,
    resume_sampling,
    start_sampling,
)
from curation.api.doors import only
from curation.api.endpoints import routes
from curation.forms.sampling import LARGEST_SEED, LONGEST_PROMPT, MOST_SCENARIOS, ResumeForm, SamplingForm
from curation.models import Sample, Sampling
from curation.pricing import shown
from curation.views.sampling import CHANGED, NOTHING, counts
from runs.actions import cancel
from runs.api import RunShape, run_shape

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
HIGHEST_BUDGET = 9_999_999_999
AT_WORK = "It is at work already. Pause it first, or wait until it has ended."
NOTHING_WAITS = "Nothing waits. To try what failed again, send with_failed: true."
SPENT = "The cap must be above the {cost} that were spent already."


class SamplingIn(Sent):
    """How many responses, of which scenarios, from which endpoint, and for how much."""

    endpoint: UUID
    scenario: UUID | None = Field(None, description="Only this one.")
    family: UUID | None = Field(None, description="Only its scenarios.")
    domain: str = Field("", max_length=60)
    trait: str = Field("", max_length=80)
    pool: Literal["", "TRAIN", "ATTACK", "EVAL", "PRIVATE"] = Field("", description="Empty: all but PRIVATE.")
    most: int = Field(200, ge=1, le=MOST_SCENARIOS, description="Scenarios at most, oldest first.")
    k: int = Field(2, ge=1, le=64, description="Responses for each scenario.")
    fill_up: bool = Field(True, description="Ask only for what is missing to this number.")
    system_prompt: str = Field(
        "", max_length=LONGEST_PROMPT, description="For conversations without one of their own."
    )
    max_tokens: int = Field(1024, ge=1, le=200_000, description="Longest response.")
    newer_limit: bool = Field(False, description="The model reasons before it responds.")
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    seed: int | None = Field(
        None, ge=0, le=LARGEST_SEED, description="Of a scenario's first response; each further one adds 1."
    )
    budget: float | None = Field(
        None, gt=0, le=HIGHEST_BUDGET, description="Nothing is asked that could go beyond it."
    )


class SamplingBegun(SamplingIn):
    """What to sample, as it was estimated."""

    requests: int = Field(ge=0, description="As the estimate said: only so many are asked.")


class ResumeIn(Sent):
    """Under which cap a sampling goes on."""

    budget: float | None = Field(
        None, gt=0, le=HIGHEST_BUDGET, description="For the whole of it, what was spent included; null: none."
    )
    with_failed: bool = Field(False, description="Try again what failed.")


class EstimateShape(BaseModel):
    """What a sampling would ask and cost. Nothing was asked."""

    requests: int
    scenarios: int
    prompt_tokens: int
    response_tokens: int = Field(description="When each response is as long as it may be.")
    most: float = Field(description="The most it can cost.")
    likely: float | None = Field(
        description="By the length of earlier responses; null when there are too few."
    )
    is_cut: bool = Field(description="More scenarios fit than may be asked at once.")


class SamplingLine(BaseModel):
    """Responses asked of one endpoint."""

    id: UUID
    endpoint: UUID
    endpoint_name: str
    k: int
    budget: float | None
    estimate: float
    cost: float
    created_at: datetime
    run: RunShape


class ReasonCount(BaseModel):
    """Why samples failed or were left out."""

    reason: str
    count: int


class SamplingShape(SamplingLine):
    """A sampling with what became of its samples."""

    system_prompt: str
    parameters: dict[str, Any]
    seed: int | None
    stored: int
    waiting: int
    failed: int
    skipped: int
    estimated_costs: int = Field(description="Stored ones of which the endpoint told no usage.")
    reasons: list[ReasonCount]


class SampleShape(BaseModel):
    """One response asked for."""

    id: UUID
    scenario: UUID
    ordinal: int
    state: Literal["waiting", "stored", "failed", "skipped"]
    response: UUID | None
    model: str = Field(description="As returned.")
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float
    attempts: int
    problem: str
    answered_at: datetime | None


class SampleFilters(Paging):
    """Which samples."""

    state: Literal["waiting", "stored", "failed", "skipped"] | None = None


def line(sampling: Sampling) -> SamplingLine:
    """Return a sampling, fetched with its run and endpoint, as it stands in a list."""
    return SamplingLine(
        id=sampling.pk,
        endpoint=sampling.endpoint_id,
        endpoint_name=sampling.endpoint.name,
        k=sampling.k,
        budget=None if sampling.budget is None else float(sampling.budget),
        estimate=float(sampling.estimate),
        cost=float(sampling.cost),
        created_at=sampling.created_at,
        run=run_shape(sampling.run),
    )


def sampling_shape(pk: UUID) -> SamplingShape:
    """Return a sampling that is there."""
    found = Sampling.objects.select_related("run", "endpoint").get(pk=pk)
    counted = counts(found)
    return SamplingShape(
        **line(found).model_dump(),
        system_prompt=found.system_prompt,
        parameters=found.parameters,
        seed=found.seed,
        stored=counted.stored,
        waiting=counted.waiting,
        failed=counted.failed,
        skipped=counted.skipped,
        estimated_costs=counted.estimated,
        reasons=[ReasonCount(reason=reason, count=number) for reason, number in counted.reasons],
    )


def sample_shape(sample: Sample) -> SampleShape:
    """Return a sample as it is sent."""
    renamed: dict[str, Any] = {"scenario": sample.scenario_id, "response": sample.response_id}
    same: dict[str, Any] = {
        name: getattr(sample, name) for name in SampleShape.model_fields if name not in renamed
    }
    return SampleShape(**same, **renamed)


def wanted(said: SamplingIn) -> Wanted:
    """Return what to sample, held to the rules of the page.

    Raises:
        Problem: a field can't be used.
    """
    form = SamplingForm(said.model_dump(exclude={"requests"}))
    if not form.is_valid():
        raise problem_of(form)
    return form.wanted


def find(request: Asking, sampling_id: UUID, *roles: Role) -> Sampling:
    """Return a sampling to people who have one of the roles."""
    only(request, *roles)
    return get_object_or_404(Sampling.objects.select_related("run", "endpoint"), pk=sampling_id)


@routes.get("/samplings", auth=READS, response=Page[SamplingLine], url_name="samplings")
def samplings(request: Asking, asked: Query[Paging]) -> Page[SamplingLine]:
    """List samplings, newest first."""
    only(request, Role.CURATORS, Role.STEWARDS)
    return page_of(Sampling.objects.select_related("endpoint", "run"), asked, line)


@routes.post("/samplings/estimate", auth=WRITES, response=EstimateShape, url_name="sampling_estimate")
def sampling_estimate(request: Asking, said: SamplingIn) -> EstimateShape:
    """Say how many requests a sampling would be and what they would cost. Nothing is asked."""
    only(request, Role.CURATORS)
    plan = planned(wanted(said))
    return EstimateShape(
        requests=plan.requests,
        scenarios=len(plan.lines),
        prompt_tokens=plan.prompt_tokens,
        response_tokens=plan.response_tokens,
        most=float(plan.most),
        likely=None if plan.likely is None else float(plan.likely),
        is_cut=plan.is_cut,
    )


@routes.post("/samplings", auth=WRITES, response={201: SamplingShape}, url_name="samplings")
@once
def sampling_begin(request: Asking, said: SamplingBegun) -> Status[SamplingShape]:
    """Begin what was estimated; a worker asks, and GET /runs/{run_id} says how far it is."""
    only(request, Role.CURATORS)
    try:
        made = start_sampling(wanted(said), shown_requests=said.requests, actor=request)
    except NotTheSame as error:
        raise Problem(409, "plan_changed", CHANGED) from error
    except NothingToAsk as error:
        raise Problem(409, "nothing_to_ask", NOTHING) from error
    return Status(201, sampling_shape(made.pk))


@routes.get("/samplings/{uuid:sampling_id}", auth=READS, response=SamplingShape, url_name="sampling")
def sampling(request: Asking, sampling_id: UUID) -> SamplingShape:
    """Return a sampling with what became of its samples."""
    return sampling_shape(find(request, sampling_id, Role.CURATORS, Role.STEWARDS).pk)


@routes.get(
    "/samplings/{uuid:sampling_id}/samples",
    auth=READS,
    response=Page[SampleShape],
    url_name="sampling_samples",
)
def sampling_samples(request: Asking, sampling_id: UUID, asked: Query[SampleFilters]) -> Page[SampleShape]:
    """List the samples of a sampling, newest first."""
    rows = find(request, sampling_id, Role.CURATORS, Role.STEWARDS).samples.all()
    return page_of(rows.filter(state=asked.state) if asked.state else rows, asked, sample_shape)


@routes.post(
    "/samplings/{uuid:sampling_id}/pause", auth=WRITES, response=SamplingShape, url_name="sampling_pause"
)
def sampling_pause(request: Asking, sampling_id: UUID) -> SamplingShape:
    """Ask that a sampling stops, by cancelling its run. What is stored stays, and it can be resumed."""
    found = find(request, sampling_id, Role.CURATORS)
    if found.run.is_unfinished:
        cancel(found.run)
        record(request, "run.cancelled", found.run, kind=found.run.kind)
    return sampling_shape(found.pk)


@routes.post(
    "/samplings/{uuid:sampling_id}/resume", auth=WRITES, response=SamplingShape, url_name="sampling_resume"
)
@once
def sampling_resume(request: Asking, sampling_id: UUID, said: ResumeIn) -> Status[SamplingShape]:
    """Go on with what waits or was left out. What is stored is not asked for again."""
    found = find(request, sampling_id, Role.CURATORS)
    form = ResumeForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        resume_sampling(found, **form.cleaned_data, actor=request)
    except BudgetUsedUp as error:
        raise invalid([("budget", SPENT.format(cost=shown(found.cost)))]) from error
    except StillRunning as error:
        raise Problem(409, "still_running", AT_WORK) from error
    except NothingToAsk as error:
        raise Problem(409, "nothing_to_ask", NOTHING_WAITS) from error
    return Status(200, sampling_shape(found.pk))
