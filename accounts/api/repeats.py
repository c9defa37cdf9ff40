"""Requests that may come again: under one idempotency key they have one effect and one answer."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar

import orjson
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from ninja import Status
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from accounts.api.asking import Asking
from accounts.models import KeptAnswer
from config.rest.problems import Problem, invalid

KEPT = timedelta(hours=24)
LONGEST_KEY = 200
CHUNK = 1024 * 1024
BAD_KEY = f"Send 1 to {LONGEST_KEY} letters, digits and signs, best a fresh UUID."
OTHER_BODY = "This Idempotency-Key was used for another request. Make a fresh one for each thing you want."

HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same request again under the same key answers the same, and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}

P = ParamSpec("P")
Shape = TypeVar("Shape", bound=BaseModel)
View = Callable[Concatenate[Asking, P], Status[Shape]]


def once(view: View[P, Shape]) -> Callable[Concatenate[Asking, P], HttpResponse]:
    """Let a view that creates something answer the same request again with what it answered first.

    Without the header Idempotency-Key each request is a new one. What failed is not kept: it may be tried again.
    """

    @wraps(view)
    def kept(request: Asking, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return answer(*plain(view(request, *args, **kwargs)))
        if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
            raise invalid([("Idempotency-Key", BAD_KEY)])
        KeptAnswer.objects.filter(created_at__lt=Now() - KEPT).delete()
        with transaction.atomic():
            body_sha256 = digest(request)
            if not is_first(request, key, body_sha256):
                return repeated(request, key, body_sha256)
            status, body = plain(view(request, *args, **kwargs))
            mine = KeptAnswer.objects.filter(token=request.auth.token_id, key=key)
            mine.update(status=status, body=body)
        return answer(status, body)

    contribute_operation_callback(kept, describe)
    return kept


def describe(operation: Operation) -> None:
    """Name the header in the OpenAPI document."""
    said = operation.openapi_extra or {}
    operation.openapi_extra = {**said, "parameters": [*said.get("parameters", []), HEADER]}


def is_first(request: Asking, key: str, body_sha256: str) -> bool:
    """Write down that a request came; False when it had come before. Waits while the first one is at work."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO accounts_keptanswer (token_id, key, body_sha256, status, body, created_at)
            VALUES (%s, %s, %s, 0, '', now()) ON CONFLICT (token_id, key) DO NOTHING""",
            [request.auth.token_id, key, body_sha256],
        )
        return bool(cursor.rowcount)


def repeated(request: Asking, key: str, body_sha256: str) -> HttpResponse:
    """Return what was answered first.

    Raises:
        Problem: the first request was another one.
    """
    found = KeptAnswer.objects.get(token=request.auth.token_id, key=key)
    if found.body_sha256 != body_sha256:
        raise Problem(422, "idempotency_key_reused", OTHER_BODY, errors=[("Idempotency-Key", OTHER_BODY)])
    return answer(found.status, found.body, **{"Idempotent-Replayed": "true"})


def plain(result: Status[Shape]) -> tuple[int, str]:
    """Return status and body as they are sent and kept."""
    # As every other answer is written, so that the same object looks the same wherever it comes from.
    body = orjson.dumps(result.value.model_dump(), option=orjson.OPT_NON_STR_KEYS)
    return result.status_code, body.decode()


def answer(status: int, body: str, **headers: str) -> HttpResponse:
    """Return an answer."""
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8", headers=headers)


def digest(request: HttpRequest) -> str:
    """Return the sha256 of what a request asks for; of uploads without the boundaries, which are drawn each time."""
    summed = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for part in parts(request):
        summed.update(sha256(part).digest())
    return summed.hexdigest()


def parts(request: HttpRequest) -> Iterator[bytes]:
    """Yield what stands in a body."""
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode("utf-8", "replace")
    for name, file in sorted(request.FILES.items()):
        yield repr((name, getattr(file, "name", ""))).encode("utf-8", "replace")
        yield from file.chunks(CHUNK)  # type: ignore[union-attr]  # The stubs allow lists of files.
        file.seek(0)  # type: ignore[union-attr]
