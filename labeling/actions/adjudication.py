"""Disagreements are found, discussed and settled, each with what follows from its cause."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.audit import record
from accounts.models import User
from config.wording import words
from curation.actions.discussion import say
from curation.actions.traits import new_version
from curation.models import Comment, TraitVersion
from labeling.actions.gold import put_out
from labeling.answered import About
from labeling.models import (
    Adjudication,
    Annotation,
    Disagreement,
    GoldReference,
    Item,
    Remark,
    Round,
)


class OwnLabel(Exception):
    """The person judged this item, so someone else must settle what people disagree about."""


class SettledMeanwhile(Exception):
    """Someone else settled it after the page was opened."""


@dataclass(frozen=True)
class Decision:
    """What an adjudicator decided."""

    cause: str
    reason: str
    strength: int | None = None
    """The answer where a preference was asked."""
    rating: int | None = None
    mark: str = ""
    is_plural: bool = False
    proposal: str = ""
    """Words for the trait's next version, when the definition has a gap."""
    becomes_gold: bool = False


class Settled(NamedTuple):
    """A decision and what followed."""

    adjudication: Adjudication
    amended: TraitVersion | None
    gold: GoldReference | None


@transaction.atomic
def send_item(about: About, *, sent_by: User) -> Disagreement:
    """Put a question of an item before the adjudicators, whatever the rules say of it; a settled one is opened again."""
    found, is_new = Disagreement.objects.get_or_create(
        item_id=about.item,
        trait_version_id=about.version,
        criterion_id=about.criterion,  # type: ignore[misc]  # The plugin does not see that it may be null.
        response_id=about.response,
        defaults={"rule": Disagreement.Rule.SENT},
    )
    if not is_new and not found.is_open:
        reopen(found)
    record(sent_by, "disagreement.sent", found, item=str(about.item))
    return found


def reopen(disagreement: Disagreement) -> None:
    """Let a disagreement be settled anew; earlier decisions stay beside the next."""
    Disagreement.objects.filter(pk=disagreement.pk).update(is_open=True)
    disagreement.is_open = True


@transaction.atomic
def settle(disagreement: Disagreement, decision: Decision, *, adjudicator: User) -> Settled:
    """Record a decision and do what follows from its cause. No label is changed.

    A gap leaves the proposal on the trait's draft, which is begun if there is none. An error may make the item gold.
    A divergence of values stays plural. An underspecified scenario gets no further annotators.

    Raises:
        OwnLabel: the adjudicator judged the item.
        SettledMeanwhile: it has been settled since.
    """
    if is_own(disagreement, adjudicator):
        raise OwnLabel
    if not Disagreement.objects.filter(pk=disagreement.pk, is_open=True).update(is_open=False):
        raise SettledMeanwhile
    disagreement.is_open = False
    amendment = None
    if decision.cause == Adjudication.Cause.GAP and decision.proposal:
        amendment = propose(disagreement, decision.proposal, author=adjudicator)
    is_plural = decision.is_plural or decision.cause == Adjudication.Cause.VALUES
    made = Adjudication.objects.create(
        disagreement=disagreement,
        adjudicator=adjudicator,
        cause=decision.cause,
        strength=None if is_plural else decision.strength,
        rating=None if is_plural else decision.rating,
        mark="" if is_plural else decision.mark,
        is_plural=is_plural,
        reason=decision.reason,
        amendment=amendment,
    )
    gold = None
    if decision.cause == Adjudication.Cause.ERROR and decision.becomes_gold and made.strength is not None:
        gold = make_gold(disagreement.item, disagreement.trait_version, made.strength, made.reason, made)
    if decision.cause == Adjudication.Cause.SCENARIO:
        Item.objects.filter(pk=disagreement.item_id, taken__gte=1).update(needed=F("taken"))
    record(adjudicator, "disagreement.settled", disagreement, cause=decision.cause)
    return Settled(made, amendment.version if amendment else None, gold)


def is_own(disagreement: Disagreement, person: User) -> bool:
    """Whether a person is one of those who judged the item."""
    judged = Annotation.objects.filter(assignment__item=disagreement.item_id, assignment__annotator=person)
    return judged.exists()


def propose(disagreement: Disagreement, text: str, *, author: User) -> Comment | None:
    """Leave a proposal with the case on the draft of a trait, and begin the draft if nobody writes one.

    Returns:
        None for the overall preference, which has no definition.
    """
    version = disagreement.trait_version
    if version is None:
        return None
    drafts = version.trait.versions.filter(state=TraitVersion.State.DRAFT, number__gt=version.number)
    draft = drafts.order_by("-number").first() or new_version(version, author=author)
    return say(draft, f"{text}\n\nFrom a disagreement: /disagreements/{disagreement.pk}/", author=author)


def make_gold(
    item: Item, version: TraitVersion | None, strength: int, reason: str, source: Adjudication
) -> GoldReference:
    """Keep a decision as the reference label of its item, in place of an earlier one. Wants a transaction."""
    for replaced in item.gold_references.in_force().filter(trait_version=version):
        put_out(replaced, reason, by=source.adjudicator)
    Item.objects.filter(pk=item.pk).update(is_gold=True)
    return GoldReference.objects.create(
        item=item,
        trait_version=version,
        strength=strength,
        reason=reason,
        author=source.adjudicator,
        adjudication=source,
    )


def remark(disagreement: Disagreement, text: str, *, author: User) -> Remark:
    """Ask the people who judged an item, or answer."""
    return Remark.objects.create(disagreement=disagreement, author=author, text=text)


def names_of(about: Disagreement | Round, people: Iterable[UUID]) -> dict[UUID, str]:
    """Return a name for each person that is the same all over one disagreement or round, and another in the next.

    Args:
        about: whose page it is.
        people: ids of those who judged or spoke.
    """
    drawn = {person: sha256(f"{about.pk}/{person}".encode()).digest() for person in people}
    ordered = sorted(drawn, key=drawn.__getitem__)
    return {person: words("Reader {number}", number=number) for number, person in enumerate(ordered, start=1)}
