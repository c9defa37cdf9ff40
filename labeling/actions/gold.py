"""Reference labels are set, revised and retired, contested and defended."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from labeling.models import Assignment, GoldContest, GoldReference, Item, Project

Outcome = GoldContest.Outcome


class AlreadyContested(Exception):
    """The person's objection to this reference still waits for an answer."""


class AnsweredMeanwhile(Exception):
    """Another lead answered the objection."""


@transaction.atomic
def set_references(
    item: Item, strengths: Mapping[UUID | None, int], reason: str, *, author: User
) -> list[GoldReference]:
    """Give an item reference labels; a trait that has one already gets a new one in its place.

    Objections to what is replaced are answered by the new reason.

    Args:
        item: of a project that the author leads.
        strengths: -3 to 3 in canonical order, by trait version; None for the overall preference.
        reason: what annotators read afterwards.
        author: who sets them.
    """
    # Locked, so that two leads don't set the same trait at once.
    Item.objects.select_for_update().get(pk=item.pk)
    made = []
    for version, strength in strengths.items():
        replaced = item.gold_references.in_force().filter(trait_version=version).first()
        if replaced:
            put_out(replaced, reason, by=author)
        made.append(
            GoldReference.objects.create(
                item=item, trait_version_id=version, strength=strength, reason=reason, author=author
            )
        )
    if made:
        Item.objects.filter(pk=item.pk).update(is_gold=True)
        record(author, "gold.set", item, traits=len(made))
    return made


@transaction.atomic
def retire_reference(reference: GoldReference, *, by: User) -> None:
    """Take a reference out of use. An item without any is no gold item any more; answers to it are kept."""
    item = Item.objects.select_for_update().get(pk=reference.item_id)
    put_out(reference, "The reference label was taken out of use.", by=by)
    if not item.gold_references.in_force().exists():
        Item.objects.filter(pk=item.pk).update(is_gold=False)
    record(by, "gold.retired", item)


def put_out(reference: GoldReference, answer: str, *, by: User) -> None:
    """Let a reference be in force no longer, and answer the objections to it. Wants a transaction."""
    now = timezone.now()
    GoldReference.objects.in_force().filter(pk=reference.pk).update(retired_at=now)
    reference.contests.waiting().update(
        outcome=Outcome.REVISED, answer=answer, answered_by=by, answered_at=now
    )


def contest(assignment: Assignment, reference: GoldReference, text: str) -> GoldContest:
    """Object to a reference, after having judged its item.

    Raises:
        AlreadyContested: an earlier objection of theirs waits for an answer.
    """
    try:
        with transaction.atomic():
            return GoldContest.objects.create(
                reference=reference, author_id=assignment.annotator_id, text=text
            )
    except IntegrityError as error:
        raise AlreadyContested from error


@transaction.atomic
def keep_reference(contested: GoldContest, answer: str, *, by: User) -> None:
    """Answer an objection: the reference stays, and why.

    Raises:
        AnsweredMeanwhile: it has an answer.
    """
    waiting = GoldContest.objects.waiting().filter(pk=contested.pk)
    if not waiting.update(outcome=Outcome.KEPT, answer=answer, answered_by=by, answered_at=timezone.now()):
        raise AnsweredMeanwhile
    record(by, "gold.kept", contested.reference.item)


@transaction.atomic
def set_gold_share(project: Project, percent: int, *, by: User) -> None:
    """Say how many of a hundred items handed out are gold."""
    Project.objects.filter(pk=project.pk).update(gold_percent=percent)
    record(by, "gold.share", project, percent=percent)
