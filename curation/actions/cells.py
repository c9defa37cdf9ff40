"""What is done with cells and domains: they are counted, given targets, and given guidance in versions."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from accounts.audit import Actor, record
from accounts.models import User
from curation import beyond
from curation.models import Cell, CellCount, Domain, Guidance, Trait
from runs.actions import start
from runs.models import Run
from runs.work import Work

KIND = "curation.count_cells"
OLD = timedelta(minutes=5)
"""Counts that are older are counted again when somebody looks at them."""
SCENARIOS = """
SELECT a.trait_id, s.domain_id, count(*), count(*) FILTER (WHERE f.pool <> 'TRAIN')
FROM curation_scenario_aimed_traits a
JOIN curation_scenario s ON s.id = a.scenario_id AND s.state = 'ready' AND s.domain_id IS NOT NULL
JOIN curation_family f ON f.id = s.family_id
WHERE NOT EXISTS (SELECT 1 FROM curation_removal r WHERE r.scenario_id = s.id)
GROUP BY 1, 2
"""
UNPLACED = """
SELECT count(*) FROM curation_scenario s
WHERE s.state = 'ready' AND NOT EXISTS (SELECT 1 FROM curation_removal r WHERE r.scenario_id = s.id)
    AND (s.domain_id IS NULL OR NOT EXISTS (
        SELECT 1 FROM curation_scenario_aimed_traits a WHERE a.scenario_id = s.id))
"""
TARGETS = ("target_scenarios", "target_items", "target_annotations", "target_heldout")


class ChangedMeanwhile(Exception):
    """Somebody else changed the draft since these words were loaded."""

    def __init__(self, theirs: Guidance) -> None:
        super().__init__("The guidance was changed meanwhile")
        self.theirs = theirs


class NothingToPublish(Exception):
    """There is no draft, or it says nothing, or what the published wording says."""


class SlugTaken(Exception):
    """Another domain has this address."""


class Words(NamedTuple):
    """What guidance says."""

    text: str = ""
    example: str = ""
    authorities: str = ""

    @property
    def digest(self) -> str:
        """What tells two wordings apart."""
        return hashlib.sha256(json.dumps(self).encode()).hexdigest()


def run_count(work: Work) -> dict[str, Any]:
    """Count what every cell has. Doing it again changes nothing but the time."""
    with transaction.atomic():
        count_cells()
        with connection.cursor() as cursor:
            cursor.execute(UNPLACED)
            unplaced = cursor.fetchone()[0]
        work.checkpoint(1, total=1)
    return {"unplaced": unplaced}


def count_cells() -> None:
    """Write down how much of each cell there is, from one look at the tables of all storeys."""
    counts: dict[tuple[UUID, str], dict[str, int]] = {
        (trait, domain): dict.fromkeys(("scenarios", "heldout", "items", "annotations"), 0)
        for trait in Trait.objects.values_list("pk", flat=True)
        for domain in Domain.objects.values_list("pk", flat=True)
    }
    with connection.cursor() as cursor:
        cursor.execute(SCENARIOS)
        for trait, domain, scenarios, heldout in cursor.fetchall():
            counts[trait, domain] |= {"scenarios": scenarios, "heldout": heldout}
    for tally in beyond.tallies:
        for cell in tally():
            count = counts[cell.trait_id, cell.domain_id]
            count["items"] += cell.items
            count["annotations"] += cell.annotations
    now = timezone.now()
    CellCount.objects.bulk_create(
        (
            CellCount(trait_id=trait, domain_id=domain, counted_at=now, **count)
            for (trait, domain), count in counts.items()
        ),
        update_conflicts=True,
        unique_fields=["trait", "domain"],
        update_fields=["scenarios", "heldout", "items", "annotations", "counted_at"],
    )


def start_count(*, created_by: User | None = None) -> Run:
    """Have the cells counted, unless that is being done already."""
    unfinished = Run.objects.unfinished().filter(kind=KIND)
    return unfinished.first() or start(KIND, {}, created_by=created_by, unit="counts")


def start_count_if_old() -> Run | None:
    """Have the cells counted when their counts are old. A count that failed just now is not begun again."""
    oldest = CellCount.objects.aggregate(at=Min("counted_at"))["at"]
    tried = Run.objects.filter(kind=KIND, created_at__gt=timezone.now() - OLD)
    if (oldest is None or oldest < timezone.now() - OLD) and not tried.exists():
        return start_count()
    return None


@transaction.atomic
def set_targets(
    traits: Collection[Trait], domains: Collection[Domain], targets: Mapping[str, int], *, actor: Actor
) -> int:
    """Say how much is wanted, in every cell of some traits and domains.

    Args:
        traits: the lines.
        domains: the columns.
        targets: numbers by the names in `TARGETS`; those that are not named stay.
        actor: who says so.

    Returns:
        How many cells there are.
    """
    cells = [Cell(trait=trait, domain=domain, **targets) for trait in traits for domain in domains]
    if not cells or not targets:
        return 0
    Cell.objects.bulk_create(
        cells, update_conflicts=True, unique_fields=["trait", "domain"], update_fields=list(targets)
    )
    first = Cell.objects.get(trait=cells[0].trait, domain=cells[0].domain)
    named = {"traits": [each.slug for each in traits], "domains": [each.slug for each in domains]}
    record(actor, "cell.targets set", first, **targets, **named)
    return len(cells)


def words_of(guidance: Guidance | None) -> Words:
    """Return what guidance says; nothing where there is none."""
    return Words(guidance.text, guidance.example, guidance.authorities) if guidance else Words()


def draft_or_newest(trait: Trait, domain: Domain) -> Guidance | None:
    """Return what an editor begins with: the draft, or else the wording in force."""
    return Guidance.objects.filter(cell__trait=trait, cell__domain=domain).order_by("-number").first()


@transaction.atomic
def save_guidance(trait: Trait, domain: Domain, words: Words, *, was: str, author: User) -> Guidance:
    """Write the draft of a cell's guidance, and begin one where there is none. The same words again change nothing.

    Args:
        trait: of the cell.
        domain: of the cell.
        words: all of them.
        was: digest of the words that the writer began with.
        author: who writes.

    Raises:
        ChangedMeanwhile: somebody else wrote something different since.
    """
    cell, _ = Cell.objects.get_or_create(trait=trait, domain=domain)
    # Without the lock two writers would both find the words that they began with, and the first would lose hers.
    Cell.objects.select_for_update().get(pk=cell.pk)
    newest = draft_or_newest(trait, domain)
    stored = words_of(newest)
    if newest and words == stored:
        return newest
    if stored.digest != was:
        raise ChangedMeanwhile(newest or Guidance(cell=cell))
    if newest is None or newest.published_at:
        number = newest.number + 1 if newest else 1
        return Guidance.objects.create(cell=cell, number=number, author=author, **words._asdict())
    newest.text, newest.example, newest.authorities = words
    newest.author = author
    newest.save(update_fields=["text", "example", "authorities", "author"])
    return newest


@transaction.atomic
def publish_guidance(trait: Trait, domain: Domain, *, was: str, actor: Actor) -> Guidance:
    """Put the draft of a cell's guidance in force. Published already, it stays as it is.

    Raises:
        ChangedMeanwhile: the draft is not the one that was read.
        NothingToPublish: there is none, or it says nothing new.
    """
    cell = Cell.objects.select_for_update().filter(trait=trait, domain=domain).first()
    newest = draft_or_newest(trait, domain)
    if cell is None or newest is None or not any(words_of(newest)):
        raise NothingToPublish
    if words_of(newest).digest != was:
        raise ChangedMeanwhile(newest)
    if newest.published_at:
        return newest
    before = cell.guidance.published().order_by("number").last()
    if before and words_of(before) == words_of(newest):
        raise NothingToPublish
    newest.published_at = timezone.now()
    newest.save(update_fields=["published_at"])
    record(actor, "guidance.published", newest, trait=trait.slug, domain=domain.slug, number=newest.number)
    return newest


@transaction.atomic
def discard_guidance(trait: Trait, domain: Domain, *, actor: Actor) -> None:
    """Delete the draft of a cell's guidance; without one nothing happens."""
    draft = Guidance.objects.drafts().filter(cell__trait=trait, cell__domain=domain).first()
    if draft:
        record(actor, "guidance.discarded", draft, trait=trait.slug, domain=domain.slug)
        draft.delete()


@transaction.atomic
def add_domain(domain: Domain, *, actor: Actor) -> Domain:
    """Store a new domain, behind the others.

    Raises:
        SlugTaken: its address is another's.
    """
    last = Domain.objects.order_by("position").last()
    domain.position = min(32767, last.position + 1) if last else 0
    if Domain.objects.filter(pk=domain.slug).exists():
        raise SlugTaken
    domain.save(force_insert=True)
    record(actor, "domain.added", domain, name=domain.name)
    return domain


@transaction.atomic
def change_domain(domain: Domain, *, name: str, description: str, position: int, actor: Actor) -> None:
    """Change what is said about a domain. Its address stays: releases and files name it."""
    domain.name, domain.description, domain.position = name, description, position
    domain.save(update_fields=["name", "description", "position"])
    record(actor, "domain.changed", domain, name=name, position=position)
