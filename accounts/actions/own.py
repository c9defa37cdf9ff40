"""What people change about their own account, and what others set right for them."""

from django.core import signing
from django.db import transaction

from accounts import visits
from accounts.actions.letters import ADDRESS_AGE_S, ADDRESS_SALT, Letter, send_letter
from accounts.audit import Actor, record
from accounts.models import User


class AddressTaken(Exception):
    """Somebody else has an account with this address."""


class NoSuchChange(Exception):
    """The link has run out, is for another address, or was used."""


@transaction.atomic
def ask_for_address(user: User, email: str) -> None:
    """Send a link to the address that a person wants, and word of it to the one they have.

    Raises:
        AddressTaken: somebody else has it.
    """
    user.new_email = free_address(user, email)
    user.save(update_fields=["new_email"])
    send_letter(user, Letter.ADDRESS)
    send_letter(user, Letter.ADDRESS_ASKED)


@transaction.atomic
def confirm_address(user: User, token: str, actor: Actor) -> None:
    """Let a person sign in with the address whose letter they have read.

    Raises:
        NoSuchChange: the link has run out, is for another address, or was used.
        AddressTaken: somebody else has the address by now.
    """
    try:
        found = signing.loads(token, salt=ADDRESS_SALT, max_age=ADDRESS_AGE_S)
    except signing.BadSignature as error:
        raise NoSuchChange from error
    held = User.objects.select_for_update().get(pk=user.pk)
    if found != [str(held.pk), held.new_email] or not held.new_email:
        raise NoSuchChange
    take_address(held, free_address(held, held.new_email), actor)


@transaction.atomic
def correct_person(user: User, name: str, email: str, actor: Actor) -> None:
    """Set somebody's name and address right. They get word of it at the new address.

    Raises:
        AddressTaken: somebody else has it.
    """
    email = free_address(user, email)
    if name != user.name:
        user.name = name
        user.save(update_fields=["name"])
        record(actor, "account.renamed", user)
    if email != user.email:
        take_address(user, email, actor)
        send_letter(user, Letter.ADDRESS_CHANGED)


def free_address(user: User, email: str) -> str:
    """Return an address as we keep it.

    Raises:
        AddressTaken: somebody else has it.
    """
    email = email.strip().lower()
    if User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise AddressTaken
    return email


def take_address(user: User, email: str, actor: Actor) -> None:
    """Change the address, and write down that it was, but not which: that is nobody's business in a year."""
    user.email, user.new_email = email, ""
    user.save(update_fields=["email", "new_email"])
    record(actor, "address.changed", user)


@transaction.atomic
def change_password(user: User, password: str, actor: Actor) -> None:
    """Set another password, and tell the person. Sessions under the old one end, but for one that is renewed."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor, "password.changed", user)
    send_letter(user, Letter.PASSWORD_CHANGED)


@transaction.atomic
def reset_password(user: User, password: str, actor: Actor) -> None:
    """Set the password of somebody who forgot it, and sign them out everywhere."""
    change_password(user, password, actor)
    visits.end(user.visits.all())
