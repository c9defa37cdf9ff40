"""Invites people, lets them in, changes their roles, and keeps what they consented to."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts import visits
from accounts.audit import Actor, person_behind, record
from accounts.models import ConsentRecord, ConsentVersion, Invitation, Role, User

INVITATION_LIFE = timedelta(days=7)
SIGN_IN_LIFE = timedelta(hours=24)


class AlreadyHere(Exception):
    """The person has an account and a password."""


class SameWording(ValueError):
    """A new wording of the consent has to say something new."""


class LinkUsed(Exception):
    """The link was used, revoked or has run out."""


class LastAdministrator(Exception):
    """Nobody would be left who administers the deployment."""


class Invited(NamedTuple):
    """An invitation and the token of its link, which nobody can find out later."""

    invitation: Invitation
    token: str


class Entry(NamedTuple):
    """What a person says about themselves on coming in."""

    name: str
    password: str
    email: str = ""
    consents: bool = False


def digest(token: str) -> str:
    """Return what is stored of a link's token."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(email: str, *, name: str = "", roles: Iterable[str] = (), invited_by: Actor) -> Invited:
    """Make an account for a person and the one-time link that opens it. Earlier links of theirs end.

    Args:
        email: Where the person is known; nothing is sent there.
        name: What colleagues will see; the person may change it.
        roles: Global roles.
        invited_by: The request or person who invites; None at the very first start.

    Raises:
        AlreadyHere: the person has set a password.
    """
    user, _ = User.objects.select_for_update().get_or_create(
        email=email.strip().lower(), defaults={"name": name}
    )
    if user.has_come_in:
        raise AlreadyHere
    if not user.password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    put_in_roles(user, roles)
    invited = make_link(user, invited_by, INVITATION_LIFE)
    record(invited_by, "invitation.created", invited.invitation, user=str(user.pk), roles=sorted(roles))
    return invited


@transaction.atomic
def sign_up(email: str, *, invited_by: User) -> Invited:
    """Make an account for somebody who came by a project's link, and the one-time link that opens it.

    Raises:
        AlreadyHere: an account has this address, whether its owner has been in or not: a link to it would let
            whoever holds the project's link in as somebody else.
    """
    user, is_new = User.objects.get_or_create(email=email.strip().lower())
    if not is_new:
        raise AlreadyHere
    user.set_unusable_password()
    user.save(update_fields=["password"])
    invited = make_link(user, invited_by, INVITATION_LIFE)
    record(invited_by, "invitation.created", invited.invitation, user=str(user.pk), roles=[])
    return invited


@transaction.atomic
def make_new_link(user: User, made_by: Actor) -> Invited:
    """Make another one-time link for an account; by it, a person who has a password signs in without it."""
    invited = make_link(user, made_by, SIGN_IN_LIFE if user.has_come_in else INVITATION_LIFE)
    record(made_by, "link.created", invited.invitation, user=str(user.pk))
    return invited


@transaction.atomic
def revoke_links(user: User, revoked_by: Actor) -> int:
    """End the links of a person that nobody has used yet."""
    count = Invitation.objects.open().filter(user=user).update(expires_at=timezone.now())
    if count:
        record(revoked_by, "link.revoked", user)
    return count


def make_link(user: User, invited_by: Actor, life: timedelta) -> Invited:
    """End the earlier links of a person and make a new one."""
    now = timezone.now()
    Invitation.objects.open().filter(user=user).update(expires_at=now)
    token = token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user, token_sha256=digest(token), invited_by=person_behind(invited_by), expires_at=now + life
    )
    return Invited(invitation, token)


@transaction.atomic
def accept_invitation(invitation: Invitation, entry: Entry) -> User:
    """Let an invited person in, once.

    Raises:
        LinkUsed: the link was used, revoked or has run out, perhaps a moment ago.
    """
    use_link(invitation)
    user = invitation.user
    user.name = entry.name
    user.email = entry.email.lower() or user.email
    user.set_password(entry.password)
    user.save(update_fields=["name", "email", "password"])
    if entry.consents:
        give_consent(user)
    record(user, "invitation.accepted", invitation)
    return user


@transaction.atomic
def come_in_by_link(invitation: Invitation) -> User:
    """Let a person in who has an account, once.

    Raises:
        LinkUsed: the link was used, revoked or has run out, perhaps a moment ago.
    """
    use_link(invitation)
    record(invitation.user, "link.used", invitation)
    return invitation.user


@transaction.atomic
def set_roles(user: User, roles: Iterable[str], set_by: Actor) -> None:
    """Give a person exactly these global roles.

    Raises:
        LastAdministrator: the only administrator would no longer be one.
    """
    before = user.roles
    with keeping_an_administrator():
        put_in_roles(user, roles)
    if user.roles != before:
        record(set_by, "roles.set", user, before=before, after=user.roles)


@transaction.atomic
def deactivate(user: User, by: Actor) -> None:
    """Let a person go: they are signed out and can't come back. What they did stays.

    Raises:
        LastAdministrator: the only administrator would be gone.
    """
    with keeping_an_administrator():
        count = User.objects.filter(pk=user.pk, is_active=True).update(is_active=False)
    if count:
        Invitation.objects.open().filter(user=user).update(expires_at=timezone.now())
        visits.end(user.visits.all())
        record(by, "account.deactivated", user)


@transaction.atomic
def reactivate(user: User, by: Actor) -> None:
    """Let a person come back."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record(by, "account.reactivated", user)


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """Keep at least one person who can administer the deployment and has been in.

    Raises:
        LastAdministrator: nobody would be left.
    """
    # Two administrators who let each other go at once would otherwise both find the other still there.
    list(User.objects.filter(is_superuser=True).order_by("pk").select_for_update())
    yield
    if not User.objects.administrators().with_password().exists():
        raise LastAdministrator


def use_link(invitation: Invitation) -> None:
    """Take note that a link was used.

    Raises:
        LinkUsed: somebody was quicker, or the link has ended.
    """
    if not Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now()):
        raise LinkUsed


def put_in_roles(user: User, roles: Iterable[str]) -> None:
    """Give a person exactly these roles."""
    wanted = set(roles)
    groups = [Group.objects.get_or_create(name=role)[0] for role in Role if role in wanted]
    user.groups.set(groups)
    user.is_superuser = Role.ADMINISTRATORS in wanted
    user.save(update_fields=["is_superuser"])


def give_consent(user: User) -> ConsentRecord:
    """Write down that a person agrees to the newest wording."""
    return ConsentRecord.objects.create(user=user, version=newest_consent(), is_given=True)


def withdraw_consent(user: User) -> ConsentRecord:
    """Write down that a person no longer agrees. Releases from now on leave their labels out."""
    return ConsentRecord.objects.create(user=user, version=newest_consent(), is_given=False)


@transaction.atomic
def change_consent(text: str) -> ConsentVersion:
    """Put another wording in force. Everybody who agreed to an earlier one is asked again.

    Raises:
        SameWording: it says nothing, or what the newest one says.
    """
    newest = newest_consent()
    if text.strip() in ("", newest.text.strip()):
        raise SameWording
    version = ConsentVersion.objects.create(number=newest.number + 1, text=text.strip() + "\n")
    record(None, "consent.changed", version, number=version.number)
    return version


def newest_consent() -> ConsentVersion:
    """Return the wording that people are asked to agree to."""
    return ConsentVersion.objects.latest("number")
