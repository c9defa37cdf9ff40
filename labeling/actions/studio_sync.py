"""Fetches what was answered in Label Studio: one snapshot, read page by page, nothing in it trusted."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.audit import record
from curation.sources.base import Limits, Problem, Record, SourceError
from curation.sources.jsons import json_array_records
from curation.sources.opening import open_source
from labeling.actions.studio_answers import COUNTED, Reading, Said, said_in
from labeling.actions.studio_send import note_numbers, uuid_of
from labeling.actions.studios import lose, said_to_people, studio_of
from labeling.label_studio.client import MOST_SNAPSHOT_BYTES, our_id
from labeling.models import LabelStudio, LabelStudioAnswer, LabelStudioRun, LabelStudioTask
from runs.words import say
from runs.work import RunFailed, Work

PAGE = 50
MOST_ANNOTATIONS = 500
LARGEST = 2**53
"""Up to here a float holds every whole number."""
NOT_SENT = say("Nothing was sent yet, so there is nothing to fetch. Send the project first.")
FOREIGN = "Tasks that Arete did not send were passed over."
REPEATED = "A task of ours is there twice; the first one was read."
TASK_GONE = "The task was deleted there. What it brought before is kept."
ANSWER_GONE = "The answer was deleted there. What it brought before is kept."
DRAFTS = "Drafts that nobody submitted there stay there."
UNREADABLE = "A task of the snapshot can’t be read: {reason}."


def run_sync(work: Work) -> dict[str, Any]:
    """Take over what was answered there. Doing it again changes nothing."""
    exchange = LabelStudioRun.objects.select_related("connection__project", "connection__secret").get(
        run=work.run
    )
    connection = exchange.connection
    if connection.label_studio_id is None:
        raise RunFailed(NOT_SENT)
    begin(exchange)
    folder = Path(settings.DATA_DIR) / "label_studio"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as place:
        target = Path(place) / "snapshot.json"
        with said_to_people(), studio_of(connection) as studio:
            studio.project(connection.label_studio_id)
            studio.snapshot(connection.label_studio_id, f"Arete {work.run.pk}", target)
        try:
            seen = read_snapshot(work, exchange, target)
        except SourceError as error:
            raise RunFailed(
                say("The snapshot can’t be read: {error} Nothing is lost.", error=error)
            ) from error
    with transaction.atomic():
        finish(work, exchange, seen)
    return {name: getattr(exchange, name) for name in COUNTED}


def begin(exchange: LabelStudioRun) -> None:
    """Count anew: an attempt goes through everything again, and what is known already changes nothing."""
    LabelStudioRun.objects.filter(pk=exchange.pk).update(tasks=0, answers=0, **dict.fromkeys(COUNTED, 0))
    exchange.losses.all().delete()


def read_snapshot(work: Work, exchange: LabelStudioRun, path: Path) -> dict[UUID, int | None]:
    """Take over the answers of a snapshot, page by page.

    Returns:
        The number there of each of our tasks that is there.

    Raises:
        SourceError: it is no snapshot.
    """
    limits = Limits(max_decoded_bytes=MOST_SNAPSHOT_BYTES)
    found: dict[UUID, int | None] = {}
    with open_source(path, limits) as stream:
        if not stream.is_array:
            raise SourceError("it is no list of tasks.")
        records = json_array_records(stream, limits)
        while page := list(islice(records, PAGE)):
            with transaction.atomic():
                # Two syncs of one project, one of them abandoned and still alive, take turns.
                LabelStudio.objects.select_for_update().get(pk=exchange.connection_id)
                take_page(exchange, page, found)
                work.checkpoint(work.run.done + len(page))
    note_numbers(exchange.connection, found)
    return found


def take_page(
    exchange: LabelStudioRun, page: Sequence[Record | Problem], found: dict[UUID, int | None]
) -> None:
    """Take over the answers of some tasks."""
    known = []
    for each in page:
        if isinstance(each, Problem):
            lose(exchange, "snapshot", UNREADABLE.format(reason=each.reason))
        else:
            fields = whole(each.fields)
            known.append((fields, uuid_of(our_id(fields))))
    ours = exchange.connection.tasks.select_related("item__scenario", "item__project").in_bulk(
        [pk for _, pk in known if pk]
    )
    for fields, pk in known:
        task = ours.get(pk) if pk else None
        if task is None:
            lose(exchange, "tasks", FOREIGN)
        elif task.pk in found:
            lose(exchange, "tasks", REPEATED, example=task.item_id)
        else:
            found[task.pk] = number_in(fields)
            take_task(exchange, task, fields)
    LabelStudioRun.objects.filter(pk=exchange.pk).update(tasks=F("tasks") + len(page))


def whole(value: Any) -> Any:
    """Return JSON in which whole numbers are such: the reader of large files makes floats of all."""
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        return int(value)
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    return [whole(each) for each in value] if isinstance(value, list) else value


def take_task(exchange: LabelStudioRun, task: LabelStudioTask, fields: dict[str, object]) -> None:
    """Take over the answers to one task."""
    if fields.get("drafts"):
        lose(exchange, "drafts", DRAFTS, example=task.item_id)
    annotations = list(annotations_in(fields))
    if not annotations and not task.answers.exists():
        return
    reading = Reading(exchange, task)
    for said in latest(reading, annotations):
        reading.take(said)
    reading.finish()


def annotations_in(fields: dict[str, object]) -> Iterator[dict[str, Any]]:
    """Yield the annotations of a task, as far as they are any."""
    listed = fields.get("annotations")
    for each in listed[:MOST_ANNOTATIONS] if isinstance(listed, list) else ():
        if isinstance(each, dict):
            yield each


def latest(reading: Reading, annotations: Iterable[dict[str, Any]]) -> list[Said]:
    """Return the newest answer of each person; earlier ones are named in the report."""
    newest: dict[str, Said] = {}
    for annotation in annotations:
        said = said_in(annotation)
        if said is None:
            reading.lose("annotation", "An annotation says nothing about who made it.")
            continue
        if said.was_skipped:
            reading.lose("skipped", "Somebody skipped the task there.")
            continue
        earlier = newest.get(said.email)
        if earlier:
            reading.lose(
                "annotation", "Somebody answered a task more than once; the latest answer was taken."
            )
        if not earlier or said.order > earlier.order:
            newest[said.email] = said
    return list(newest.values())


def number_in(fields: dict[str, object]) -> int | None:
    """Return the number of a task there; None when it has none that could be one."""
    number = fields.get("id")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63
    return number if is_number and isinstance(number, int) else None


def finish(work: Work, exchange: LabelStudioRun, seen: dict[UUID, int | None]) -> None:
    """Note what is gone there, and close the exchange."""
    connection, now = exchange.connection, timezone.now()
    gone = connection.tasks.exclude(label_studio_id=None).exclude(pk__in=seen)
    for item_id in gone.values_list("item_id", flat=True):
        lose(exchange, "tasks", TASK_GONE, example=item_id)
    gone.filter(gone_at=None).update(gone_at=now)
    answers = LabelStudioAnswer.objects.filter(task__connection=connection, task__in=seen)
    for item_id in answers.exclude(gone_at=None).values_list("task__item_id", flat=True):
        lose(exchange, "answers", ANSWER_GONE, example=item_id)
    LabelStudioRun.objects.filter(pk=exchange.pk).update(completed_at=now)
    exchange.refresh_from_db()
    counts = {name: getattr(exchange, name) for name in COUNTED}
    record(work.run.created_by, "label_studio.synced", connection, project=connection.project.slug, **counts)
    work.log(
        say(
            "{answers} answers: {created} new, {revised} changed, {unchanged} as before, {waiting} wait, "
            "{conflicts} in conflict, {unusable} can’t be used.",
            answers=f"{exchange.answers:,}",
            **{name: f"{count:,}" for name, count in counts.items()},
        )
    )
