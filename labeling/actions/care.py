"""People set what they read, how much of it, and when they rest."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from labeling.caring import limit_reached
from labeling.models import Assignment, Care, Membership
from labeling.queue import give_back

LATER = timedelta(minutes=15)
"""After so long a break is offered again to those who want to be reminded."""


class Wishes(NamedTuple):
    """What a person can set."""

    avoided: Iterable[str]
    sensitive_per_day: int | None
    sensitive_per_week: int | None
    minutes_per_day: int | None
    break_after: int | None


def set_care(person: User, wishes: Wishes) -> None:
    """Keep what a person wishes. What they hold unopened against it goes to others."""
    values = wishes._asdict() | {"avoided": folded(wishes.avoided)}
    change(person, **values)


def opt_out(person: User, notes: Iterable[str]) -> None:
    """Give a person no more items with these content notes."""
    if wanted := folded(notes):
        known = Care.objects.filter(person=person).values_list("avoided", flat=True).first() or []
        change(person, avoided=folded([*known, *wanted]))


def pause(person: User, until: datetime | None) -> None:
    """Hand nothing out to a person until then; None ends the pause."""
    change(person, paused_until=until)


def remind_later(person: User) -> None:
    """Offer no break for a quarter of an hour."""
    change(person, quiet_until=timezone.now() + LATER)


def go_on(person: User) -> None:
    """Let a person who reached a limit go on today, with items that carry no note."""
    change(person, went_on_at=timezone.now())


@transaction.atomic
def change(person: User, **values: object) -> None:
    """Write down part of what a person wishes, and let go of what they hold against it."""
    # Locked first, so that nothing is claimed by the old rules while the new ones are written.
    memberships = list(Membership.objects.select_for_update().filter(user=person).order_by("pk"))
    before = Care.objects.filter(person=person).first()
    care, _ = Care.objects.update_or_create(person=person, defaults=values)
    let_go_of_unwanted(care, {each.project_id for each in memberships})
    if before and set(before.avoided) - set(care.avoided):
        # What the cursor passed while it was avoided is looked for again at the end of the queue.
        Membership.objects.filter(user=person).update(missed_from=1)


def let_go_of_unwanted(care: Care, project_ids: set[UUID]) -> None:
    """Give back leases of items that the person avoids, and unopened sensitive ones past a limit."""
    held = Assignment.objects.live().filter(annotator=care.person_id, item__project__in=project_ids)
    is_past = limit_reached(care, timezone.now(), with_held=False) is not None
    unwanted = [
        lease
        for lease in held.select_related("item__scenario").select_for_update(of=("self",))
        if goes_against(care, lease, is_past=is_past)
    ]
    Assignment.objects.filter(pk__in=[each.pk for each in unwanted]).update(state=Assignment.State.EXPIRED)
    give_back_all(unwanted)


def goes_against(care: Care, lease: Assignment, *, is_past: bool) -> bool:
    """Whether somebody shouldn't hold an item by their own wishes."""
    notes = {note.lower() for note in lease.item.scenario.content_warnings}
    return bool(notes & set(care.avoided) or (notes and is_past and lease.opened_at is None))


def give_back_all(assignments: Iterable[Assignment]) -> None:
    """Free the places that assignments hold, project by project in one order, so that no two wait in a ring."""
    freed: dict[UUID, list[UUID]] = {}
    for each in assignments:
        if not each.is_calibration:
            freed.setdefault(each.item.project_id, []).append(each.item_id)
    for project_id in sorted(freed):
        give_back(project_id, freed[project_id])


def folded(notes: Iterable[str]) -> list[str]:
    """Return content notes as they are compared."""
    return sorted({note.strip().lower() for note in notes} - {""})
