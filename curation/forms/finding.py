"""How people look for scenarios."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.saying import offered
from curation.asking import LONGEST, said
from curation.models import Domain, Family, Scenario, Trait
from curation.models.scenarios import ScenarioQuerySet

KEPT = ("q", "within", "domain", "trait", "language", "source", "warning", "variant", "state", "pool")
"""What a link or a saved filter remembers, in this order."""
BEHIND_MORE = ("language", "source", "warning", "variant", "state", "pool")
"""Fields that the page folds away."""


class ScenarioSearch(forms.Form):
    """Narrows the list of scenarios. Fields that make no sense are left aside."""

    q = forms.CharField(required=False, max_length=LONGEST, label=_("Words"))
    within = forms.ChoiceField(
        required=False,
        label=_("In"),
        choices=[("", _("Conversations")), ("responses", _("Responses"))],
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(), required=False, empty_label=_("All domains"), label=_("Domain")
    )
    trait = forms.ModelChoiceField(
        Trait.objects.order_by("name"),
        required=False,
        empty_label=_("All traits"),
        to_field_name="slug",
        label=_("Trait"),
    )
    language = forms.ChoiceField(required=False, label=_("Language"))
    source = forms.ChoiceField(required=False, label=_("Source"))
    warning = forms.ChoiceField(required=False, label=_("Content note"))
    variant = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("All kinds")), *offered(Scenario.Variant)]
    )
    state = forms.ChoiceField(
        required=False, choices=[("", _("Drafts and ready")), *offered(Scenario.State)], label=_("State")
    )
    pool = forms.ChoiceField(
        required=False, choices=[("", _("All pools")), *offered(Family.Pool)], label=_("Pool")
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data, auto_id="find-%s")
        for name, every, values in (
            ("language", _("All languages"), Scenario.objects.values_of("language")),
            ("source", _("All sources"), Scenario.objects.values_of("source")),
            ("warning", _("With or without"), Scenario.objects.recent_warnings()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker.
            field.choices = [("", every), *((value, value) for value in values if value)]
        if not reader.may_curate:
            # Which pool a scenario is in is nothing for people who label it.
            del self.fields["pool"]
        for bound in self.visible_fields():
            bound.field.widget.attrs["class"] = "input" if bound.name == "q" else "select"

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are in force, as they stand in a link."""
        self.is_valid()
        return {name: self.data[name] for name in KEPT if self.cleaned_data.get(name)}

    @property
    def front(self) -> list[forms.BoundField]:
        """The fields that are always in view."""
        return [field for field in self.visible_fields() if field.name not in BEHIND_MORE]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [field for field in self.visible_fields() if field.name in BEHIND_MORE]

    @property
    def has_folded(self) -> bool:
        """Whether a folded field is in force."""
        return any(name in self.asked for name in BEHIND_MORE)

    def narrowed(self, scenarios: ScenarioQuerySet) -> ScenarioQuerySet:
        """Return those of the scenarios that were asked for."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        plain = {
            name: asked[name]
            for name in ("domain", "language", "source", "variant", "state")
            if name in asked
        }
        found = scenarios.filter(**plain)
        if "trait" in asked:
            found = found.filter(aimed_traits=asked["trait"])
        if "pool" in asked:
            found = found.filter(family__pool=asked["pool"])
        if "warning" in asked:
            found = found.with_warning(asked["warning"])
        if "q" in asked:
            found = found.filter(said(asked["q"], in_responses="within" in asked))
        return found
