"""People come into a project by a link, with an account or without one yet."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions import Invited, digest, sign_up
from accounts.audit import record
from accounts.models import User
from labeling.models import Membership, Project, ProjectInvitation, ProjectInvitationUse


class LinkEnded(Exception):
    """The link was used up, revoked, or has run out."""


class ForSomeoneElse(Exception):
    """The link is for another address."""


class Offer(NamedTuple):
    """What a link shall offer."""

    role: str
    email: str = ""
    """Empty lets anybody in who has the link."""
    most_uses: int = 1
    days: int = 7


class Made(NamedTuple):
    """An invitation and the token of its link, which nobody can find out later."""

    invitation: ProjectInvitation
    token: str


@transaction.atomic
def invite_into(project: Project, offer: Offer, *, invited_by: User) -> Made:
    """Make a link into a project."""
    token = token_urlsafe(32)
    invitation = ProjectInvitation.objects.create(
        project=project,
        role=offer.role,
        email=offer.email.strip().lower(),
        token_sha256=digest(token),
        most_uses=1 if offer.email else offer.most_uses,
        expires_at=timezone.now() + timedelta(days=offer.days),
        invited_by=invited_by,
    )
    record(
        invited_by,
        "project_invitation.created",
        invitation,
        project=project.slug,
        role=offer.role,
        uses=invitation.most_uses,
    )
    return Made(invitation, token)


@transaction.atomic
def revoke_invitation(invitation: ProjectInvitation, *, revoked_by: User) -> bool:
    """End a link. Who came by it stays. Doing it twice changes nothing."""
    open_one = ProjectInvitation.objects.filter(pk=invitation.pk, revoked_at=None)
    count = open_one.update(revoked_at=timezone.now())
    if count:
        record(revoked_by, "project_invitation.revoked", invitation)
    return bool(count)


@transaction.atomic
def come_by(invitation: ProjectInvitation, email: str) -> Invited:
    """Make an account for somebody who has none, with a place in the project.

    Raises:
        LinkEnded: the link was used up, revoked, or has run out.
        ForSomeoneElse: it is for another address.
        AlreadyHere: somebody has an account with this address.
    """
    address = email.strip().lower()
    if invitation.email and address != invitation.email:
        raise ForSomeoneElse
    invited = sign_up(address, invited_by=invitation.invited_by)
    enter(invitation, invited.invitation.user)
    return invited


@transaction.atomic
def join(invitation: ProjectInvitation, user: User) -> Membership:
    """Let a person into the project; who takes part already keeps their role.

    Raises:
        LinkEnded: the link was used up, revoked, or has run out, or the person came by it and was taken out since.
        ForSomeoneElse: it is for another address.
    """
    if invitation.email and user.email != invitation.email:
        raise ForSomeoneElse
    there = Membership.objects.filter(project=invitation.project_id, user=user).first()
    return there or enter(invitation, user)


def enter(invitation: ProjectInvitation, user: User) -> Membership:
    """Give a person their place. Wants a transaction."""
    take_use(invitation, user)
    membership, _ = Membership.objects.get_or_create(
        project_id=invitation.project_id, user=user, defaults={"role": invitation.role}
    )
    record(user, "project_invitation.used", invitation, role=membership.role)
    return membership


def take_use(invitation: ProjectInvitation, user: User) -> None:
    """Count a person who comes by a link, once.

    Raises:
        LinkEnded: the link was used up, revoked, or has run out, perhaps a moment ago; or the person used it.
    """
    if not ProjectInvitation.objects.open().filter(pk=invitation.pk).update(uses=F("uses") + 1):
        raise LinkEnded
    # The update has locked the link, so that a person in two tabs is counted once.
    _, is_new = ProjectInvitationUse.objects.get_or_create(invitation=invitation, user=user)
    if not is_new:
        raise LinkEnded
