"""Seals tokens of other systems and opens them for the one address they are meant for."""

import json
from urllib.parse import urlsplit, urlunsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from config.ids import uuid7
from config.wording import words
from egress.models import Secret

SHORTEST_WITH_HINT = 12
HINT_LENGTH = 4


class SecretVoid(Exception):
    """The secret is not for this address, or can't be opened any more. A new one must be given."""


class BadToken(ValueError):
    """No token looks like this."""


def keyring() -> MultiFernet:
    """Return the operator's keys: the first seals, all open."""
    if not settings.SECRETS_KEYS:
        raise ImproperlyConfigured("SECRETS_KEYS holds no key, so tokens can't be stored.")
    return MultiFernet([Fernet(key) for key in settings.SECRETS_KEYS])


def normalized(url: str) -> str:
    """Return an address in the one spelling that secrets are bound to."""
    parts = urlsplit(url.strip())
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), "", ""))


def seal(token: str, bound_to: str) -> Secret:
    """Store a token for one address. It can't be read back on any page.

    Raises:
        BadToken: empty, or holds what no HTTP header carries.
    """
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable():
        raise BadToken("A token holds letters, digits and signs only.")
    secret = Secret(pk=uuid7(), bound_to=normalized(bound_to))
    # The row and the address are sealed in, so that the ciphertext is worthless in another row.
    payload = json.dumps([str(secret.pk), secret.bound_to, token])
    secret.ciphertext = keyring().encrypt(payload.encode())
    secret.hint = token[-HINT_LENGTH:] if len(token) >= SHORTEST_WITH_HINT else ""
    secret.save(force_insert=True)
    return secret


def reveal(secret: Secret, url: str) -> str:
    """Return the token, to be sent to this address at once and kept nowhere.

    Raises:
        SecretVoid: the address is another one than the token was given for, or no key opens it.
    """
    try:
        row, bound_to, token = json.loads(keyring().decrypt(bytes(secret.ciphertext)))
    except InvalidToken as error:
        raise SecretVoid(
            words("The stored token can't be opened with today's keys. Please enter it again.")
        ) from error
    if [row, bound_to] != [str(secret.pk), normalized(url)] or secret.bound_to != bound_to:
        raise SecretVoid(words("The token was given for another address. Please enter one for this address."))
    return str(token)


def can_open(secret: Secret) -> bool:
    """Say whether one of the operator's keys opens a secret."""
    try:
        keyring().decrypt(bytes(secret.ciphertext))
    except (InvalidToken, ImproperlyConfigured):
        return False
    return True


@transaction.atomic
def rotate() -> int:
    """Seal all secrets anew with the first key, so that the others can be dropped.

    Returns:
        How many there are.
    """
    keys = keyring()
    secrets = list(Secret.objects.select_for_update())
    for secret in secrets:
        secret.ciphertext = keys.rotate(bytes(secret.ciphertext))
        secret.save(update_fields=["ciphertext"])
    return len(secrets)
