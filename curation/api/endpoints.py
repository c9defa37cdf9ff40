"""Model endpoints for programs: where models answer. Keys go in and never come out."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from curation.actions.endpoints import EndpointFacts, change_endpoint, create_endpoint, start_check
from curation.api.doors import only
from curation.forms.endpoints import LONGEST_KEY, EndpointForm
from curation.models import Endpoint
from egress.secrets import BadToken
from runs.api import RunShape, run_shape

routes = Routes(tags=["samplings"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
HIGHEST_PRICE = 999_999
TAKEN = "Another endpoint is called so. Choose another name."


class EndpointShape(BaseModel):
    """Where a model answers. Its key never comes out."""

    id: UUID
    name: str
    base_url: str
    model: str
    license: str
    concurrency: int
    price_in: float
    price_out: float
    has_key: bool


class EndpointIn(Sent):
    """Where a model answers."""

    name: str = Field(min_length=1, max_length=120)
    base_url: str = Field(
        min_length=1, max_length=300, description="Of an endpoint that speaks as OpenAI's does, up to /v1."
    )
    key: str = Field(
        "",
        max_length=LONGEST_KEY,
        description="Stored encrypted; empty keeps what is stored, unless base_url changes: then that is dropped.",
        json_schema_extra={"writeOnly": True, "format": "password"},
        repr=False,
    )
    forget_key: bool = Field(False, description="Drop the stored key.")
    model: str = Field(min_length=1, max_length=200, description="As the endpoint calls it.")
    license: str = Field("", max_length=60, description="Of its responses; each carries it.")
    concurrency: int = Field(4, ge=1, le=32, description="Requests at the same time.")
    price_in: float = Field(0, ge=0, le=HIGHEST_PRICE, description="For a million tokens of prompts.")
    price_out: float = Field(0, ge=0, le=HIGHEST_PRICE, description="For a million tokens of responses.")


def endpoint_shape(endpoint: Endpoint) -> EndpointShape:
    """Return an endpoint as it is sent."""
    same: dict[str, Any] = {
        name: getattr(endpoint, name) for name in EndpointShape.model_fields if name != "has_key"
    }
    return EndpointShape(**same, has_key=endpoint.secret_id is not None)


def checked(said: EndpointIn, endpoint: Endpoint | None = None) -> EndpointFacts:
    """Return what was said of an endpoint, held to the rules of the page.

    Raises:
        Problem: a field is missing or can't be used.
    """
    form = EndpointForm(said.model_dump(), endpoint=endpoint)
    if not form.is_valid():
        raise problem_of(form)
    return form.facts


def refusal(error: Exception) -> Problem:
    """Return the problem of a key that can't be one, or of a name that was taken a moment ago."""
    return invalid([("key", f"{error}") if isinstance(error, BadToken) else ("name", TAKEN)])


@routes.get("/endpoints", auth=READS, response=Page[EndpointShape], url_name="endpoints")
def endpoints(request: Asking, asked: Query[Paging]) -> Page[EndpointShape]:
    """List where models answer, newest first."""
    only(request, Role.CURATORS)
    return page_of(Endpoint.objects.all(), asked, endpoint_shape)


@routes.post("/endpoints", auth=WRITES, response={201: EndpointShape}, url_name="endpoints")
@once
def endpoint_create(request: Asking, said: EndpointIn) -> Status[EndpointShape]:
    """Add an endpoint. Have it checked before you sample."""
    only(request, Role.CURATORS)
    try:
        return Status(201, endpoint_shape(create_endpoint(checked(said), actor=request)))
    except (BadToken, IntegrityError) as error:
        raise refusal(error) from error


@routes.get("/endpoints/{uuid:endpoint_id}", auth=READS, response=EndpointShape, url_name="endpoint")
def endpoint(request: Asking, endpoint_id: UUID) -> EndpointShape:
    """Return an endpoint."""
    return endpoint_shape(find(request, endpoint_id))


@routes.put("/endpoints/{uuid:endpoint_id}", auth=WRITES, response=EndpointShape, url_name="endpoint")
def endpoint_change(request: Asking, endpoint_id: UUID, said: EndpointIn) -> EndpointShape:
    """Change an endpoint. Where it leads elsewhere now, its stored key is dropped unless a new one is sent."""
    found = find(request, endpoint_id)
    try:
        return endpoint_shape(change_endpoint(found, checked(said, found), actor=request))
    except (BadToken, IntegrityError) as error:
        raise refusal(error) from error


@routes.post(
    "/endpoints/{uuid:endpoint_id}/check", auth=WRITES, response={202: RunShape}, url_name="endpoint_check"
)
def endpoint_check(request: Asking, endpoint_id: UUID) -> Status[RunShape]:
    """Have a worker ask the endpoint one short question."""
    return Status(202, run_shape(start_check(find(request, endpoint_id), created_by=request.user)))


def find(request: Asking, endpoint_id: UUID) -> Endpoint:
    """Return an endpoint, to curators."""
    only(request, Role.CURATORS)
    return get_object_or_404(Endpoint.objects.select_related("secret"), pk=endpoint_id)
