"""Makes tokens for programs, ends them, and finds the person behind one, counting its requests."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import Actor, record
from accounts.backend import Backend
from accounts.models import ApiToken, User
from config.statements import planned

BEGINNING = "arete_"
"""Scanners for leaked secrets look for such beginnings."""
PREFIX_LENGTH = 12
SECRET_BYTES = 32
WINDOW_S = 60
LIVES = {7: _("A week"), 30: _("30 days"), 90: _("90 days"), 365: _("A year")}
"""For how many days a token may work."""
# Finding, judging and counting are one statement, so that all web processes count together. It need not wait for the
# disk: what a crash could take with it is when the token was used last.
_USE = f"""
UPDATE accounts_apitoken SET last_used_at = now(),
    window_count = CASE WHEN window_at > now() - interval '{WINDOW_S} s' THEN window_count + 1 ELSE 1 END,
    window_at = CASE WHEN window_at > now() - interval '{WINDOW_S} s' THEN window_at ELSE now() END
WHERE sha256 = %s AND revoked_at IS NULL AND expires_at > now()
    AND set_config('synchronous_commit', 'off', true) = 'off'
RETURNING id, user_id, scopes, project_id, window_count, extract(epoch FROM now() - window_at)::int
"""  # noqa: S608 - only our own constant is put in.


class Made(NamedTuple):
    """A token's row and the token itself, which nobody can find out later."""

    row: ApiToken
    token: str


class Terms(NamedTuple):
    """What a person wants a token for."""

    name: str
    scopes: Sequence[str]
    days: int
    project_id: UUID | None = None


class Bearer(NamedTuple):
    """Who asks, by which token, and what it opens."""

    token_id: UUID
    user: User
    scopes: frozenset[str]
    project_id: UUID | None


class TooMany(Exception):
    """The token's requests of this minute are used up.

    Attributes:
        retry_after_s: seconds until the next minute begins.
    """

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


@transaction.atomic
def make_token(user: User, terms: Terms, *, actor: Actor) -> Made:
    """Make a token that acts for a person."""
    token = BEGINNING + token_urlsafe(SECRET_BYTES)
    row = ApiToken.objects.create(
        user=user,
        name=terms.name,
        prefix=token[:PREFIX_LENGTH],
        sha256=digest(token),
        scopes=sorted(terms.scopes),
        project_id=terms.project_id,
        expires_at=timezone.now() + timedelta(days=terms.days),
    )
    project = str(terms.project_id) if terms.project_id else None
    record(
        actor, "token.created", row, prefix=row.prefix, scopes=row.scopes, days=terms.days, project=project
    )
    return Made(row, token)


@transaction.atomic
def revoke_token(row: ApiToken, *, actor: Actor) -> bool:
    """End a token at once; False when it had ended already."""
    if not ApiToken.objects.in_force().filter(pk=row.pk).update(revoked_at=timezone.now()):
        return False
    record(actor, "token.revoked", row, prefix=row.prefix)
    return True


def use_token(token: str) -> Bearer | None:
    """Return who asks by a token; None when it is none, has ended, or its person may not be here any more.

    Raises:
        TooMany: it has asked too often in this minute.
    """
    with planned() as cursor:
        cursor.execute(_USE, [digest(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, user_id, scopes, project_id, count, age_s = row
    if count > settings.API_REQUESTS_PER_MINUTE:
        raise TooMany(max(1, WINDOW_S - age_s))
    user = Backend().get_user(user_id)
    return Bearer(token_id, user, frozenset(scopes), project_id) if user else None


def digest(token: str) -> str:
    """Return what is stored of a token: it is random enough that guessing backwards is hopeless."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
