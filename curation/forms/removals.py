"""Why somebody takes a scenario out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.forms.boxes import text
from curation.models import Removal

REASONS = {
    "duplicate": _("It says nearly the same as another scenario"),
    "contamination": _("It stands in a benchmark"),
    "request": _("Somebody asked for it"),
    "other": _("Another reason"),
}


class RemovalForm(forms.Form):
    """A reason, and in words what a colleague wants to know in a year."""

    reason = forms.ChoiceField(
        choices=[("", _("Choose a reason")), *REASONS.items()],
        widget=forms.Select({"class": "select"}),
        error_messages={"required": _("Choose a reason.")},
        label=_("Reason"),
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=text(3),
        help_text=_("What a colleague wants to know in a year. Needed for another reason."),
        label=_("Note"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        """Ask for words where the reason says nothing."""
        said = super().clean() or self.cleaned_data
        if said.get("reason") == Removal.Reason.OTHER and not said.get("note"):
            self.add_error("note", _("Write the reason down."))
