"""Erases a person from the whole house: their account, their places, and what was theirs alone."""

import pgtrigger
from django.db import transaction
from django.utils import timezone

from accounts.actions import LastAdministrator
from accounts.actions.erasure import erasures, forget_person
from accounts.audit import Actor
from accounts.models import NOWHERE, User
from curation.models import SavedFilter
from exports.models import Listener
from labeling.actions.assignments import remove_member
from labeling.actions.withdrawals import withdraw
from labeling.models import Care, Draft, Membership, ProjectInvitation

__all__ = ["LastAdministrator", "erase_again", "erase_person"]

LEFT = "The person whose address it was has left."


@transaction.atomic
def erase_person(person: User, actor: Actor, *, takes_labels: bool) -> None:
    """Take away all that tells who a person was, and what was for them alone.

    Labels stay, as those of somebody who left, and go on under the consent they were given under; or they are taken
    back, so that no release from now on holds them. Releases that are out stay as they are.

    Raises:
        LastAdministrator: the only administrator would be gone.
    """
    if person.erased_at:
        return
    if takes_labels:
        withdraw(person)
    Draft.objects.filter(assignment__annotator=person).delete()
    for membership in Membership.objects.filter(user=person).select_related("project").order_by("pk"):
        remove_member(membership)
    Care.objects.filter(person=person).delete()
    SavedFilter.objects.filter(owner=person).delete()
    forget_address(person.email)
    forget_person(person, actor, takes_labels=takes_labels)


def forget_address(email: str) -> None:
    """Take an address out of links that were made for it, and of what is sent to it."""
    # The terms of a link are fixed; whom it was for is the one thing that must be able to go.
    with pgtrigger.ignore("labeling.ProjectInvitation:terms_stay"):
        ProjectInvitation.objects.filter(email=email, revoked_at=None).update(revoked_at=timezone.now())
        ProjectInvitation.objects.filter(email=email).update(email=f"erased@erased{NOWHERE}")
    Listener.objects.filter(address__iexact=email).update(
        address=f"erased@erased{NOWHERE}", disabled_at=timezone.now(), disabled_why=LEFT
    )


def erase_again() -> int:
    """Erase those who are here again because the database is from before their erasure. Returns how many."""
    count = 0
    for line in erasures():
        key, _, choice = line.partition(" ")
        person = User.objects.filter(pk=key, erased_at=None).first()
        if person:
            erase_person(person, None, takes_labels=choice == "labels-too")
            count += 1
    return count
