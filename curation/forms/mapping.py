"""Which column of a file is what."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.saying import LazyText
from curation.models import SavedMapping
from curation.sources.columns import Column
from curation.sources.mapped import Answer, BadMapping, ColumnMapping, mapped_source

RESPONSES = 4
TARGETS = {
    "prompt": (_("Prompt"), _("A text, or the messages of a conversation.")),
    "system": (_("System prompt"), _("Instructions that come before the conversation.")),
    "domain": (_("Domain"), _("The short name of one of our domains.")),
    "language": (_("Language"), _("As a tag such as en or pt-BR.")),
    "license": (_("License"), _("As an id such as cc-by-4.0.")),
    "source": (_("Source"), _("Where the row comes from, in a few words.")),
    "warnings": (_("Content warnings"), _("Words with commas between them, or a list.")),
}
NONE = _("Not in the file")


class MappingForm(forms.Form):
    """A column for each thing that we keep."""

    save_as = forms.CharField(
        label=_("Save this mapping as"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"class": "input"}),
        help_text=_("To use it again for the next file of this kind. Empty: don't save it."),
    )

    def __init__(self, *args: Any, columns: Sequence[Column], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        choices: list[tuple[str, LazyText]] = [("", NONE), *((each.path, labelled(each)) for each in columns)]
        for name, (label, hint) in TARGETS.items():
            self.fields[name] = column_field(label, hint, choices, is_required=name == "prompt")
        for number in range(1, RESPONSES + 1):
            self.fields[f"response_{number}"] = column_field(
                _("Response %(number)s") % {"number": number}, "", choices
            )
            self.fields[f"model_{number}"] = column_field(
                _("Model of response %(number)s") % {"number": number}, "", choices
            )

    @property
    def conversation(self) -> list[forms.BoundField]:
        """What makes the conversation."""
        return [self["prompt"], self["system"]]

    @property
    def responses(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each response with its model."""
        return [(self[f"response_{n}"], self[f"model_{n}"]) for n in range(1, RESPONSES + 1)]

    @property
    def facts(self) -> list[forms.BoundField]:
        """What is known about a row."""
        return [self[name] for name in TARGETS if name not in {"prompt", "system"}]

    @property
    def all_fields(self) -> list[forms.BoundField]:
        """Every field in the order of the page."""
        pairs = [field for pair in self.responses for field in pair]
        return [*self.conversation, *pairs, *self.facts, self["save_as"]]

    def clean_save_as(self) -> str:
        """Check that the name is free, or one's own."""
        name = " ".join(self.cleaned_data["save_as"].split())
        taken = SavedMapping.objects.filter(name=name).exclude(created_by=self.user)
        if name and taken.exists():
            raise forms.ValidationError(
                _("Somebody else saved a mapping as “%(name)s”. Choose another name.") % {"name": name}
            )
        return name

    def clean(self) -> dict[str, Any]:
        """Check that the choices make sense together."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                mapped_source(self.mapping)
            except BadMapping as fault:
                self.add_error(None, str(fault))
        return found

    @property
    def mapping(self) -> ColumnMapping:
        """What was chosen."""
        asked = self.cleaned_data
        answers = [
            Answer(asked[f"response_{n}"], asked[f"model_{n}"])
            for n in range(1, RESPONSES + 1)
            if asked[f"response_{n}"]
        ]
        return ColumnMapping(responses=tuple(answers), **{name: asked[name] for name in TARGETS})


def column_field(
    label: LazyText, hint: LazyText, choices: list[tuple[str, LazyText]], *, is_required: bool = False
) -> forms.ChoiceField:
    """Return the field that asks for one column."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=is_required,
        widget=forms.Select({"class": "select", "dir": "auto"}),
        error_messages={
            "required": _("Choose the column that holds the %(label)s.") % {"label": label.lower()}
        },
    )


def labelled(column: Column) -> str:
    """Return a column as it is offered."""
    return f"{column.path} · {column.kind}" + (f": {column.sample}" if column.sample else "")


def chosen_in(mapping: ColumnMapping) -> dict[str, str]:
    """Return a mapping as the form's fields."""
    fields = {name: getattr(mapping, name) for name in TARGETS}
    for number, answer in enumerate(mapping.responses[:RESPONSES], 1):
        fields[f"response_{number}"], fields[f"model_{number}"] = answer
    return fields


def missing_from(mapping: ColumnMapping, columns: Iterable[Column]) -> list[str]:
    """Return the places of a mapping that a file's first rows don't have."""
    there = {each.path for each in columns}
    return [path for path in dict.fromkeys(mapping.paths) if path not in there]
