"""How allauth does things here: closed, quiet, counted, written down."""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import languages, visits
from accounts.actions.factors import may_remove
from accounts.actions.letters import Letter, send_letter
from accounts.actions.providers import NotInvited, admit
from accounts.address import client_address
from accounts.audit import record
from accounts.models import User
from accounts.providers import provider_names
from config.wording import words
from egress.secrets import keyring

GONE = _("This account can’t be used any more. Ask the people who run this site.")
NEWS = {
    "mfa/email/totp_activated": (Letter.FACTOR_ADDED, words("an app with codes"), "second_factor.added"),
    "mfa/email/totp_deactivated": (
        Letter.FACTOR_REMOVED,
        words("an app with codes"),
        "second_factor.removed",
    ),
    "mfa/email/webauthn_added": (Letter.FACTOR_ADDED, words("a passkey"), "second_factor.added"),
    "mfa/email/webauthn_removed": (Letter.FACTOR_REMOVED, words("a passkey"), "second_factor.removed"),
    "mfa/email/recovery_codes_generated": (Letter.CODES, words("recovery codes"), "recovery_codes.made"),
    "socialaccount/email/account_connected": (Letter.PROVIDER_ADDED, words("a provider"), "provider.linked"),
}
"""What allauth would send by itself, by the name of its template: our letter, what it is about, and the act."""


def proved_lately(request: HttpRequest) -> bool:
    """Whether the person has shown a moment ago that it is them, on coming in or since."""
    if not isinstance(request.user, User):
        return False
    proofs = get_authentication_records(request, request.user)
    return bool(proofs) and time.time() - proofs[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class AccountAdapter(DefaultAccountAdapter):
    """Accounts."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, keep where it is, and write down how the person came."""
        super().login(request, user)
        visits.begin(request, user)
        languages.learn(request, user)
        ways = [each.get("type") or each["method"] for each in get_authentication_records(request, user)]
        record(request, "session.begun", user, by=ways)

    def logout(self, request: HttpRequest) -> None:
        """End the session, and forget where it was."""
        if isinstance(request.user, User):
            request.user.visits.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody comes without an invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that we count and write down."""
        return client_address(request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Say so at the door."""
        messages.error(request, GONE)
        return redirect("accounts:sign_in")

    def reauthenticate(self, user: User, password: str) -> bool:
        """Say whether this is the person's password."""
        return user.check_password(password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again for what matters, but not of those who came in a moment ago."""
        return not proved_lately(context.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Return the ways to prove that it is still the same person; signing in anew is always one."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return found or [{"id": "anew", "description": _("Sign in anew"), "url": reverse("accounts:anew")}]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Write down what happened to an account, and tell its owner."""
        letter, what, act = NEWS[template_prefix]
        if context and "account" in context:
            provider = context["account"].provider
            what = provider_names().get(provider, provider)
        record(user, act, user, what=what)
        send_letter(user, letter, what)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your role asks for a second step, and this is your last. Set up another first."
        ),
        "incorrect_code": _("This code does not fit. Codes change twice a minute: take the newest"),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return keyring().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return keyring().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person may do without this one."""
        return may_remove(authenticator)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what browsers show when they ask for a passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Arete"}


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Providers by which people come."""

    def get_requests_session(self) -> Any:
        """Return a session that goes through the guard."""
        from egress.requests_session import guarded_session  # noqa: PLC0415 - no page needs it but these.

        return guarded_session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody comes without an invitation."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find out whom a provider vouches for, when they never came by it before."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        said = sociallogin.account.get_provider_account().get_user_data() or {}
        try:
            person = admit(verified[0] if verified else "", str(said.get("name") or ""))
        except NotInvited as error:
            context = {
                "is_verified": bool(verified),
                "email": said.get("email", ""),
                "name": sociallogin.provider.name,
            }
            answer = render(request, "accounts/not_invited.html", context, status=403)
            raise ImmediateHttpResponse(answer) from error
        if person.newest_consent is None:
            # Who comes by a link is asked on its page; who comes by a provider, before anything else.
            place = urlencode({"next": sociallogin.state.get("next") or "/"})
            sociallogin.state["next"] = f"{reverse('accounts:consent_due')}?{place}"
        sociallogin.connect(request, person)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """Say that it did not work, and nothing that a stranger could learn from."""
        answer = render(request, "accounts/provider_failed.html", {"name": provider.name}, status=403)
        raise ImmediateHttpResponse(answer)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell by letter."""
        AccountAdapter().send_notification_mail(*args, **kwargs)
