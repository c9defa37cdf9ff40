"""Long lists as newline-delimited JSON: one snapshot, read through a server-side cursor, never held in memory."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Expression, F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.http import StreamingHttpResponse

MEDIA_TYPE = "application/x-ndjson"
CHUNK = 1000


class Line(Func):
    """A JSON object, as text that PostgreSQL does not take apart again: half the price of `JSONObject`."""

    function = "json_build_object"
    output_field = JSONField()

    def __init__(self, **columns: Any) -> None:
        pairs = ((Cast(Value(name), TextField()), each) for name, each in columns.items())
        super().__init__(*(each for pair in pairs for each in pair))

    @property
    def loaded(self) -> Cast:
        """The same for a query whose rows are read here."""
        return Cast(self, JSONField())


class Written(Func):
    """The same object as text, put together from pieces that are JSON already: cheaper than `Line`, which looks at types."""

    function = "concat"
    output_field = TextField()

    def __init__(self, **pieces: Any) -> None:
        starts = ("{" if not number else ", " for number in range(len(pieces)))
        names = (f'{start}"{name}" : ' for start, name in zip(starts, pieces, strict=True))
        pairs = (
            (Cast(Value(name), TextField()), each) for name, each in zip(names, pieces.values(), strict=True)
        )
        super().__init__(*(each for pair in pairs for each in pair), Cast(Value("}"), TextField()))

    @property
    def loaded(self) -> Cast:
        """The same for a query whose rows are read here."""
        return Cast(self, JSONField())


class Listed(Func):
    """Pieces from a subquery as one JSON array."""

    template = "concat('[', array_to_string(%(expressions)s, ','), ']')"
    output_field = TextField()
    arity = 1


def bare(name: str) -> Coalesce:
    """Return a number or a truth as a piece of JSON; null where there is none."""
    return Coalesce(Cast(F(name), TextField()), Value("null"))


def quoted(name: str) -> Func:
    """Return what needs no escaping, as ids and choices, as a piece of JSON."""
    mark = Cast(Value('"'), TextField())
    return Func(mark, F(name), mark, function="concat", output_field=TextField())


def spoken(name: str) -> Cast:
    """Return what is no number, truth or id as a piece of JSON; never null."""
    return Cast(Func(F(name), function="to_json", output_field=JSONField()), TextField())


def plain(*names: str) -> dict[str, F]:
    """Return columns that are sent under their own names."""
    return {name: F(name) for name in names}


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
        columns: what is sent, by name.
    """
    return stream_of(rows, Cast(Line(**columns), TextField()))


def stream_of(rows: "QuerySet[Any]", line: Expression) -> StreamingHttpResponse:
    """Return an answer with one line for each row, oldest first.

    Args:
        rows: in any order.
        line: a row's line as text.
    """
    found = rows.order_by("pk").values_list(line, flat=True)
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
