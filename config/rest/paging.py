"""Pages of long lists, found by key: as quick at the end as at the start, and nothing is ever counted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.rest.bodies import NUL
from config.rest.problems import invalid

Row = TypeVar("Row", bound=Model)
Shape = TypeVar("Shape")
BAD_CURSOR = "This is no cursor of this list. Take it from next_cursor of the page before, or leave it out."


class Sent(BaseModel):
    """What programs send: fields that nobody knows are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def can_be_stored(cls, value: Any) -> Any:
        """Refuse what no column holds; bodies were looked through before, addresses were not."""
        if isinstance(value, dict) and any(isinstance(each, str) and "\0" in each for each in value.values()):
            raise ValueError(NUL)
        return value


class Paging(Sent):
    """Where in a list, and how much of it."""

    cursor: str = Field("", max_length=200, description="next_cursor of the page before.")
    limit: int = Field(50, ge=1, le=200, description="How many rows at most.")


class Page(BaseModel, Generic[Shape]):
    """A part of a list, newest first unless said otherwise."""

    data: list[Shape]
    next_cursor: str | None = Field(description="Where the list goes on; null at its end.")


def page_of(
    rows: "QuerySet[Row]", asked: Paging, shape: Callable[[Row], Shape], *, ascending: bool = False
) -> Page[Shape]:
    """Return a page of rows in the order of their keys.

    Args:
        rows: in any order.
        asked: where and how much.
        shape: turns a row into what is sent.
        ascending: oldest first.

    Raises:
        Problem: the cursor is none.
    """
    if asked.cursor:
        rows = rows.filter(**{"pk__gt" if ascending else "pk__lt": key_of(rows, asked.cursor)})
    found = list(rows.order_by("pk" if ascending else "-pk")[: asked.limit + 1])
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return Page(data=[shape(row) for row in shown], next_cursor=cursor_of(shown[-1].pk) if more else None)


def cursor_of(key: Any) -> str:
    """Return the cursor that stands for a row's key."""
    return urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def key_of(rows: "QuerySet[Row]", cursor: str) -> Any:
    """Return the key that a cursor stands for.

    Raises:
        Problem: it stands for none.
    """
    field = rows.model._meta.pk
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        key = field.to_python(text)
        field.run_validators(key)
    except (ValueError, ValidationError):
        raise invalid([("cursor", BAD_CURSOR)]) from None
    return key
