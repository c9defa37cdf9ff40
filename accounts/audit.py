"""The audit trail: every privileged act, each row hashing the one before."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models
from django.http import HttpRequest
from django.utils import timezone

from accounts.address import client_address
from accounts.models import AUDIT_HASH, AuditCheck, AuditEvent, User

Actor = HttpRequest | User | None
"""Who acts: the person behind a request, a person, or nobody when the house itself acts."""

_ORIGIN: ContextVar[str] = ContextVar("origin", default="")
"""The address that the request at work came from. Only that: who acts is always said by the caller."""

BROKEN_LINKS = f"""
SELECT e.id FROM (
    SELECT e.*, lag(e.hash, 1, '') OVER (ORDER BY e.id) AS hash_before, lag(e.id, 1, 0::bigint) OVER (ORDER BY e.id) AS id_before
    FROM accounts_auditevent e
) e
WHERE e.previous_hash <> e.hash_before OR e.id <> e.id_before + 1 OR e.hash <> {AUDIT_HASH.format(row="e")}
ORDER BY e.id
"""  # noqa: S608 - only our own constant is put in.
"""The events that were changed, moved, added by hand, or stand behind a removed one; none when all is well."""


def record(actor: Actor, act: str, obj: models.Model, **detail: Any) -> AuditEvent:
    """Add a privileged act to the audit trail. The database chains it to the one before.

    Other acts wait until the caller's transaction ends, so call it as the last thing in it.

    Args:
        actor: A request (its user and address are kept), a user, or None when the house itself acts.
        act: What was done, as "noun.past participle": "invitation.created".
        obj: To what.
        detail: JSON values worth knowing in a year; never a secret.
    """
    return AuditEvent.objects.create(
        at=timezone.now(),
        actor=person_behind(actor),
        act=act,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        detail=detail,
        address=client_address(actor) if isinstance(actor, HttpRequest) else _ORIGIN.get(),
    )


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Write this address down with every act inside the block."""
    token = _ORIGIN.set(address)
    try:
        yield
    finally:
        _ORIGIN.reset(token)


def person_behind(actor: Actor) -> User | None:
    """Return who acts; None when it is nobody with an account."""
    person = actor.user if isinstance(actor, HttpRequest) else actor
    return person if isinstance(person, User) else None


def broken_links() -> list[int]:
    """Return the ids of events at which the chain is broken."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_LINKS)
        return [row[0] for row in cursor.fetchall()]


def check_chain() -> AuditCheck:
    """Look at every link of the chain, and keep what was found."""
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return AuditCheck.objects.create(up_to=newest or 0, broken=broken_links())
