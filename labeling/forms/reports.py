"""What leads send about reports."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeadlineForm(forms.Form):
    """By when a project shall be done; empty for no day."""

    due_on = forms.DateField(required=False, error_messages={"invalid": _("Write the day as 2027-03-31.")})


class TraitForm(forms.Form):
    """Of which trait version disagreements are listed: its id, `overall`, or nothing for all."""

    trait = forms.RegexField(r"^(overall|[0-9a-f-]{36})$", required=False)

    def clean_trait(self) -> str:
        """Refuse what only looks like an id."""
        value = str(self.cleaned_data["trait"])
        if value not in ("", "overall"):
            forms.UUIDField().clean(value)
        return value
