"""Which part of the audit trail somebody wants to see."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import Form, text_input


class TrailForm(Form):
    """Filters of the audit trail; each narrows what the others leave."""

    who = forms.CharField(
        label=_("Who"),
        max_length=254,
        required=False,
        help_text=_("E-mail, name or id; - for the house itself"),
        widget=text_input(),
    )
    act = forms.CharField(
        label=_("What"),
        max_length=80,
        required=False,
        help_text=_("How it begins: roles. or release.cut"),
        widget=text_input(),
    )
    about = forms.CharField(
        label=_("Object"),
        max_length=80,
        required=False,
        help_text=_("Its id, or a kind: accounts.user"),
        widget=text_input(),
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("This is before the first day"))
        return cleaned
