"""Writes down who is told of news, and gives webhooks their secrets."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import Actor, person_behind, record
from config.ids import uuid7
from config.wording import words
from egress.secrets import seal
from exports.actions.notices import deliver
from exports.models import Delivery, Listener, News
from exports.signing import new_secret

BY_HAND = "Somebody turned it off."


class NoSecret(Exception):
    """A webhook can't get anything before its secret is made."""


@dataclass(frozen=True)
class Wish:
    """What people say about a listener."""

    name: str
    address: str
    kinds: list[str]


@transaction.atomic
def create_listener(kind: str, wish: Wish, *, actor: Actor = None) -> Listener:
    """Add a listener. A webhook gets nothing before its secret is made."""
    return written(Listener(kind=kind, created_by=person_behind(actor)), wish, actor, "listener.created")


@transaction.atomic
def change_listener(listener: Listener, wish: Wish, *, actor: Actor = None) -> Listener:
    """Change a listener. The secret of a webhook is void when it leads elsewhere now."""
    locked = Listener.objects.select_for_update().get(pk=listener.pk)
    return written(locked, wish, actor, "listener.changed")


def written(listener: Listener, wish: Wish, actor: Actor, act: str) -> Listener:
    """Save what was said, and drop the secret of another address."""
    former = listener.secret
    if listener.address != wish.address:
        listener.secret = None
    listener.name, listener.address, listener.kinds = wish.name, wish.address, wish.kinds
    listener.save()
    if former is not None and listener.secret is None:
        former.delete()
    record(actor, act, listener, kind=listener.kind, kinds=listener.kinds)
    return listener


@transaction.atomic
def renew_secret(listener: Listener, *, actor: Actor = None) -> str:
    """Give a webhook a new secret and return it, to be shown once. The former one is void at once."""
    listener = Listener.objects.select_for_update().get(pk=listener.pk, kind=Listener.Kind.WEBHOOK)
    former, secret = listener.secret, new_secret()
    listener.secret = seal(secret, bound_to=listener.address)
    listener.save(update_fields=["secret"])
    if former is not None:
        former.delete()
    record(actor, "listener.secret_renewed", listener)
    return secret


@transaction.atomic
def turn_off(listener: Listener, *, actor: Actor = None) -> None:
    """Send nothing more there."""
    if Listener.objects.enabled().filter(pk=listener.pk).update(disabled_at=Now(), disabled_why=BY_HAND):
        record(actor, "listener.turned_off", listener)


@transaction.atomic
def turn_on(listener: Listener, *, actor: Actor = None) -> None:
    """Send again what happens from now on."""
    off = Listener.objects.filter(pk=listener.pk, disabled_at__isnull=False)
    if off.update(disabled_at=None, disabled_why="", failures=0):
        record(actor, "listener.turned_on", listener)


@transaction.atomic
def send_test(listener: Listener, *, actor: Actor = None) -> Delivery:
    """Send a listener a piece of news that says it is a test.

    Raises:
        NoSecret: it is a webhook that has none.
    """
    if listener.lacks_secret:
        raise NoSecret(words("Make its secret first."))
    facts = {"reason": "Somebody pressed “Send a test”."}
    news = News.objects.create(kind=News.Kind.TEST, subject=uuid7(), facts=facts)
    record(actor, "listener.tested", listener)
    return deliver(news, listener)
