"""Responses for programs: listed, read, streamed, and written."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.lines import lines_of, ndjson, plain
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, not_found
from config.rest.routes import Routes
from curation.actions.naming import start_looking
from curation.actions.responses import SameWords, mark_response, write_response
from curation.api.doors import only
from curation.forms.responses import LONGEST, ResponseForm
from curation.models import Response, Scenario
from curation.models.responses import ResponseQuerySet
from runs.api import RunShape, run_shape

routes = Routes(tags=["responses"])
READS = needs(Scope.READ)
COLUMNS = ("id", "scenario", "text", "model", "license", "finish_reason", "leaks_identity", "words")
SAME_WORDS = "This scenario has a response with exactly these words: {id}."
DRAFT = "This scenario is still a draft. Responses can be written when its words are final."


class ResponseShape(BaseModel):
    """A candidate answer with its provenance."""

    id: UUID
    scenario: UUID
    text: str
    model: str
    license: str
    finish_reason: str
    leaks_identity: bool
    words: int
    created_at: datetime


class ResponseChoice(Sent):
    """Which responses."""

    scenario: UUID | None = None
    leaks_identity: bool | None = None


class ResponseFilters(ResponseChoice, Paging):
    """Which responses, and how many of them."""


class NewResponse(Sent):
    """A response in a person's own words, or one that a model gave them elsewhere."""

    source: Literal["person", "model"]
    text: str = Field(min_length=1, max_length=LONGEST)
    model: str = Field("", max_length=200, description="Of a model's words: its full name and version.")
    made_on: date | None = None
    license: str = Field("", max_length=60)


class Mark(Sent):
    """Whether a response names its model or maker."""

    leaks_identity: bool


def response_shape(response: Response) -> ResponseShape:
    """Return a response as it is sent."""
    plain: dict[str, Any] = {name: getattr(response, name) for name in COLUMNS if name != "scenario"}
    return ResponseShape(**plain, scenario=response.scenario_id, created_at=response.created_at)


def chosen(request: Asking, asked: ResponseChoice) -> ResponseQuerySet:
    """Return the responses that were asked for, of those that the person may read."""
    said = asked.model_dump(include=set(ResponseChoice.model_fields), exclude_none=True)
    return Response.objects.visible_to(request.user).filter(**said)


@routes.get("/responses", auth=READS, response=Page[ResponseShape], url_name="responses")
def responses(request: Asking, asked: Query[ResponseFilters]) -> Page[ResponseShape]:
    """List responses, newest first."""
    light = chosen(request, asked).defer("rendered_html", "sentences", "original")
    return page_of(light, asked, response_shape)


@routes.get(
    "/responses.ndjson", auth=READS, url_name="responses_stream", openapi_extra=ndjson("ResponseShape")
)
def responses_stream(request: Asking, asked: Query[ResponseChoice]) -> StreamingHttpResponse:
    """Stream responses, oldest first, one JSON object a line."""
    return lines_of(chosen(request, asked), **plain(*COLUMNS, "created_at"))


@routes.get("/responses/{uuid:response_id}", auth=READS, response=ResponseShape, url_name="response")
def response(request: Asking, response_id: UUID) -> ResponseShape:
    """Return a response."""
    return response_shape(get_object_or_404(Response.objects.visible_to(request.user), pk=response_id))


@routes.post(
    "/scenarios/{uuid:scenario_id}/responses",
    auth=needs(Scope.CURATE),
    response={201: ResponseShape},
    url_name="response_write",
)
@once
def response_write(request: Asking, scenario_id: UUID, new: NewResponse) -> Status[ResponseShape]:
    """Add a response to a scenario."""
    if not any(map(request.user.has_role, (Role.CURATORS, Role.TRAIT_AUTHORS))):
        raise not_found()
    found = get_object_or_404(Scenario.objects.visible_to(request.user).kept(), pk=scenario_id)
    if found.is_draft:
        raise Problem(409, "draft", DRAFT)
    form = ResponseForm(new.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        return Status(201, response_shape(write_response(found, form.written, actor=request)))
    except SameWords as error:
        there = error.response.pk
        raise Problem(409, "same_words", SAME_WORDS.format(id=there), response=str(there)) from error


@routes.post(
    "/responses/{uuid:response_id}/mark",
    auth=needs(Scope.CURATE),
    response=ResponseShape,
    url_name="response_mark",
)
def response_mark(request: Asking, response_id: UUID, said: Mark) -> ResponseShape:
    """Say that a response names its model or maker, or that it doesn't. Twice is once."""
    only(request, Role.CURATORS)
    found = get_object_or_404(Response, pk=response_id)
    mark_response(found, leaks=said.leaks_identity, actor=request)
    found.refresh_from_db()
    return response_shape(found)


@routes.post("/responses/look", auth=needs(Scope.CURATE), response={202: RunShape}, url_name="responses_look")
def responses_look(request: Asking) -> Status[RunShape]:
    """Have all responses looked through for such that name their model or maker."""
    only(request, Role.CURATORS)
    return Status(202, run_shape(start_looking(created_by=request.user)))
