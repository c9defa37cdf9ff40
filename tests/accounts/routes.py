"""Who may find the pages about signing in, the audit trail and people, and their addresses."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from accounts.models import User, Visit
from tests.access import ADMINISTRATORS, ALL, NOBODY, OPEN, Route

OWN_OBJECTS = {
    "accounts:visit_end": Route(NOBODY, "post"),
    "accounts:provider_unlink": Route(NOBODY, "post"),
    # These ask first whether it is still the same person; test_passkeys knocks at them with a fresh proof.
    "mfa_remove_webauthn": Route(ALL),
    "mfa_edit_webauthn": Route(ALL),
}
OF_PEOPLE = {
    "accounts:person": Route(ADMINISTRATORS),
    "accounts:correct": Route(ADMINISTRATORS, "post"),
    "accounts:new_link": Route(ADMINISTRATORS, "post"),
    "accounts:revoke": Route(ADMINISTRATORS, "post"),
    "accounts:factors_remove": Route(ADMINISTRATORS, "post"),
    "accounts:person_sign_out": Route(ADMINISTRATORS, "post"),
    "accounts:deactivate": Route(ADMINISTRATORS, "post"),
    "accounts:reactivate": Route(ADMINISTRATORS, "post"),
    "exports:erase_other": Route(ADMINISTRATORS),
}
PROVIDERS = {
    "openid_connect_login": Route(ALL, "post", is_public=True),
    "openid_connect_callback": OPEN,
}
ROUTES = {
    "accounts:sign_in": OPEN,
    "account_login": OPEN,
    "accounts:sign_out": Route(ALL, "post", is_public=True),
    "account_logout": Route(ALL, "post", is_public=True),
    "accounts:forgotten": OPEN,
    "accounts:reset": OPEN,
    "accounts:invitation": OPEN,
    "mfa_authenticate": OPEN,
    "mfa_login_webauthn": OPEN,
    **PROVIDERS,
    "accounts:me": Route(ALL),
    "accounts:profile": Route(ALL),
    "accounts:set_name": Route(ALL, "post"),
    "accounts:set_address": Route(ALL, "post"),
    "accounts:address": Route(ALL),
    "accounts:set_password": Route(ALL, "post"),
    "accounts:set_consent": Route(ALL, "post"),
    "accounts:consent_due": Route(ALL),
    "accounts:set_appearance": Route(ALL, "post"),
    "accounts:security": Route(ALL),
    "accounts:visits_end": Route(ALL, "post"),
    "accounts:anew": Route(ALL),
    "account_reauthenticate": Route(ALL),
    "mfa_reauthenticate": Route(ALL),
    "mfa_reauthenticate_webauthn": Route(ALL),
    "mfa_index": Route(ALL),
    "mfa_list_webauthn": Route(ALL),
    "socialaccount_connections": Route(ALL),
    "mfa_activate_totp": Route(ALL),
    "mfa_deactivate_totp": Route(NOBODY),
    "mfa_view_recovery_codes": Route(NOBODY),
    "mfa_generate_recovery_codes": Route(ALL),
    "mfa_download_recovery_codes": Route(NOBODY),
    "mfa_add_webauthn": Route(ALL),
    **OWN_OBJECTS,
    "accounts:people": Route(ADMINISTRATORS),
    **OF_PEOPLE,
    "exports:erase_me": Route(ALL),
    "accounts:audit": Route(ADMINISTRATORS),
    "accounts:audit_check": Route(ADMINISTRATORS, "post"),
    "accounts:audit_file": Route(ADMINISTRATORS),
}


def arguments(name: str, other: User) -> dict[str, Any] | None:
    """What an address names, made where it is not there yet; None when the usual will do."""
    if name in PROVIDERS:
        return {"provider_id": "oidc"}
    if name == "accounts:reset":
        return {"uid": "not-a-person", "token": "not-a-token"}
    if name == "accounts:audit_file":
        return {"kind": "csv"}
    if name == "accounts:visit_end":
        return {"pk": Visit.objects.get_or_create(user=other, session_key="foreign")[0].pk}
    if name == "accounts:provider_unlink":
        return {"pk": SocialAccount.objects.get_or_create(user=other, provider="oidc", uid="1")[0].pk}
    if name in OWN_OBJECTS:
        passkey, _ = Authenticator.objects.get_or_create(user=other, type="webauthn", defaults={"data": {}})
        return {"pk": passkey.pk}
    return None
