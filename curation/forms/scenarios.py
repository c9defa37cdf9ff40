"""What people may ask for on the pages of scenarios."""

from typing import Any

from django import forms

from curation.models import Domain, Scenario


class ScenarioFilter(forms.Form):
    """Narrows the list of scenarios. Fields that make no sense are left aside."""

    domain = forms.ModelChoiceField(Domain.objects.all(), required=False, empty_label="All domains")
    language = forms.ChoiceField(required=False)
    source = forms.ChoiceField(required=False)
    warning = forms.ChoiceField(required=False, label="Content note")
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, every, values in (
            ("language", "All languages", Scenario.objects.values_of("language")),
            ("source", "All sources", Scenario.objects.values_of("source")),
            ("warning", "With or without", Scenario.objects.recent_warnings()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker.
            field.choices = [("", every), *((value, value) for value in values if value)]
        for bound in self.visible_fields():
            bound.field.widget.attrs["class"] = "select"

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are in force, as they stand in a link."""
        self.is_valid()
        names = ("domain", "language", "source", "warning")
        return {name: self.data[name] for name in names if self.cleaned_data.get(name)}
