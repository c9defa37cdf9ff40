"""The API: which app's routes answer where, and how it describes itself."""

import logging
from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from pydantic import BaseModel

from accounts.api.asking import unknown_token
from accounts.api.routes import routes as accounts_routes
from config.rest.bodies import StrictParser, too_large
from config.rest.middleware import NEXT_STEPS, OTHERWISE
from config.rest.problems import MEDIA_TYPE, UNKNOWN_FIELD, Problem, invalid, not_found
from curation.api import ROUTES as curation_routes
from exports.api import ROUTES as exports_routes
from labeling.api import ROUTES as labeling_routes
from results.api import routes as results_routes
from runs.api import routes as runs_routes

VERSION = "1"
DESCRIPTION = (
    "Everything that Arete's pages do, for programs. Make a token under /me/tokens/ and send it as "
    "“Authorization: Bearer …”. Lists are read by cursor; errors are RFC 9457 problems."
)
ERRORS = {
    "400": "The body can't be read.",
    "401": "No token that works.",
    "403": "The token may not do this.",
    "404": "Nothing that this token may see.",
    "409": "What is there stands against it.",
    "410": "It was withdrawn.",
    "413": "Too large.",
    "415": "Another media type is needed.",
    "422": "Fields are missing, unknown or out of range.",
    "429": "Too many requests in this minute.",
    "503": "The database does not answer.",
}
logger = logging.getLogger("django.request")


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemShape(BaseModel):
    """An error, after RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


class QuickRenderer(BaseRenderer):
    """Writes JSON."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        """Return the bytes of an answer."""
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


class AreteAPI(NinjaAPI):
    """Describes the problems that every route may answer with."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name under which generated clients call an operation."""
        name: str = operation.view_func.__name__
        return name.rstrip("_")

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """Return the OpenAPI document."""
        document = super().get_openapi_schema(*args, **kwargs)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        shape = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= {**shape.pop("$defs"), "ProblemShape": shape}
        body = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
        for methods in document["paths"].values():
            for operation in methods.values():
                for status, description in ERRORS.items():
                    operation["responses"].setdefault(status, {"description": description, "content": body})
        return document


api = AreteAPI(
    title="Arete",
    version=VERSION,
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    renderer=QuickRenderer(),
    parser=StrictParser(),
)
for each in (
    accounts_routes,
    runs_routes,
    *curation_routes,
    *labeling_routes,
    *exports_routes,
    results_routes,
):
    api.add_router("", each)


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """Answer with what a route said."""
    return error.response


@api.exception_handler(Http404)
def nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer that there is nothing; what is somebody else's looks the same."""
    return not_found().response


@api.exception_handler(ObjectDoesNotExist)
def gone(request: HttpRequest, error: ObjectDoesNotExist) -> HttpResponse:
    """Answer that there is nothing where an action found that it is not theirs."""
    return not_found().response


@api.exception_handler(AuthenticationError)
def signed_out(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer a request without a token that works."""
    return unknown_token().response


@api.exception_handler(ValidationError)
def fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the fields that can't be used."""
    return invalid((field_of(each), words_of(each)) for each in error.errors[:100]).response


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework refused; it wraps what our own parser says."""
    if isinstance(error.__cause__, Problem):
        return error.__cause__.response
    return Problem(error.status_code, "refused", NEXT_STEPS.get(error.status_code, OTHERWISE)).response


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Refuse a body that is too long."""
    return too_large().response


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Ask for patience while the database is away."""
    logger.error("the database did not answer %s", request.path, exc_info=error)
    return Problem(503, "service_unavailable", NEXT_STEPS[503], headers={"Retry-After": "5"}).response


def field_of(error: dict[str, Any]) -> str:
    """Return which field is meant, as its sender calls it."""
    source, *path = map(str, error["loc"])
    # Bodies and queries are one model each, whose name in our code says nothing to the sender.
    inner = path[1:] if source in {"body", "query", "form"} and len(path) > 1 else path
    return ".".join(inner)[:200] or source


def words_of(error: dict[str, Any]) -> str:
    """Return what is wrong, in words."""
    if error["type"] == "extra_forbidden":
        return UNKNOWN_FIELD
    if error["type"] == "missing":
        return "This field is required."
    message: str = error["msg"]
    return f"{message.removeprefix('Value error, ')}".rstrip(".")[:500] + "."
