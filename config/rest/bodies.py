"""Bodies of requests, read strictly: JSON alone, not too long, not too deep, and no character that can't be stored."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.http import HttpRequest
from ninja.parser import Parser

from config.rest.problems import Problem, invalid

MOST_BYTES = 2 * 1024 * 1024
DEEPEST = 12
TOO_LARGE = (
    f"A body may hold {MOST_BYTES // 1024 // 1024} MB. Send less at once, or upload a file as an import."
)
NO_JSON = "Send the body as JSON, with the header “Content-Type: application/json”."
NUL = "The character U+0000 can't be stored. Take it out."


class StrictParser(Parser):
    """Reads what a program sent."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the JSON value of a body.

        Raises:
            Problem: it is no JSON, too deep, too long, or holds what can't be stored.
        """
        if request.content_type != "application/json":
            raise Problem(415, "unsupported_media_type", NO_JSON)
        if len(request.body) > MOST_BYTES:
            raise too_large()
        try:
            value = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            detail = f"The body is no JSON that can be read: {error}. Correct it, then send it again."
            raise Problem(400, "malformed_json", detail) from error
        check(value)
        return value


def too_large() -> Problem:
    """Return the problem of a body that is too long."""
    return Problem(413, "too_large", TOO_LARGE)


def check(value: Any) -> None:
    """Look through a JSON value.

    Raises:
        Problem: it is too deep, or a text holds a NUL.
    """
    for path, depth, text in walk(value):
        if depth > DEEPEST:
            detail = f"The body nests deeper than {DEEPEST} levels. No request needs that: flatten it."
            raise Problem(422, "too_deep", detail)
        if "\0" in text:
            raise invalid([(path or "body", NUL)])


def walk(value: Any) -> Iterator[tuple[str, int, str]]:
    """Yield path, depth and text of every value; the text is empty for what is none. Without recursion."""
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    while waiting:
        path, depth, each = waiting.pop()
        yield path, depth, each if isinstance(each, str) else ""
        if depth > DEEPEST:
            return
        if isinstance(each, dict):
            for name, inner in each.items():
                yield path, depth, name
                waiting.append((f"{path}.{name}".lstrip("."), depth + 1, inner))
        elif isinstance(each, list):
            waiting += [
                (f"{path}.{number}".lstrip("."), depth + 1, inner) for number, inner in enumerate(each)
            ]
