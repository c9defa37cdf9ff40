"""What people say about who is told of news."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from egress.guard import Refused, check_url
from exports.actions.listeners import Wish
from exports.models import Listener, News

NEWS = [(kind.value, kind.label) for kind in News.Kind if kind != News.Kind.TEST]


class ListenerForm(forms.Form):
    """What every kind of listener has."""

    kind = Listener.Kind.WEBHOOK
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("What colleagues call it."),
        widget=forms.TextInput({"class": "input"}),
        error_messages={"required": _("Enter a name")},
    )
    address = forms.CharField(max_length=300)
    kinds = forms.MultipleChoiceField(
        label=_("News"),
        choices=NEWS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what to tell"), "invalid_choice": _("There is no such news")},
    )

    def __init__(self, *args: Any, listener: Listener | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        if listener is not None:
            kwargs["initial"] = {name: getattr(listener, name) for name in ("name", "address", "kinds")}
        super().__init__(*args, **kwargs)

    @property
    def wish(self) -> Wish:
        """What was said, once it is valid."""
        return Wish(**self.cleaned_data)


class WebhookForm(ListenerForm):
    """A program that is called."""

    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("Gets a POST with JSON. A new address needs a new secret."),
        widget=forms.URLInput({"class": "input", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the address of the webhook")},
    )

    def clean_address(self) -> str:
        """Check that requests may go there."""
        address: str = self.cleaned_data["address"]
        try:
            check_url(address)
        except Refused as reason:
            raise forms.ValidationError(str(reason)) from None
        return address


class EmailForm(ListenerForm):
    """A person who gets e-mails."""

    kind = Listener.Kind.EMAIL
    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"class": "input", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter an e-mail address"),
            "invalid": _("Enter an e-mail address like name@example.org"),
        },
    )

    def clean(self) -> dict[str, Any]:
        """Check that there is a mail server."""
        if not settings.EMAIL_HOST:
            raise forms.ValidationError(
                _("The operator has set no mail server (EMAIL_HOST), so nothing would arrive.")
            )
        return super().clean() or self.cleaned_data


FORMS: dict[str, type[ListenerForm]] = {form.kind: form for form in (WebhookForm, EmailForm)}
