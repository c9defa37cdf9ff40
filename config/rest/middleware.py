"""Everything below /api/ answers as an API does, also what never reaches a route."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.rest.bodies import MOST_BYTES, too_large
from config.rest.problems import MEDIA_TYPE, NOT_FOUND, Problem

ROOT = "/api/"
PASSED_ON = ("Allow", "Retry-After", "WWW-Authenticate")
NEXT_STEPS = {
    400: "The request can't be understood. Compare it with /api/v1/openapi.json.",
    404: NOT_FOUND,
    405: "This address takes other methods: see the header Allow.",
    413: "The request is too large. Send less at once.",
    503: "The database does not answer. Nothing was changed: try again in a few seconds.",
}
OTHERWISE = "Something went wrong on our side. Try again; if it stays, tell an operator the time."


class ApiMiddleware:
    """Turns pages that say that something failed into problems, and refuses bodies that are too long unread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        if is_too_long(request):
            return too_large().response
        if request.method == "HEAD":
            request.method = "GET"
            bare = without_body(self.answer(request))
            request.method = "HEAD"
            return bare
        return self.answer(request)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with a problem where something failed."""
        answer = self.get_response(request)
        if answer.status_code < 400 or answer.headers.get("Content-Type") == MEDIA_TYPE:
            return answer
        return problem_for(answer)


def is_too_long(request: HttpRequest) -> bool:
    """Whether a body says that it is too long. Files are capped while they are read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_file = request.content_type == "multipart/form-data"
    return not is_file and length.isdigit() and int(length) > MOST_BYTES


def without_body(answer: HttpResponseBase) -> HttpResponse:
    """Return what GET answers, but for its body, which is not even made where it is streamed."""
    headers = dict(answer.headers)
    if isinstance(answer, HttpResponse):
        headers.setdefault("Content-Length", str(len(answer.content)))
    bare = HttpResponse(status=answer.status_code, headers=headers)
    bare.cookies = answer.cookies
    answer.close()
    return bare


def problem_for(answer: HttpResponseBase) -> HttpResponseBase:
    """Return the problem that says what a page said."""
    status = answer.status_code
    code = HTTPStatus(status).phrase.lower().replace(" ", "_")
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Problem(status, code, NEXT_STEPS.get(status, OTHERWISE), headers=headers).response
