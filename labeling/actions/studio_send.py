"""Sends a project to Label Studio: its questions as a labeling interface, its items as tasks."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.audit import record
from curation.actions.rendering import render_responses
from curation.models import Criterion, Family, Response
from labeling.actions.studios import lose, said_to_people, studio_of
from labeling.definitions import definitions
from labeling.label_studio import mapping
from labeling.label_studio.client import Studio
from labeling.label_studio.config import Shown, label_config, task_of
from labeling.label_studio.controls import Layout
from labeling.label_studio.sdk import BadConfig, SdkMissing
from labeling.models import (
    Annotation,
    Assignment,
    Item,
    LabelStudio,
    LabelStudioRun,
    LabelStudioTask,
    Project,
)
from labeling.questions import Question
from labeling.resubmission import answers_of
from labeling.submission import LETTERS
from runs.words import say, told_by
from runs.work import NeedsAttention, RunFailed, Work

CHUNK = 50
MOST_RUBRIC = 60
LONGEST_TITLE = 50
MARKER = "Arete {pk}"
JUDGES = "judges"
PEOPLE = "people"
NOTHING = say("The project has no items that may be sent. Make items first.")
HELD_OUT = "Items of scenarios outside of the pool TRAIN stayed here."
LARGER = "Items with more responses or criteria than fit into the interface that was sent stayed here. Begin anew to send them."
LONG_RUBRIC = "Items whose rubric has more than 60 criteria stayed here."
OTHER_VERSIONS = say(
    "The project has moved to other wordings of its traits since it was sent. Press “Begin anew”, then send: what came "
    "back before is kept."
)
CHANGED_THERE = (
    "The labeling interface was changed there. Answers to what we did not ask can’t be carried over."
)

Check = Callable[[str, dict[str, Any]], None]
"""Looks at a labeling interface and a task for it."""

_RUBRIC = """
SELECT k.id FROM (
    SELECT c.id, false AS is_shared, c.position FROM curation_criterion c
    WHERE c.scenario_id = %(scenario)s AND c.state = 'published'
    UNION ALL
    SELECT c.id, true, c.position FROM curation_proposal o JOIN curation_criterion c ON c.id = o.criterion_id
    WHERE o.scenario_id = %(scenario)s AND o.state = 'attached' AND c.state = 'published'
) k ORDER BY k.is_shared, k.position, k.id
"""


def run_send(work: Work, check: Check) -> dict[str, Any]:
    """Send what is not there yet. Doing it again changes nothing.

    Args:
        work: one attempt.
        check: the SDK's, or a test's.
    """
    exchange = LabelStudioRun.objects.select_related("connection__project", "connection__secret").get(
        run=work.run
    )
    sending = Sending(work, exchange)
    with said_to_people(), studio_of(exchange.connection) as studio:
        sending.prepare(check)
        sending.place(studio)
        sending.send(studio)
    with transaction.atomic():
        LabelStudioRun.objects.filter(pk=exchange.pk).update(tasks=sending.sent, completed_at=timezone.now())
        project = exchange.connection.project
        record(
            work.run.created_by,
            "label_studio.sent",
            exchange.connection,
            project=project.slug,
            tasks=sending.sent,
        )
    return {"tasks": sending.sent}


class Sending:
    """One attempt to have a project's items as tasks in Label Studio."""

    def __init__(self, work: Work, exchange: LabelStudioRun) -> None:
        self.work, self.exchange = work, exchange
        self.connection: LabelStudio = exchange.connection
        self.project: Project = self.connection.project
        self.sent = 0
        exchange.losses.all().delete()

    def prepare(self, check: Check) -> None:
        """Decide what is asked there, have it checked, and give each item its task."""
        pinned = list(self.project.pins.values_list("trait_version_id", flat=True))
        if not self.connection.config:
            self._decide(pinned)
        elif pinned != self.connection.trait_versions:
            raise NeedsAttention(OTHER_VERSIONS)
        layout = layout_of(self.connection)
        first = self._items().first()
        if first is None and not self.connection.tasks.exists():
            raise RunFailed(NOTHING)
        self._add_tasks()
        example = self.connection.tasks.select_related("item__scenario").order_by("pk").first()
        if example is None:
            raise RunFailed(NOTHING)
        try:
            check(self.connection.config, task_of(shown_in(example), layout))
        except (SdkMissing, BadConfig) as error:
            raise RunFailed(told_by(error)) from error

    def _decide(self, pinned: list[UUID]) -> None:
        items = self.project.items.annotate(size=Count("places")).order_by("-size")
        self.connection.size = items.values_list("size", flat=True).first() or 0
        self.connection.trait_versions = pinned
        self.connection.rubric = self._longest_rubric()
        self.connection.config = label_config(layout_of(self.connection))
        LabelStudio.objects.filter(pk=self.connection.pk).update(
            size=self.connection.size,
            trait_versions=pinned,
            rubric=self.connection.rubric,
            config=self.connection.config,
        )

    def _longest_rubric(self) -> int:
        if Question.CRITERIA not in self.project.questions:
            return 0
        scenarios = self.project.items.order_by().values_list("scenario_id", flat=True).distinct()
        return min(MOST_RUBRIC, max((len(rubric_of(pk)) for pk in scenarios), default=0))

    def _items(self) -> "QuerySet[Item]":
        """Items that have no task yet and may go."""
        there = LabelStudioTask.objects.filter(connection=self.connection, item=OuterRef("pk"))
        items = self.project.items.filter(~Exists(there)).order_by("position")
        if self.exchange.with_held_out:
            return items
        return items.filter(scenario__family__pool=Family.Pool.TRAIN)

    def _add_tasks(self) -> None:
        """Give each item that may go a task, with an order of its responses."""
        if not self.exchange.with_held_out:
            for pk in self.project.items.exclude(scenario__family__pool=Family.Pool.TRAIN).values_list(
                "pk", flat=True
            ):
                lose(self.exchange, "items", HELD_OUT, example=pk)
        passed = set[UUID]()
        while items := list(self._items().exclude(pk__in=passed)[:CHUNK]):
            with transaction.atomic():
                tasks = [task for item in items if (task := self._task(item))]
                LabelStudioTask.objects.bulk_create(tasks, ignore_conflicts=True)
                self.work.checkpoint(0)
            passed |= {item.pk for item in items} - {task.item_id for task in tasks}

    def _task(self, item: Item) -> LabelStudioTask | None:
        places = list(item.places.values_list("place", flat=True))
        criteria = rubric_of(item.scenario_id) if Question.CRITERIA in self.project.questions else []
        if len(places) > self.connection.size or len(criteria) > self.connection.rubric:
            lose(
                self.exchange,
                "items",
                LARGER if len(criteria) <= MOST_RUBRIC else LONG_RUBRIC,
                example=item.pk,
            )
            return None
        random.shuffle(places)
        return LabelStudioTask(connection=self.connection, item=item, order_shown=places, criteria=criteria)

    def place(self, studio: Studio) -> None:
        """Have a project there that asks what we ask."""
        number = self.connection.label_studio_id
        if number is None:
            marker = MARKER.format(pk=self.connection.pk)
            # An answer that was lost on its way here must not make a second project.
            number = studio.find_project(marker) or studio.create_project(self._facts(marker))
            LabelStudio.objects.filter(pk=self.connection.pk).update(label_studio_id=number)
            self.connection.label_studio_id = number
            self.work.log(say("It is project {number} there.", number=number))
        said = studio.project(number)
        if said.get("label_config") != self.connection.config:
            lose(self.exchange, "interface", CHANGED_THERE)

    def _facts(self, marker: str) -> dict[str, Any]:
        title = self.project.name[:LONGEST_TITLE]
        return {
            "title": title if len(title) >= 3 else f"{title} (Arete)",
            "description": f"{marker}: sent from Arete. Answers go back there; leave this line as it is.",
            "label_config": self.connection.config,
            # Allow-listed when the guidelines were saved.
            "expert_instruction": self.project.guidelines_html,
            "show_instruction": bool(self.project.guidelines_html),
            "maximum_annotations": self.project.overlap,
            "show_collab_predictions": bool(self.exchange.predictions),
            "enable_empty_annotation": False,
        }

    def send(self, studio: Studio) -> None:
        """Add the tasks that are not there, and write down the numbers of those that are."""
        number = self.connection.label_studio_id
        assert number is not None  # noqa: S101 - `place` came before, and this tells the type checker.
        there = self._noted(studio, number)
        missing = self.connection.tasks.exclude(pk__in=there).order_by("pk")
        total = self.connection.tasks.count()
        while tasks := list(
            missing.filter(label_studio_id=None, gone_at=None)[self.sent : self.sent + CHUNK]
        ):
            studio.add_tasks(number, [self._written(task) for task in tasks])
            self.sent += len(tasks)
            self.work.checkpoint(len(there) + self.sent, total=total)
        if self.sent:
            self._noted(studio, number)
        self.work.log(
            say("{sent} tasks were sent; {there} were there.", sent=f"{self.sent:,}", there=f"{len(there):,}")
        )

    def _noted(self, studio: Studio, number: int) -> set[UUID]:
        """Write down which task there is which of ours."""
        found: dict[UUID, int | None] = {}
        ours = set(self.connection.tasks.values_list("pk", flat=True))
        for count, (there, said) in enumerate(studio.tasks(number)):
            pk = uuid_of(said)
            if pk in ours and pk not in found:
                found[pk] = there
            if count % 100 == 0:
                self.work.checkpoint(0)
        note_numbers(self.connection, found)
        return set(found)

    def _written(self, task: LabelStudioTask) -> dict[str, Any]:
        layout = layout_of(self.connection)
        written = task_of(shown_in(task), layout)
        if self.exchange.predictions:
            written["predictions"] = self._predictions(task, layout)
        return written

    def _predictions(self, task: LabelStudioTask, layout: Layout) -> list[dict[str, Any]]:
        """What others answered, without a word about who they are."""
        rows = Annotation.objects.in_force().made().filter(assignment__item=task.item_id).order_by("digest")
        is_judges = self.exchange.predictions == JUDGES
        rows = (
            rows.filter(source__startswith="judge:")
            if is_judges
            else rows.exclude(source__startswith="judge:")
        )
        written = []
        for number, annotation in enumerate(rows.select_related("assignment__item__project"), start=1):
            assignment = annotation.assignment
            # The same answer by the letters that the task shows.
            seen = Assignment(
                item=assignment.item,
                order_shown=task.order_shown,
                trait_versions=self.connection.trait_versions,
            )
            if not set(assignment.trait_versions) <= set(seen.trait_versions):
                continue
            form = answers_of(annotation, seen)
            if form.get("cite"):
                lose(self.exchange, "predictions", mapping.LEFT_HERE, example=task.item_id)
            results = mapping.write_results(form, layout, texts_in(task))
            written.append({"model_version": f"{self.exchange.predictions} {number}", "result": results})
        return written


def note_numbers(connection: LabelStudio, found: dict[UUID, int | None]) -> None:
    """Write down the numbers of tasks there. After a restored backup a number may be another task's."""
    known = dict(connection.tasks.filter(pk__in=found).values_list("pk", "label_studio_id"))
    changed = {pk: number for pk, number in found.items() if known.get(pk) != number}
    with transaction.atomic():
        held = connection.tasks.filter(label_studio_id__in=changed.values())
        held.update(label_studio_id=None)
        tasks = [
            LabelStudioTask(pk=pk, label_studio_id=number, gone_at=None) for pk, number in changed.items()
        ]
        LabelStudioTask.objects.bulk_update(tasks, ["label_studio_id", "gone_at"], batch_size=500)


def layout_of(connection: LabelStudio) -> Layout:
    """Return what was asked when the project was sent."""
    traits = [each.shown for each in definitions(tuple(connection.trait_versions))]
    return Layout(connection.project.questions, traits, connection.size, connection.rubric)


def rubric_of(scenario_id: UUID) -> list[UUID]:
    """Return the criteria of a scenario in their order, as a claim would show them."""
    with database.cursor() as cursor:
        cursor.execute(_RUBRIC, {"scenario": scenario_id})
        return [row[0] for row in cursor.fetchall()]


def responses_of(task: LabelStudioTask) -> list[Response]:
    """Return the responses of a task by its letters, with numbered sentences."""
    by_place = {each.place: each.response for each in task.item.places.select_related("response")}
    responses = [by_place[place] for place in task.order_shown]
    render_responses(responses)
    return responses


def shown_in(task: LabelStudioTask) -> Shown:
    """Return what people see of a task."""
    scenario = task.item.scenario
    turns = [{"role": each["role"].capitalize(), "content": each["content"]} for each in scenario.messages]
    if scenario.system_prompt:
        turns.insert(0, {"role": "System", "content": scenario.system_prompt})
    warnings = ", ".join(scenario.content_warnings)
    words = dict(Criterion.objects.filter(pk__in=task.criteria).values_list("pk", "text"))
    return Shown(
        str(task.pk),
        turns,
        [each.text for each in responses_of(task)],
        f"Content note: {warnings}" if warnings else "",
        [words[pk] for pk in task.criteria],
    )


def texts_in(task: LabelStudioTask) -> mapping.Texts:
    """Return what answers to a task are read against."""
    responses = dict(zip(LETTERS, responses_of(task), strict=False))
    return mapping.Texts(
        {letter: each.text for letter, each in responses.items()},
        {letter: [(start, end) for start, end in each.sentences or []] for letter, each in responses.items()},
        [str(pk) for pk in task.criteria],
    )


def uuid_of(said: str) -> UUID | None:
    """Return the id that a stranger names, if it is one."""
    try:
        return UUID(said)
    except ValueError:
        return None
