"""Verdicts that people elsewhere gave come in one by one, each under a number that means nothing elsewhere."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from accounts.audit import Actor, record
from config.ids import uuid7
from config.wording import words
from curation.arriving import Arrival
from curation.sources.base import Vote
from labeling.models import (
    Item,
    ItemResponse,
    OutsideAnnotator,
    OutsideLoss,
    OutsideVerdict,
    Project,
    ProjectImport,
)

LABEL_STUDIO = "label-studio"
TWICE = words("Somebody judged the same two responses twice; the first answer was taken.")
OTHER_CREW = words(
    "The item has verdicts from another source already. Two sources may know one person under two names, so these were not taken."
)
TAKEN_BACK = words("The verdicts of this person were taken back, so they were not taken again.")
AT_ONCE = 1000
Key = tuple[UUID, str]
"""An item, and what stands for who judged it."""


class Found(NamedTuple):
    """A vote in the canonical order of its item."""

    strength: int
    first_place: int
    at: str


class Place(NamedTuple):
    """An item, and the hash of the response at its first place."""

    item: UUID
    first_sha256: str


def keep_verdicts(target: ProjectImport, told: Sequence[tuple[str, Arrival]]) -> None:
    """Append what people elsewhere said about items of a project, in the transaction of the caller.

    What is here already changes nothing. The caller holds the lock of imports, so that numbers are given once.

    Args:
        target: the import, and the project it goes to.
        told: rows with votes or losses whose items are there by now, each with the hash of its item.
    """
    if not told:
        return
    losses = Counter(loss for _, each in told for loss in each.losses)
    places = places_of(target.project, {sha for sha, _ in told})
    crews = crews_on({place.item for place in places.values()})
    by_crew: dict[str, dict[Key, Found]] = {}
    for sha, each in told:
        place = places[sha]
        # The first source to say something of an item stays its only one.
        if crews.setdefault(place.item, each.crew) != each.crew:
            losses[OTHER_CREW] += len(each.votes)
            continue
        found = by_crew.setdefault(each.crew, {})
        for vote in each.votes:
            key = (place.item, who_sha256(target.project, each.crew, vote.who))
            losses[TWICE] += key in found
            found.setdefault(key, in_canonical_order(vote, each, place))
    created = sum(append(target, crew, found, losses) for crew, found in by_crew.items())
    ProjectImport.objects.filter(pk=target.pk).update(verdicts=F("verdicts") + created)
    note(target, losses)


def places_of(project: Project, hashes: Collection[str]) -> dict[str, Place]:
    """Return the items with these hashes, by hash."""
    items = dict(
        Item.objects.filter(project=project, content_sha256__in=hashes).values_list("pk", "content_sha256")
    )
    firsts = ItemResponse.objects.filter(item__in=items, place=0).values_list("item", "response__text_sha256")
    return {items[item]: Place(item, sha) for item, sha in firsts}


def crews_on(items: Iterable[UUID]) -> dict[UUID, str]:
    """Return from which source each of these items has verdicts, where it has any."""
    rows = OutsideVerdict.objects.filter(item__in=items, superseded_by=None).order_by()
    return dict(rows.values_list("item", "annotator__source").distinct())


def who_sha256(project: Project, crew: str, who: str) -> str:
    """Return what stands for a person of a source within a project."""
    return stand_in(f"{project.pk} {crew}", who)


def stand_in(scope: str, who: str) -> str:
    """Return what stands for a person; nobody stays nobody. Without the deployment's secret it can't be found out."""
    if not who:
        return ""
    value = f"{scope}\n{who}".encode("utf-8", "replace")
    return salted_hmac("labeling.outside", value, algorithm="sha256").hexdigest()


def in_canonical_order(vote: Vote, arrival: Arrival, place: Place) -> Found:
    """Return a vote as the item orders its responses, which may be the other way round than the source."""
    if arrival.response_sha256[0] == place.first_sha256:
        return Found(vote.strength, 0, vote.at)
    return Found(-vote.strength, 1, vote.at)


def append(target: ProjectImport, crew: str, found: Mapping[Key, Found], losses: Counter[str]) -> int:
    """Append the verdicts that are new, or other than before. Returns how many."""
    people = annotators(target.project, crew, dict.fromkeys(who for _, who in found))
    live = {
        (each.item_id, each.annotator_id): each
        for each in OutsideVerdict.objects.filter(item__in={item for item, _ in found}, superseded_by=None)
    }
    origin = target.import_run
    is_studio = origin.source == LABEL_STUDIO
    source = OutsideVerdict.Source.LABEL_STUDIO if is_studio else OutsideVerdict.Source.IMPORT
    fresh, earlier = [], []
    for (item, who), said in found.items():
        person = people[who]
        before = live.get((item, person.pk))
        if person.withdrawn_at:
            losses[TAKEN_BACK] += 1
            continue
        if before and (before.strength, before.license) == (said.strength, origin.license):
            continue
        made = OutsideVerdict(
            id=uuid7(),
            item_id=item,
            annotator=person,
            import_run=origin,
            source=source,
            license=origin.license,
            strength=said.strength,
            first_place=said.first_place,
            answered_at=moment(said.at),
        )
        fresh.append(made)
        if before:
            before.superseded_by = made
            earlier.append(before)
    # The earlier ones first, since two live ones are refused at once, and a missing successor only in the end.
    OutsideVerdict.objects.bulk_update(earlier, ["superseded_by"], batch_size=AT_ONCE)
    OutsideVerdict.objects.bulk_create(fresh, batch_size=AT_ONCE)
    return len(fresh)


def annotators(project: Project, crew: str, names: Iterable[str]) -> dict[str, OutsideAnnotator]:
    """Return who stands behind each name, with a number of their own when they are new."""
    wanted = list(names)
    known = OutsideAnnotator.objects.filter(project=project, who_sha256__in=wanted)
    people = {each.who_sha256: each for each in known}
    last = OutsideAnnotator.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    missing = [who for who in wanted if who not in people]
    made = [
        OutsideAnnotator(project=project, source=crew, number=number, who_sha256=who)
        for number, who in enumerate(missing, start=last + 1)
    ]
    OutsideAnnotator.objects.bulk_create(made)
    return people | {each.who_sha256: each for each in made}


def moment(text: str) -> datetime | None:
    """Return a time that a source names; taken as UTC where it says no zone, None where it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def note(target: ProjectImport, losses: Mapping[str, int]) -> None:
    """Add to what an import could not make verdicts of."""
    for what, count in sorted(losses.items()):
        if count and not OutsideLoss.objects.filter(target=target, what=what).update(
            count=F("count") + count
        ):
            OutsideLoss.objects.create(target=target, what=what, count=count)


@transaction.atomic
def take_back(person: OutsideAnnotator, actor: Actor) -> int:
    """Let the verdicts of an outside annotator count nowhere from now on, and no import bring them again.

    Returns:
        How many there were; 0 when they were taken back before.
    """
    rows = OutsideAnnotator.objects.filter(pk=person.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=timezone.now()):
        return 0
    count = person.verdicts.filter(superseded_by=None).count()
    record(actor, "outside_annotator.withdrawn", person, project=person.project.slug, verdicts=count)
    return count
