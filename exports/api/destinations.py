"""Destinations for programs: where releases go. Tokens go in and never come out."""

from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import invalid
from config.rest.routes import Routes
from egress.secrets import BadToken
from exports.actions.destinations import Address, change_destination, create_destination, start_check
from exports.api.doors import stewards_only
from exports.forms.destinations import FORMS, LONGEST_TOKEN
from exports.models import Destination
from runs.api import RunShape, run_shape

routes = Routes(tags=["publications"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
NO_FIELD = "A destination of the kind {kind} has no such field. Leave it out."


class DestinationShape(BaseModel):
    """A place where releases go. Its token never comes out."""

    slug: str
    name: str
    kind: Literal["hub", "s3", "folder"]
    endpoint: str
    repo_id: str
    is_private: bool
    gating: str
    create_if_missing: bool
    region: str
    access_key: str
    has_token: bool


class Place(Sent):
    """A place where releases go: a dataset repository on a Hub, a prefix in a bucket, or a folder of the server."""

    name: str = Field(min_length=1, max_length=120)
    endpoint: str = Field("", max_length=300, description="Of the Hub or the storage, without a path.")
    repo_id: str = Field(
        min_length=1, max_length=193, description="organisation/name, bucket/prefix, or the folder's path."
    )
    token: str = Field(
        "",
        max_length=LONGEST_TOKEN,
        description="Of a Hub its access token, of a storage its secret key. Stored encrypted; empty keeps what is "
        "stored, unless endpoint or repo_id change: then that is dropped.",
        json_schema_extra={"writeOnly": True, "format": "password"},
        repr=False,
    )
    gating: Literal["", "auto", "manual"] = ""
    is_private: bool = False
    create_if_missing: bool = False
    region: str = Field("", max_length=40, description="Of a storage.")
    access_key: str = Field("", max_length=128, description="Of a storage: the public half.")


class NewPlace(Place):
    """A place where releases shall go."""

    kind: Literal["hub", "s3", "folder"]


def destination_shape(destination: Destination) -> DestinationShape:
    """Return a destination as it is sent."""
    same = {name: getattr(destination, name) for name in DestinationShape.model_fields if name != "has_token"}
    return DestinationShape(**same, has_token=destination.secret_id is not None)


def checked(asked: Place, kind: str, destination: Destination | None = None) -> Address:
    """Return where releases go, held to the rules of the page.

    Raises:
        Problem: a field is missing, can't be used, or is none of this kind.
    """
    said: dict[str, Any] = asked.model_dump(exclude={"kind"})
    form = FORMS[kind](said, destination=destination)
    foreign = sorted(name for name, value in said.items() if value and name not in form.fields)
    if foreign:
        raise invalid((name, NO_FIELD.format(kind=kind)) for name in foreign)
    if not form.is_valid():
        raise problem_of(form)
    return form.address


@routes.get("/destinations", auth=READS, response=Page[DestinationShape], url_name="destinations")
def destinations(request: Asking, asked: Query[Paging]) -> Page[DestinationShape]:
    """List where releases go, newest first."""
    stewards_only(request)
    return page_of(Destination.objects.all(), asked, destination_shape)


@routes.post("/destinations", auth=WRITES, response={201: DestinationShape}, url_name="destinations")
@once
def destination_create(request: Asking, asked: NewPlace) -> Status[DestinationShape]:
    """Add a destination. Have it checked before the first push."""
    stewards_only(request)
    try:
        return Status(201, destination_shape(create_destination(checked(asked, asked.kind), actor=request)))
    except BadToken as error:
        raise invalid([("token", f"{error}")]) from error


@routes.get("/destinations/{slug:slug}", auth=READS, response=DestinationShape, url_name="destination")
def destination(request: Asking, slug: str) -> DestinationShape:
    """Return a destination."""
    return destination_shape(find(request, slug))


@routes.put("/destinations/{slug:slug}", auth=WRITES, response=DestinationShape, url_name="destination")
def destination_change(request: Asking, slug: str, asked: Place) -> DestinationShape:
    """Change a destination. Where it leads elsewhere now, its stored token is dropped unless a new one is sent."""
    found = find(request, slug)
    try:
        return destination_shape(change_destination(found, checked(asked, found.kind, found), actor=request))
    except BadToken as error:
        raise invalid([("token", f"{error}")]) from error


@routes.post(
    "/destinations/{slug:slug}/check", auth=WRITES, response={202: RunShape}, url_name="destination_check"
)
def destination_check(request: Asking, slug: str) -> Status[RunShape]:
    """Have a worker look whether the place is there and may be written to."""
    return Status(202, run_shape(start_check(find(request, slug), created_by=request.user)))


def find(request: Asking, slug: str) -> Destination:
    """Return a destination, to stewards."""
    stewards_only(request)
    return get_object_or_404(Destination.objects.select_related("secret"), slug=slug)
