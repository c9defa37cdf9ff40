"""Disagreements are found, discussed and settled, each with what follows from its cause."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from accounts.audit import record
from accounts.models import User
from curation.actions.discussion import say
from curation.actions.traits import new_version
from curation.models import Comment, TraitVersion
from labeling.actions.gold import put_out
from labeling.models import (
    Adjudication,
    Annotation,
    Disagreement,
    GoldReference,
    Item,
    Project,
    Remark,
    Round,
)
from runs.actions import perform, start
from runs.models import Run
from runs.work import Work

FIND = "labeling.find_disagreements"
WIDE = 1.5
"""From this standard deviation of the strengths on, an item is contested."""
UNSURE_SHARE = 0.5
QUICK_ITEMS = 5_000
"""Up to so many items are gone through while someone waits for the page; more, by a worker."""
# Only what is judged to the end: who still reads shall not find that others wait for them.
_FIND = """
INSERT INTO labeling_disagreement (id, item_id, trait_version_id, rule, measure, is_open, opened_at)
SELECT gen_random_uuid(), item_id, trait_version_id,
    CASE WHEN lowest < 0 AND highest > 0 THEN 'opposite signs' WHEN spread >= %(wide)s THEN 'spread' ELSE 'unsure' END,
    coalesce(spread, 0), true, now()
FROM (
    SELECT a.item_id, p.trait_version_id, count(*) AS people, stddev_pop(p.strength) AS spread,
        min(p.strength) AS lowest, max(p.strength) AS highest, avg(p.cannot_judge::int) AS unsure
    FROM labeling_item i
    JOIN labeling_assignment a ON a.item_id = i.id AND a.state = 'submitted'
    JOIN labeling_annotation n ON n.assignment_id = a.id AND n.superseded_by_id IS NULL AND NOT n.is_late
    JOIN labeling_preference p ON p.annotation_id = n.id
    WHERE i.project_id = %(project)s AND i.taken >= i.needed AND NOT EXISTS (
        SELECT 1 FROM labeling_assignment l WHERE l.item_id = i.id AND l.state = 'leased')
    GROUP BY 1, 2
) judged
WHERE people >= 2 AND (lowest < 0 AND highest > 0 OR spread >= %(wide)s OR unsure >= %(unsure)s)
ON CONFLICT (item_id, trait_version_id) DO UPDATE SET rule = EXCLUDED.rule, measure = EXCLUDED.measure
    WHERE labeling_disagreement.is_open AND labeling_disagreement.rule <> 'sent'
"""


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
    is_plural: bool = False
    proposal: str = ""
    """Words for the trait's next version, when the definition has a gap."""
    becomes_gold: bool = False


class Settled(NamedTuple):
    """A decision and what followed."""

    adjudication: Adjudication
    amended: TraitVersion | None
    gold: GoldReference | None


def start_finding(project: Project, *, created_by: User) -> Run:
    """Look for contested items, at once where that is quick. One search of a project at a time."""
    arguments = {"project": str(project.pk)}
    unfinished = Run.objects.unfinished().filter(kind=FIND, arguments=arguments).first()
    run = unfinished or start(FIND, arguments, created_by=created_by, unit="items")
    if project.items_total <= QUICK_ITEMS:
        perform(run.pk, may_retry=False)
    run.refresh_from_db()
    return run


def run_find(work: Work) -> dict[str, Any]:
    """Find what is contested in a project. Looking again changes nothing that was settled."""
    project = Project.objects.get(pk=work.arguments["project"])
    with transaction.atomic():
        find_disagreements(project)
        work.checkpoint(project.items_total, total=project.items_total)
    return {"waiting": Disagreement.objects.waiting().filter(item__project=project).count()}


def find_disagreements(project: Project) -> None:
    """Note every trait of every fully judged item on which people prefer opposite responses, lie apart, or can't judge."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"project": project.pk, "wide": WIDE, "unsure": UNSURE_SHARE})


@transaction.atomic
def send_item(item: Item, version: TraitVersion | None, *, sent_by: User) -> Disagreement:
    """Put an item before the adjudicators, whatever the rules say of it; a settled one is opened again."""
    found, is_new = Disagreement.objects.get_or_create(
        item=item, trait_version=version, defaults={"rule": Disagreement.Rule.SENT}
    )
    if not is_new and not found.is_open:
        reopen(found)
    record(sent_by, "disagreement.sent", found, item=str(item.pk))
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
    made = Adjudication.objects.create(
        disagreement=disagreement,
        adjudicator=adjudicator,
        cause=decision.cause,
        strength=None if decision.cause == Adjudication.Cause.VALUES else decision.strength,
        is_plural=decision.is_plural or decision.cause == Adjudication.Cause.VALUES,
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
    return {person: f"Reader {number}" for number, person in enumerate(ordered, start=1)}
