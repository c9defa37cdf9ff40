"""Rows of a file that become items of a project."""

import random
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain, count
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7_bytes
from curation.actions import importing
from curation.actions.copying import copy_in, rows_with
from curation.actions.fetching import Dataset, start_fetch
from curation.actions.importing import Into, Plan, perform_import
from curation.actions.imports import Stored, store
from curation.arriving import Arrival, Form, Kept, Key
from curation.models import Import
from labeling.actions.measuring import start_measurement
from labeling.actions.outside import keep_verdicts
from labeling.identity import item_sha256
from labeling.models import Item, ItemResponse, Project, ProjectImport
from labeling.queue import reserve_positions
from runs.work import Work

KIND = "labeling.import"
COMPARED = 2
"""How many responses an item of a project holds."""


class NewItem(NamedTuple):
    """An item that the project does not have yet."""

    id: Key
    content_sha256: str
    arrival: Arrival
    stored: Stored
    order: tuple[int, ...]
    """Places in the source by place in the canonical order."""


def start_import(project: Project, plan: Plan, *, created_by: User | None = None) -> Import:
    """Write down that a file is to be imported into a project; a worker reads it."""
    return bring_file(project, plan, created_by=created_by)


@transaction.atomic
def bring_file(project: Project | None, plan: Plan, *, created_by: User | None) -> Import:
    """Write down that a file is to be imported, into a project if there is one.

    It waits when neither a source nor a mapping says which column is what.
    """
    bring = importing.start_import if plan.source or plan.mapping else importing.park_import
    return aimed(project, bring(plan, kind=kind_for(project), created_by=created_by))


@transaction.atomic
def bring_dataset(
    project: Project | None, dataset: Dataset, plan: Plan, *, created_by: User | None
) -> Import:
    """Write down that a dataset is to be fetched and imported, into a project if there is one."""
    return aimed(project, start_fetch(dataset, plan, kind=kind_for(project), created_by=created_by))


def kind_for(project: Project | None) -> str:
    """Return which kind of run imports."""
    return KIND if project else importing.KIND


def aimed(project: Project | None, origin: Import) -> Import:
    """Write down into which project an import goes."""
    if project:
        ProjectImport.objects.create(project=project, import_run=origin)
    return origin


def run_import(work: Work) -> dict[str, Any]:
    """Import scenarios and responses, make an item of each row, and keep what people said about it elsewhere."""
    rows = ProjectImport.objects.select_related("project", "import_run")
    target = rows.get(import_run__run=work.run)
    result = perform_import(work, into_project(target))
    target.refresh_from_db(fields=["verdicts"])
    if target.verdicts:
        start_measurement(target.project)
    return result


def bring_items(target: ProjectImport, arrivals: Sequence[Arrival], form: Form) -> Kept:
    """Make items of rows, and keep each verdict that came with them."""
    kept = add_items(target.project, arrivals, form)
    keep_verdicts(target, [(identity(each), each) for each in arrivals if each.votes or each.losses])
    return kept


def into_project(target: ProjectImport) -> Into:
    """Return the way of rows into a project."""
    return Into(partial(bring_items, target), COMPARED)


def fewest_responses(*, has_project: bool) -> int:
    """Return how many responses a row must bring."""
    return COMPARED if has_project else 0


def add_items(project: Project, arrivals: Sequence[Arrival], form: Form) -> Kept:
    """Make items of the rows that the project does not have yet, at the end of its queue."""
    by_hash = {identity(each): each for each in reversed(arrivals)}
    known = rows_with(Item, "content_sha256", by_hash).filter(project=project)
    for sha in known.values_list("content_sha256", flat=True):
        del by_hash[sha]
    fresh = dict(reversed(by_hash.items()))
    stored = store(list(fresh.values()), form)
    items = [
        NewItem(item_id, sha, each, places, draw_order(each))
        for item_id, (sha, each), places in zip(uuid7_bytes(len(fresh)), fresh.items(), stored, strict=True)
    ]
    copy_items(project, items)
    return Kept(sum(each.lines for each in fresh.values()))


def identity(arrival: Arrival) -> str:
    """Return the hash of a row's item."""
    return item_sha256(
        arrival.content_sha256, [arrival.response_sha256[index] for index in compared(arrival)]
    )


def compared(arrival: Arrival) -> list[int]:
    """Return which of a row's responses its item compares: two, chosen by their hashes when there are more.

    The same row gives the same item each time, and what the hashes choose says nothing about the texts.
    """
    hashes = arrival.response_sha256
    return sorted(range(len(hashes)), key=hashes.__getitem__)[:COMPARED]


def draw_order(arrival: Arrival) -> tuple[int, ...]:
    """Draw the canonical order of an item's responses, so that being first says nothing about the source."""
    order = compared(arrival)
    random.shuffle(order)
    return tuple(order)


def copy_items(project: Project, items: Sequence[NewItem]) -> None:
    """Insert items and the places of their responses."""
    if not items:
        return
    positions = count(reserve_positions(project.pk, len(items)))
    copy_in(
        Item,
        ("id", "scenario_id", "position", "content_sha256", "source_preference"),
        (
            (each.id, each.stored.scenario_id, position, each.content_sha256, source_preference(each))
            for each, position in zip(items, positions, strict=False)
        ),
        {
            "project_id": project.pk,
            "needed": project.overlap,
            "taken": 0,
            "is_gold": False,
            "created_at": timezone.now(),
        },
    )
    copy_in(ItemResponse, ("place", "item_id", "response_id"), chain.from_iterable(map(places, items)))


def places(item: NewItem) -> Iterable[tuple[int, Key, Key]]:
    """Yield the columns of an item's places: place, item, response."""
    for place, index in enumerate(item.order):
        yield place, item.id, item.stored.response_ids[index]


def source_preference(item: NewItem) -> int | None:
    """Return which response the source prefers, in canonical order: -1 the first, 1 the second.

    None when it prefers neither, or a response that the item doesn't hold.
    """
    preferred = item.arrival.preferred
    if preferred not in item.order:
        return None
    return -1 if item.order[0] == preferred else 1
