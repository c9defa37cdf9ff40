"""What browsers answer when they are asked for a passkey. Allauth's forms expect that it is whole; ours look first."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn import forms as allauth_forms
from allauth.mfa.webauthn.internal.auth import parse_authentication_response, parse_registration_response
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PasskeyField(forms.JSONField):
    """An answer that can be read."""

    def __init__(self, parse: Callable[[Any], object]) -> None:
        self.parse = parse
        super().__init__(widget=forms.HiddenInput)

    def clean(self, value: Any) -> Any:
        """Refuse what has another shape.

        Raises:
            ValidationError: a part is missing, or is none.
        """
        found = super().clean(value)
        try:
            self.parse(found)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(_("This is no passkey.")) from error
        return found


class AddForm(allauth_forms.AddWebAuthnForm):
    """Adds one."""

    credential = PasskeyField(parse_registration_response)


class UseForm(allauth_forms.AuthenticateWebAuthnForm):
    """Takes one as second step."""

    credential = PasskeyField(parse_authentication_response)


class LoginForm(allauth_forms.LoginWebAuthnForm):
    """Takes one alone."""

    credential = PasskeyField(parse_authentication_response)


class AgainForm(allauth_forms.ReauthenticateWebAuthnForm):
    """Takes one to see that it is still the same person."""

    credential = PasskeyField(parse_authentication_response)
