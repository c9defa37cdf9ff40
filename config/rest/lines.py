"""Long lists as newline-delimited JSON: one snapshot, read through a server-side cursor, never held in memory."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.http import StreamingHttpResponse

MEDIA_TYPE = "application/x-ndjson"
CHUNK = 1000


def ndjson(shape: str) -> dict[str, Any]:
    """Return how a stream stands in the OpenAPI document.

    Args:
        shape: what each of its lines is.
    """
    content = {MEDIA_TYPE: {"schema": {"type": "string"}}}
    return {"responses": {200: {"description": f"One {shape} a line", "content": content}}}


def lines_of(rows: "QuerySet[Any]", **columns: Any) -> StreamingHttpResponse:
    """Return an answer with one line for each row, oldest first.

    The database writes the JSON: shaping each row here would cost ten times as much.

    Args:
        rows: in any order.
        columns: what is sent, as `JSONObject` takes it.
    """
    found = rows.order_by("pk").values_list(Cast(JSONObject(**columns), TextField()), flat=True)
    answer = StreamingHttpResponse(chunks(found), content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def chunks(found: "QuerySet[Any, Any]") -> Iterator[bytes]:
    """Yield lines, many at a time."""
    # In a transaction the cursor reads as it goes; outside of one the database would first write all of it aside.
    with transaction.atomic():
        waiting: list[str] = []
        for line in found.iterator(chunk_size=CHUNK):
            waiting.append(line)
            if len(waiting) == CHUNK:
                yield joined(waiting)
                waiting = []
        if waiting:
            yield joined(waiting)


def joined(lines: list[str]) -> bytes:
    """Return lines as they are sent."""
    return ("\n".join(lines) + "\n").encode()
