"""Why somebody takes a scenario out."""

from typing import Any

from django import forms

from curation.forms.boxes import text
from curation.models import Removal

REASONS = {
    "duplicate": "It says nearly the same as another scenario",
    "contamination": "It stands in a benchmark",
    "request": "Somebody asked for it",
    "other": "Another reason",
}


class RemovalForm(forms.Form):
    """A reason, and in words what a colleague wants to know in a year."""

    reason = forms.ChoiceField(
        choices=[("", "Choose a reason"), *REASONS.items()],
        widget=forms.Select({"class": "select"}),
        error_messages={"required": "Choose a reason."},
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=text(3),
        help_text="What a colleague wants to know in a year. Needed for another reason.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        """Ask for words where the reason says nothing."""
        said = super().clean() or self.cleaned_data
        if said.get("reason") == Removal.Reason.OTHER and not said.get("note"):
            self.add_error("note", "Write the reason down.")
