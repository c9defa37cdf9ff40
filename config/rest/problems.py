"""Errors as RFC 9457 wants them: `application/problem+json`, with the field and the next step."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
NOT_FOUND = "There is nothing here that this token may see."
UNKNOWN_FIELD = "There is no such field. Leave it out."


class Problem(Exception):
    """A request that can't be done. Whoever raises it says what to do next.

    Attributes:
        status: of the answer.
        code: a name for programs, stable between versions.
        detail: a sentence or two for people.
        errors: what is wrong with which field.
        headers: beside the body.
        more: further members of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.more = more

    @property
    def response(self) -> HttpResponse:
        """The answer that says so."""
        body: dict[str, Any] = {
            "type": f"urn:arete:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        if self.errors:
            body["errors"] = [{"field": field, "message": message} for field, message in self.errors]
        content = orjson.dumps(body, default=str)
        return HttpResponse(content, status=self.status, content_type=MEDIA_TYPE, headers=self.headers)


def invalid(errors: Iterable[tuple[str, str]]) -> Problem:
    """Return the problem of a request whose fields can't be used as they are."""
    return Problem(422, "invalid", "Correct the fields named in errors, then send it again.", errors=errors)


def not_found() -> Problem:
    """Return the one answer to what is not there and to what is somebody else's."""
    return Problem(404, "not_found", NOT_FOUND)
