"""What people send about what they read, and when they rest."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText, note_of
from curation.forms.scenario_edit import WARNINGS
from curation.models import Scenario
from labeling.actions.care import Wishes
from labeling.models import Care

MOST_MINUTES = 24 * 60


def number(label: LazyText, most: int, hint: LazyText, *, least: int = 0) -> forms.IntegerField:
    """Return a field for a limit that may stay empty."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        help_text=hint,
        widget=forms.NumberInput({"class": "input", "inputmode": "numeric"}),
    )


class CareForm(forms.Form):
    """What a person doesn't want to read, and how much of the rest."""

    avoided = forms.MultipleChoiceField(
        label=_("Content notes of items that you don’t want"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sensitive_per_day = number(
        _("Sensitive items a day, at most"),
        1000,
        _("Items with a content note that you open. Empty: no limit."),
    )
    sensitive_per_week = number(
        _("Sensitive items a week, at most"), 5000, _("Weeks begin on Monday. Empty: no limit.")
    )
    minutes_per_day = number(
        _("Minutes of reading a day, at most"),
        MOST_MINUTES,
        _("Days begin at midnight UTC. Empty: no limit."),
    )
    break_after = number(_("Offer a break after so many minutes"), 600, _("Empty: never."), least=5)

    def __init__(self, *args: Any, care: Care, **kwargs: Any) -> None:
        wishes = {name: getattr(care, name) for name in Wishes._fields}
        super().__init__(*args, **{"initial": wishes, "label_suffix": "", **kwargs})
        avoided: Any = self.fields["avoided"]
        avoided.choices = [(each, capfirst(note_of(each))) for each in known_notes(care)]

    @property
    def wishes(self) -> Wishes:
        """What was sent."""
        return Wishes(**self.cleaned_data)


def known_notes(care: Care) -> list[str]:
    """Return the content notes that one can choose among, in lower case."""
    seen = Scenario.objects.recent_warnings()
    return sorted({*WARNINGS, *(each.lower() for each in seen), *care.avoided})


class PauseForm(forms.Form):
    """Until when a person wants to be given nothing."""

    until = forms.DateField(
        label=_("Pause until the morning of"),
        widget=forms.DateInput({"class": "input", "type": "date"}),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def clean_until(self) -> datetime:
        """Return the beginning of that day."""
        until = datetime.combine(self.cleaned_data["until"], time(), UTC)
        if until <= timezone.now():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return until
