"""One task's answers from Label Studio become annotations: appended, never over what was judged here."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import orjson
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from curation.text import RENDERER_VERSION, sanitise
from labeling.actions.annotations import DifferentSubmission, StaleRevision, Withdrawn, submit_annotation
from labeling.actions.studio_send import layout_of, texts_in
from labeling.actions.studios import lose
from labeling.definitions import definitions
from labeling.label_studio.mapping import Form, read_results
from labeling.models import (
    Annotation,
    Assignment,
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioRun,
    LabelStudioTask,
    Membership,
)
from labeling.submission import InvalidSubmission, OtherDefinition
from runs.work import storable

SOURCE = "label_studio"
SPACE = UUID("5a3c1f0e-9f0a-4c53-8f6b-6f1d2b7c9a10")
"""Submission ids are made of what was answered, so that the same answer has the same id whenever it comes."""
COUNTED = ("created", "revised", "unchanged", "waiting", "conflicts", "unusable")
MOST_KEPT = 200_000
LONGEST_S = 86_400
State = LabelStudioAnswer.State
SETTLED = (State.TAKEN, State.KEPT)

NOBODY = "Nobody here is known by this address. Say who it is, then sync again."
NO_MEMBER = "The person takes no part in the project any more."
HOLDS_IT = "The person holds the item here just now. The next sync looks again."
JUDGED_HERE = "The person judged the item here as well. Both answers are kept; the one given here counts."
CHANGED_HERE = "The answer was changed here and there. Both are kept; the one given here counts."
CHANGED_SINCE = (
    "The answer was changed there after a lead had kept the one given here. Both are kept; the latter counts."
)
OTHER_WORDING = "It answers a wording of the traits that the project does not use any more."
TAKEN_BACK = "The person took their answers back here, so this one was not taken."
INCOMPLETE = "It is not a whole answer: {problems}"
NO_PLACE = "All places of the item were taken: the answer is kept, and not counted."


class Said(NamedTuple):
    """One annotation there, as far as it can be believed."""

    email: str
    results: Any
    answered_at: datetime | None
    elapsed_ms: int
    was_skipped: bool
    order: tuple[str, int]
    """The later, the greater."""


def said_in(annotation: dict[str, Any]) -> Said | None:
    """Read an annotation of a snapshot; None when it does not say who made it."""
    who = annotation.get("completed_by")
    email = who.get("email") if isinstance(who, dict) else who
    if isinstance(email, bool) or not isinstance(email, str | int) or email == "":
        return None
    number, at = annotation.get("id"), annotation.get("updated_at")
    return Said(
        email=sanitise(str(email)).text.strip().lower()[:254] or "?",
        results=annotation.get("result"),
        answered_at=moment(at) or moment(annotation.get("created_at")),
        elapsed_ms=milliseconds(annotation.get("lead_time")),
        was_skipped=annotation.get("was_cancelled") is True,
        order=(at if isinstance(at, str) else "", number if isinstance(number, int) else 0),
    )


def moment(value: object) -> datetime | None:
    """Return a time that a stranger names, if it is one."""
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def milliseconds(seconds: object) -> int:
    """Return a time in milliseconds, at most a day; 0 for what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST_S:
        return 0
    return int(seconds * 1000)


class Reading:
    """The answers to one task in one sync."""

    def __init__(self, exchange: LabelStudioRun, task: LabelStudioTask) -> None:
        self.exchange, self.task = exchange, task
        self.layout, self.texts = layout_of(exchange.connection), texts_in(task)
        self.counts = dict.fromkeys(COUNTED, 0)
        self.seen = set[UUID]()

    def lose(self, subject: str, what: str) -> None:
        """Name what can't be carried over."""
        lose(self.exchange, subject, what, example=self.task.item_id)

    def take(self, said: Said) -> None:
        """Take one answer over, or keep it beside and say why."""
        person = self._person(said.email)
        answer, _ = LabelStudioAnswer.objects.select_for_update().get_or_create(
            task=self.task, person=person, defaults={"why": NOBODY, "digest": ""}
        )
        self.seen.add(answer.pk)
        self._report(said)
        results = said.results if isinstance(said.results, list) else []
        found = digest_of(results)
        if answer.gone_at:
            LabelStudioAnswer.objects.filter(pk=answer.pk).update(gone_at=None)
        if answer.state in SETTLED and answer.digest == found:
            self._count("unchanged")
            return
        answer.results, answer.answered_at = kept(results), said.answered_at
        self._settle(answer, said, found)

    def _settle(self, answer: LabelStudioAnswer, said: Said, found: str) -> None:
        """Decide what becomes of an answer that is new, or not what it was."""
        before = (answer.state, answer.digest)
        was_taken = answer.annotation if answer.state in (*SETTLED, State.CONFLICT) else None
        try:
            with transaction.atomic():
                annotation = self._submitted(answer, said, found)
        except Kept as why:
            answer.state, answer.why, answer.digest = why.state, why.text, found
            answer.annotation = why.stands or was_taken
            self._count(
                {State.WAITING: "waiting", State.CONFLICT: "conflicts"}.get(State(why.state), "unusable")
            )
            self.lose(why.subject, why.text)
        else:
            answer.state, answer.why, answer.digest = State.TAKEN, "", found
            answer.annotation = annotation
            self._count("created" if annotation.revision == 1 or before[0] != State.TAKEN else "revised")
            if annotation.is_late and annotation.revision == 1:
                self.lose("places", NO_PLACE)
        answer.save()

    def _submitted(self, answer: LabelStudioAnswer, said: Said, found: str) -> Annotation:
        """Record an answer as an annotation of the person.

        Raises:
            Kept: it is not recorded, and why.
        """
        member = self._member(answer.person)
        if list(self.exchange.connection.project.pins.values_list("trait_version_id", flat=True)) != list(
            self.exchange.connection.trait_versions
        ):
            raise Kept(State.UNUSABLE, OTHER_WORDING, "traits")
        assignment, live = self._assignment(member), None
        if assignment.state == Assignment.State.SUBMITTED:
            live = Annotation.objects.live().filter(assignment=assignment).first()
            self._refuse_conflict(answer, live)
        # What turned stale was a submission, too: the same answer under another wording is another one.
        earlier = Annotation.objects.filter(assignment=assignment).count()
        form = self._form(assignment, said)
        form |= {
            "submission_id": [str(uuid5(SPACE, f"{answer.pk} {found} {earlier}"))],
            "expected_revision": [str(live.revision if live else 0)],
        }
        try:
            return submit_annotation(assignment.pk, member, form, source=SOURCE).annotation
        except InvalidSubmission as error:
            raise Kept(State.UNUSABLE, INCOMPLETE.format(problems=error), "answer") from error
        except Withdrawn as error:
            raise Kept(State.UNUSABLE, TAKEN_BACK, "withdrawn") from error
        except (StaleRevision, DifferentSubmission, OtherDefinition) as error:
            raise Kept(State.WAITING, HOLDS_IT, "answer") from error
        except Assignment.DoesNotExist as error:
            raise Kept(State.WAITING, NO_MEMBER, "people") from error

    def _refuse_conflict(self, answer: LabelStudioAnswer, live: Annotation | None) -> None:
        # What stands in a conflict may have come from there as well, from another of the person's accounts.
        is_ours = answer.state in (State.CONFLICT, State.KEPT)
        if live and (is_ours or live.pk != answer.annotation_id or live.source != SOURCE):
            before = {State.TAKEN: CHANGED_HERE, State.KEPT: CHANGED_SINCE, State.CONFLICT: answer.why}
            raise Kept(State.CONFLICT, before.get(State(answer.state)) or JUDGED_HERE, "conflict", live)

    def _form(self, assignment: Assignment, said: Said) -> Form:
        read = read_results(said.results, self.layout, self.texts)
        return filled(read.form, assignment, said.elapsed_ms)

    def _assignment(self, member: User) -> Assignment:
        """The person's assignment of the item, made when there is none, with what was shown to them there.

        Raises:
            Kept: they hold it here, or took their answer back.
        """
        now = timezone.now()
        assignment, _ = Assignment.objects.select_for_update().get_or_create(
            item_id=self.task.item_id,
            annotator=member,
            defaults={
                "order_shown": self.task.order_shown,
                "state": Assignment.State.EXPIRED,
                "expires_at": now,
            },
        )
        if assignment.state == Assignment.State.LEASED:
            raise Kept(State.WAITING, HOLDS_IT, "people")
        if assignment.state == Assignment.State.WITHDRAWN:
            raise Kept(State.UNUSABLE, TAKEN_BACK, "withdrawn")
        if assignment.state != Assignment.State.SUBMITTED:
            assignment.order_shown = self.task.order_shown
            assignment.trait_versions = self.exchange.connection.trait_versions
            assignment.criteria = self.task.criteria
            assignment.is_calibration = False
            assignment.save(update_fields=["order_shown", "trait_versions", "criteria", "is_calibration"])
        return assignment

    def _member(self, person: LabelStudioPerson) -> User:
        if person.member is None:
            raise Kept(State.WAITING, NOBODY, person.email)
        if not Membership.objects.filter(
            project=self.exchange.connection.project, user=person.member
        ).exists():
            raise Kept(State.WAITING, NO_MEMBER, person.email)
        return person.member

    def _person(self, email: str) -> LabelStudioPerson:
        connection = self.exchange.connection
        found = (
            LabelStudioPerson.objects.select_related("member")
            .filter(connection=connection, email=email)
            .first()
        )
        if found:
            return found
        membership = Membership.objects.filter(project=connection.project, user__email__iexact=email).first()
        return LabelStudioPerson.objects.create(
            connection=connection, email=email, member=membership.user if membership else None
        )

    def _report(self, said: Said) -> None:
        """Name what of an answer has no place here, at every sync, so that the newest report is whole."""
        read = read_results(said.results, self.layout, self.texts)
        for loss in read.losses:
            self.lose(loss.subject, loss.what)

    def _count(self, name: str) -> None:
        self.counts[name] += 1

    def finish(self) -> None:
        """Note which answers are gone, and add to the totals."""
        gone = self.task.answers.exclude(pk__in=self.seen).filter(gone_at=None)
        gone.update(gone_at=timezone.now())
        changes = {name: F(name) + count for name, count in self.counts.items() if count}
        changes["answers"] = F("answers") + sum(self.counts.values())
        LabelStudioRun.objects.filter(pk=self.exchange.pk).update(**changes)


def filled(form: Form, assignment: Assignment, elapsed_ms: int) -> Form:
    """Return a form with all that our page would say beside the answers."""
    shown = {
        f"v_{each.code}": [str(each.version_id)] for each in definitions(tuple(assignment.trait_versions))
    }
    return {
        **form,
        **shown,
        "criteria": [" ".join(map(str, assignment.criteria))],
        "renderer": [str(RENDERER_VERSION)],
        "elapsed_ms": [str(elapsed_ms)],
        # There is nobody to ask any more whether they meant both of two answers.
        "confirmed": ["1"],
    }


class Kept(Exception):
    """An answer is kept beside the annotations, and not taken over."""

    def __init__(self, state: str, text: str, subject: str, stands: Annotation | None = None) -> None:
        super().__init__(text)
        self.state, self.text, self.subject, self.stands = state, text, subject, stands


def digest_of(results: list[Any]) -> str:
    """Return what tells an answer from another: what was answered, not the ids it was given on the way."""
    said = [
        {name: each.get(name) for name in ("from_name", "to_name", "type", "value")}
        for each in results
        if isinstance(each, dict)
    ]
    return sha256(orjson.dumps(storable_or_none(said), option=orjson.OPT_SORT_KEYS)).hexdigest()


def storable_or_none(value: Any) -> Any:
    """Return a stranger's JSON as PostgreSQL stores it; None when it can't."""
    try:
        return storable(value)
    except (TypeError, RecursionError):
        return None


def kept(results: list[Any]) -> list[Any]:
    """Return results to be kept unread, unless they are longer than any answer is."""
    said = storable_or_none(results)
    is_short = said is not None and len(orjson.dumps(said)) <= MOST_KEPT
    return said if is_short and isinstance(said, list) else []
