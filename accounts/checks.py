"""What the operator's settings about people must not get wrong, looked at before anything starts."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from accounts.breached import is_listed


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings."""
    # Its models can't be imported before all apps are there.
    from accounts.second_factor import unknown_roles  # noqa: PLC0415

    found: list[CheckMessage] = [
        Error(f"SECOND_FACTOR_FOR names {role}, which is no role.", id="accounts.E001")
        for role in unknown_roles()
    ]
    if settings.BREACHED_PASSWORDS:
        try:
            is_listed(Path(settings.BREACHED_PASSWORDS), "password")
        except OSError as error:
            found.append(Error(f"BREACHED_PASSWORDS can't be read: {error}", id="accounts.E002"))
    if bool(settings.OIDC_ISSUER) != bool(settings.OIDC_CLIENT_ID):
        found.append(Error("OIDC_ISSUER and OIDC_CLIENT_ID go together.", id="accounts.E003"))
    return found
