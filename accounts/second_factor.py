"""Who must sign in with more than a password, and whether they do."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from accounts.models import Role, User
from egress.secrets import keyring

SEALED = ("secret", "seed")
"""Under which names allauth keeps what it was given sealed."""
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes are for those who have lost one of these."""


def must_have(user: User) -> bool:
    """Whether a person holds a role for which a password alone is not enough."""
    return any(user.has_role(role) for role in settings.SECOND_FACTOR_FOR)


def has(user: User) -> bool:
    """Whether a person signs in with an app's code or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def owes(user: User) -> bool:
    """Whether a person must set one up before anything else."""
    return must_have(user) and not has(user)


@transaction.atomic
def reseal() -> int:
    """Seal the secrets of all factors anew with the first key of the operator.

    Returns:
        How many there are.
    """
    keys, count = keyring(), 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        held = [name for name in SEALED if name in factor.data]
        for name in held:
            factor.data[name] = keys.rotate(factor.data[name].encode()).decode()
        if held:
            factor.save(update_fields=["data"])
            count += 1
    return count


def unknown_roles() -> list[str]:
    """Return the names in SECOND_FACTOR_FOR that are no role."""
    return [role for role in settings.SECOND_FACTOR_FOR if role not in Role.values]
