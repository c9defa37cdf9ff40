"""Conflicts with Label Studio are settled: ours stays, or theirs becomes the next revision."""

from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from labeling.actions.annotations import DifferentSubmission, StaleRevision, Withdrawn, submit_annotation
from labeling.actions.studio_answers import (
    INCOMPLETE,
    NO_MEMBER,
    OTHER_WORDING,
    SOURCE,
    SPACE,
    TAKEN_BACK,
    digest_of,
    filled,
)
from labeling.actions.studio_send import layout_of, texts_in
from labeling.label_studio.beside import Row, side_by_side
from labeling.label_studio.mapping import read_results
from labeling.models import (
    Annotation,
    Assignment,
    LabelStudio,
    LabelStudioAnswer,
    LabelStudioDecision,
    Membership,
)
from labeling.resubmission import answers_of
from labeling.submission import InvalidSubmission, OtherDefinition

MOST_SHOWN = 20
KEPT_HERE = "A lead kept the answer given here."
TOO_LONG = "It was too long, or too odd, to be kept as it came. Have it answered once more there, then sync."
OTHER_RUBRIC = "It graded other criteria than the answer given here. Have it judged once more here."
State = LabelStudioAnswer.State
Choice = LabelStudioDecision.Choice


class Moved(Exception):
    """One of the two answers is not what was looked at any more."""


class CannotTake(Exception):
    """Theirs can't become an annotation. The text is said to people."""


class Conflict(NamedTuple):
    """Two answers of one person to one item."""

    answer: LabelStudioAnswer
    ours: Annotation | None
    """None once something else stands here: the next sync says what."""
    is_hidden: bool
    """Whether who looks could still be handed the item."""
    rows: list[Row]

    @property
    def stamp(self) -> str:
        """What tells these two from what they may become."""
        return stamp_of(self.answer, self.ours) if self.ours else ""


def conflicts_of(connection: LabelStudio, reader: User) -> list[Conflict]:
    """Return the conflicts that wait for a decision, the oldest first."""
    answers = LabelStudioAnswer.objects.filter(task__connection=connection, state=State.CONFLICT)
    answers = answers.select_related(
        "task__item__scenario", "task__item__project", "person__member", "annotation"
    ).order_by("pk")
    return [conflict_in(connection, answer, reader) for answer in answers[:MOST_SHOWN]]


def conflict_in(connection: LabelStudio, answer: LabelStudioAnswer, reader: User) -> Conflict:
    """Return a conflict as it stands."""
    ours = standing(answer)
    is_hidden = may_be_handed(answer, reader)
    if ours is None or is_hidden:
        return Conflict(answer, ours, is_hidden, [])
    layout, texts = layout_of(connection), texts_in(answer.task)
    # Ours by the letters that the task shows, so that both speak of the same responses.
    seen = Assignment(
        item=answer.task.item,
        order_shown=answer.task.order_shown,
        trait_versions=ours.assignment.trait_versions,
    )
    theirs = read_results(answer.results, layout, texts).form
    return Conflict(answer, ours, is_hidden, side_by_side(answers_of(ours, seen), theirs, layout, texts))


def standing(answer: LabelStudioAnswer) -> Annotation | None:
    """Return the person's annotation that counts here; None when there is none any more."""
    if answer.annotation is None:
        return None
    made = Annotation.objects.in_force().made().select_related("assignment__annotator")
    return made.filter(
        assignment=answer.annotation.assignment_id, assignment__annotator=answer.person.member
    ).first()


def may_be_handed(answer: LabelStudioAnswer, reader: User) -> bool:
    """Whether somebody may still have to judge the item of an answer, and so must not read it."""
    item = answer.task.item
    judged = Annotation.objects.counted().filter(assignment__item=item)
    if judged.count() >= item.needed or judged.filter(assignment__annotator=reader).exists():
        return False
    return Membership.objects.filter(project=item.project, user=reader).exists()


def stamp_of(answer: LabelStudioAnswer, ours: Annotation) -> str:
    """Return what tells two answers from what they may become."""
    return f"{answer.digest} {ours.pk}"


@transaction.atomic
def settle(
    connection: LabelStudio, answer_id: UUID, choice: str, seen: str, *, actor: Actor
) -> LabelStudioDecision:
    """Decide which of two answers stands. Both are kept, whichever does.

    Args:
        connection: whose conflict it is.
        answer_id: the answer there.
        choice: one of `LabelStudioDecision.Choice`.
        seen: the stamp of the two that were looked at.
        actor: who decides.

    Raises:
        LabelStudioAnswer.DoesNotExist: the connection has no such answer.
        Moved: it is in conflict no more, or one of the two has changed.
        CannotTake: theirs can't become an annotation.
    """
    # A sync of the project takes turns with this; without the lock it could take the answer over meanwhile.
    LabelStudio.objects.select_for_update().get(pk=connection.pk)
    known = LabelStudioAnswer.objects.filter(task__connection=connection).select_for_update(of=("self",))
    answer = known.select_related(
        "task__item__scenario", "task__item__project", "person__member", "annotation"
    ).get(pk=answer_id)
    ours = standing(answer)
    if answer.state != State.CONFLICT or ours is None or seen != stamp_of(answer, ours):
        raise Moved
    order = list(ours.assignment.order_shown)
    theirs = taken(connection, answer, ours) if choice == Choice.THEIRS else None
    answer.state, answer.why = (State.TAKEN, "") if theirs else (State.KEPT, KEPT_HERE)
    answer.annotation = theirs or ours
    answer.save(update_fields=["state", "why", "annotation"])
    made = LabelStudioDecision.objects.create(
        answer=answer,
        choice=choice,
        digest=answer.digest,
        ours=ours,
        order_shown=order,
        theirs=theirs,
        decided_by=person_behind(actor),
    )
    detail = {"project": connection.project.slug, "item": str(answer.task.item_id), "choice": choice}
    record(actor, "label_studio.settled", connection, **detail)
    return made


def taken(connection: LabelStudio, answer: LabelStudioAnswer, ours: Annotation) -> Annotation:
    """Record theirs as the revision after ours.

    Raises:
        Moved: ours has changed at this very moment.
        CannotTake: it is not what this project asks, or not whole.
    """
    assignment = ours.assignment
    refuse_unfit(connection, answer, assignment)
    # Verdicts name responses by themselves; what A and B mean in the words of theirs is the order that was shown there.
    assignment.order_shown = answer.task.order_shown
    assignment.save(update_fields=["order_shown"])
    read = read_results(answer.results, layout_of(connection), texts_in(answer.task))
    earlier = Annotation.objects.filter(assignment=assignment).count()
    form = filled(read.form, assignment, 0) | {
        "submission_id": [str(uuid5(SPACE, f"{answer.pk} {answer.digest} {earlier}"))],
        "expected_revision": [str(ours.revision)],
    }
    try:
        return submit_annotation(assignment.pk, assignment.annotator, form, source=SOURCE).annotation
    except InvalidSubmission as error:
        raise CannotTake(INCOMPLETE.format(problems=error)) from error
    except Withdrawn as error:
        raise CannotTake(TAKEN_BACK) from error
    except Assignment.DoesNotExist as error:
        raise CannotTake(NO_MEMBER) from error
    except (StaleRevision, DifferentSubmission, OtherDefinition) as error:
        raise Moved from error


def refuse_unfit(connection: LabelStudio, answer: LabelStudioAnswer, assignment: Assignment) -> None:
    """Refuse an answer that was not given to what ours was given to.

    Raises:
        CannotTake: another wording, other criteria, or not kept whole.
    """
    if list(assignment.trait_versions) != list(connection.trait_versions):
        raise CannotTake(OTHER_WORDING)
    if list(assignment.criteria) != list(answer.task.criteria):
        raise CannotTake(OTHER_RUBRIC)
    if answer.digest and digest_of(answer.results) != answer.digest:
        raise CannotTake(TOO_LONG)
