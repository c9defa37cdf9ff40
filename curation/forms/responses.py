"""What people say about a response that they write or paste, and which responses they look for."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curation.actions.responses import Written
from curation.forms.boxes import flat, line, text

LONGEST = 200_000


class ResponseForm(forms.Form):
    """A response in a person's own words, or one that a model gave them elsewhere."""

    source = forms.ChoiceField(
        label=_("Whose words are they?"),
        choices=[("person", _("Mine: I write it")), ("model", _("A model’s: I paste them unchanged"))],
        initial="person",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whose words they are")},
    )
    text = forms.CharField(
        label=_("Response"),
        max_length=LONGEST,
        strip=False,
        help_text=_("As the person in the conversation would read it. Markdown is shown formatted."),
        widget=text(12, **{"class": "textarea textarea-read"}),
        error_messages={"required": _("Write the response")},
    )
    model = forms.CharField(
        label=_("Model"),
        required=False,
        max_length=200,
        help_text=_("Of a model’s words: its full name and version."),
        widget=line(spellcheck="false", autocapitalize="off"),
    )
    made_on = forms.DateField(
        label=_("When it said so"),
        required=False,
        help_text=_("Of a model’s words, if you know."),
        widget=forms.DateInput({"class": "input", "type": "date"}),
    )
    license = forms.CharField(
        label=_("License"),
        required=False,
        max_length=60,
        help_text=_(
            "Under which terms the words may be published: a license id such as cc-by-4.0, or a few words."
        ),
        widget=line(spellcheck="false", autocapitalize="off"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        """Check that there is something to read."""
        words: str = self.cleaned_data["text"].replace("\r\n", "\n").strip("\n")
        if not words.strip():
            raise forms.ValidationError(_("Write the response"))
        return words

    def clean_model(self) -> str:
        """Return the name as it can be stored."""
        return " ".join(flat(self.cleaned_data["model"]).split())

    def clean_license(self) -> str:
        """Return the terms as they can be stored."""
        return " ".join(flat(self.cleaned_data["license"]).split())

    def clean_made_on(self) -> date | None:
        """Check that the day is not to come."""
        day: date | None = self.cleaned_data["made_on"]
        if day is not None and day > timezone.now().date():
            raise forms.ValidationError(_("Enter a day that is not in the future"))
        return day

    def clean(self) -> dict[str, Any]:
        """Check that a model's words come with the model's name."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("source") == "model" and not said.get("model") and "model" not in self.errors:
            self.add_error("model", _("Enter the model whose words they are"))
        return said

    @property
    def written(self) -> Written:
        """What was said, once it is valid."""
        said = self.cleaned_data
        if said["source"] == "person":
            return Written(said["text"], said["license"])
        return Written(said["text"], said["license"], said["model"], said["made_on"])
