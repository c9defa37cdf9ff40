"""How scenarios and their variants begin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.drafting import ScenarioWords
from curation.forms.boxes import flat, line
from curation.models import Domain, Trait, TraitVersion
from curation.variants import VARIANTS

LICENSE = "CC-BY-4.0"
"""What a new scenario proposes."""


class NewScenarioForm(forms.Form):
    """How a scenario begins: everything can be changed later."""

    name = forms.CharField(
        required=False,
        max_length=120,
        help_text=_("What you call it among yourselves. Annotators don’t see it."),
        widget=line(dir="auto"),
        label=_("Name"),
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label=_("Choose later"),
        widget=forms.Select({"class": "select"}),
        label=_("Domain"),
    )
    trait = forms.ModelChoiceField(
        Trait.objects.none(),
        required=False,
        label=_("Trait it exercises"),
        empty_label=_("Choose later"),
        to_field_name="slug",
        widget=forms.Select({"class": "select"}),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        published = TraitVersion.objects.published().values("trait")
        field = self.fields["trait"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker.
        field.queryset = Trait.objects.filter(pk__in=published).order_by("name")

    @property
    def words(self) -> ScenarioWords:
        """What the scenario begins with."""
        sent = self.cleaned_data
        return ScenarioWords(
            name=flat(sent["name"]),
            domain=sent["domain"].pk if sent["domain"] else "",
            traits=(sent["trait"].slug,) if sent["trait"] else (),
            license=LICENSE,
        )


class VariantForm(forms.Form):
    """Which kind of variant to write."""

    kind = forms.ChoiceField(choices=[(each.value, each.name) for each in VARIANTS])
    apart = forms.BooleanField(required=False)
