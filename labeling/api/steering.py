"""How leads steer a running project by program: what is handed out first, by when it is done, newer wordings."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.audit import record
from accounts.models import Scope
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from curation.models import TraitVersion
from labeling.actions.moves import NotNewer, move_pin, open_moves
from labeling.api.batches import NO_SUCH, ItemScenarios
from labeling.api.doors import led_project
from labeling.forms.batches import Finding
from labeling.models import Deadline
from labeling.queue import hurry
from labeling.views.batches import MOST_HURRIED, open_items

routes = Routes(tags=["projects"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)
NO_MOVE = "The project does not pin an older published version of this. See GET …/versions."


class Urgency(Sent):
    """Which open items are handed out first, or no longer."""

    scenarios: ItemScenarios = ItemScenarios.model_validate({})
    is_urgent: bool = True


class Hurried(BaseModel):
    """How many items that changed."""

    changed: int


class DeadlineIn(Sent):
    """By when a project shall be done."""

    due_on: date | None = Field(description="Null for no day.")


class DeadlineShape(BaseModel):
    """By when a project shall be done."""

    due_on: date | None


class MoveShape(BaseModel):
    """A pinned trait of which a newer version is in force."""

    trait: str
    pinned: int
    newer: int
    is_meaning_changed: bool = Field(
        description="Whether judgments under the pinned version would turn stale."
    )
    annotations: int = Field(description="That would stop counting.")
    items: int = Field(description="That would be open again.")


class MoveIn(Sent):
    """By which version the project asks from now on."""

    version: Annotated[
        str, Field(min_length=3, max_length=100, description="As slug@number, from GET …/versions.")
    ]


class Moved(BaseModel):
    """What moving did."""

    annotations: int
    items: int


@routes.post("/projects/{slug:slug}/items/hurry", auth=WRITES, response=Hurried, url_name="items_hurry")
@transaction.atomic
def items_hurry(request: Asking, slug: str, said: Urgency) -> Hurried:
    """Have the open items whose scenarios match handed out first, or no longer; so many at once at most."""
    project = led_project(request, slug)
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in said.scenarios.model_dump().items() if value})
    finding = Finding(data, reader=request.user)
    finding.is_valid()
    unknown = sorted(set(data) - set(finding.asked))
    if unknown:
        raise invalid((f"scenarios.{name}", NO_SUCH) for name in unknown)
    others = open_items(project, finding, request.user).filter(is_urgent=not said.is_urgent)
    ids: list[UUID] = list(others.values_list("pk", flat=True)[:MOST_HURRIED])
    count = hurry(project.pk, ids, is_urgent=said.is_urgent)
    if count:
        act = "items.hurried" if said.is_urgent else "items.put_back"
        record(request, act, project, count=count, query=data.urlencode())
    return Hurried(changed=count)


@routes.put("/projects/{slug:slug}/deadline", auth=WRITES, response=DeadlineShape, url_name="deadline")
@transaction.atomic
def deadline_set(request: Asking, slug: str, said: DeadlineIn) -> DeadlineShape:
    """Say by when a project shall be done, or that there is no such day."""
    project = led_project(request, slug)
    Deadline.objects.create(project=project, due_on=said.due_on, set_by=request.user)
    day = said.due_on.isoformat() if said.due_on else None
    record(request, "project.deadline set", project, due_on=day)
    return DeadlineShape(due_on=said.due_on)


@routes.get("/projects/{slug:slug}/versions", auth=READS, response=list[MoveShape], url_name="moves")
def moves(request: Asking, slug: str) -> list[MoveShape]:
    """List pinned traits of which a newer version is in force, with what moving to it would do."""
    return [
        MoveShape(
            trait=each.newer.trait.slug,
            pinned=each.pin.trait_version.number,
            newer=each.newer.number,
            is_meaning_changed=each.is_meaning_changed,
            annotations=each.stale.annotations,
            items=each.stale.items,
        )
        for each in open_moves(led_project(request, slug))
    ]


@routes.post("/projects/{slug:slug}/versions", auth=WRITES, response=Moved, url_name="moves")
def version_move(request: Asking, slug: str, said: MoveIn) -> Moved:
    """Have a project ask by a newer version from now on. Labels under another meaning stop counting, and stay."""
    project = led_project(request, slug)
    offered: dict[str, TraitVersion] = {str(each.newer): each.newer for each in open_moves(project)}
    version = offered.get(said.version)
    if version is None:
        raise invalid([("version", NO_MOVE)])
    try:
        stale = move_pin(project, version, actor=request)
    except NotNewer as error:
        raise Problem(409, "not_newer", NO_MOVE) from error
    return Moved(annotations=stale.annotations, items=stale.items)
