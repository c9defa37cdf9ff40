"""Items of a project, for those who lead it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import StreamingHttpResponse
from ninja import Query
from pydantic import BaseModel

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.lines import Line, lines_of, ndjson, plain
from config.rest.paging import Page, Paging, page_of
from config.rest.routes import Routes
from labeling.api.doors import led_project
from labeling.models import Item, ItemResponse

routes = Routes(tags=["projects"])
READS = needs(Scope.READ, in_projects=True)


class ItemShape(BaseModel):
    """A scenario with the responses to judge, in canonical order."""

    id: UUID
    scenario: UUID
    responses: list[UUID]
    needed: int
    taken: int
    is_urgent: bool
    created_at: datetime


def columns() -> dict[str, Any]:
    """Return what is sent of an item."""
    places = ItemResponse.objects.filter(item=OuterRef("pk")).order_by("place")
    own = plain("id", "scenario", "needed", "taken", "is_urgent", "created_at")
    return {**own, "responses": ArraySubquery(places.values("response"))}


def item_shape(item: Item) -> ItemShape:
    """Return an item as it is sent."""
    return ItemShape.model_validate(item.line)  # type: ignore[attr-defined]  # Annotated by its query.


@routes.get("/projects/{slug:slug}/items", auth=READS, response=Page[ItemShape], url_name="items")
def items(request: Asking, slug: str, asked: Query[Paging]) -> Page[ItemShape]:
    """List the items of a project that this person leads, newest first."""
    found = led_project(request, slug).items.only("pk").annotate(line=Line(**columns()).loaded)
    return page_of(found, asked, item_shape)


@routes.get(
    "/projects/{slug:slug}/items.ndjson",
    auth=READS,
    url_name="items_stream",
    openapi_extra=ndjson("ItemShape"),
)
def items_stream(request: Asking, slug: str) -> StreamingHttpResponse:
    """Stream the items of a project that this person leads, oldest first, one JSON object a line."""
    return lines_of(led_project(request, slug).items.all(), **columns())
