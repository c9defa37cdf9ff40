"""What somebody enters who comes by a link."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """The address of somebody who has no account yet."""

    email = forms.EmailField(
        max_length=254,
        label=_("Email"),
        widget=forms.EmailInput({"class": "input", "autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address like name@example.org"),
        },
    )
