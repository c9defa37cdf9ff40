"""What facilitators and panelists of a Delphi round send."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from curation.actions.delphi import Rating
from curation.consensus import SCALE
from curation.forms.traits import WordsField


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # It takes none when it runs.
    """Someone, by name and address: two people may share a name."""

    def label_from_instance(self, obj: User) -> str:
        """Return how a person stands in the list."""
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class PanelistForm(forms.Form):
    """Someone to ask."""

    person = PersonField(
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose someone from the list."),
        },
        widget=forms.Select({"class": "select"}),
    )
    group = WordsField(rows=0, longest=60, label=_("Group"))

    def __init__(self, *args: Any, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # It is a PersonField.
        self.fields["group"].widget.attrs |= {"list": "groups", "placeholder": _("for instance law")}


class RatingForm(forms.Form):
    """What a panelist says of one statement."""

    rating = forms.TypedChoiceField(
        coerce=int,
        choices=[(number, str(number)) for number in SCALE],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a rating from 1 to 9."),
            "invalid_choice": _("Choose a rating from 1 to 9."),
        },
    )
    reason = WordsField(rows=2)
    is_dissent = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason that shall be published."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("is_dissent") and not said.get("reason"):
            self.add_error("reason", _("Write the reason that shall be published, or take the tick away."))
        return said

    @property
    def said(self) -> Rating:
        """What was said. Wants a valid form."""
        return Rating(**self.cleaned_data)
