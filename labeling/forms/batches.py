"""Of which scenarios and responses items are made, and how."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.saying import LazyText
from curation.forms.finding import ScenarioSearch
from curation.models import Scenario
from labeling.actions.batches import MOST_SCENARIOS, OTHER_QUESTIONS, Choice, usual_size
from labeling.actions.rules import response_count
from labeling.models import ItemBatch, Project
from labeling.pairing import Rule, Terms
from labeling.questions import fits
from runs.work import RunFailed

RULES: Mapping[Rule, tuple[LazyText, LazyText]] = {
    Rule.BALANCED: (
        _("Balanced over models"),
        _("Each pair of models about equally often, and each response about equally often."),
    ),
    Rule.UNCERTAIN: (
        _("Least certain"),
        _("Pairs whose earlier judgments, in projects that you lead, are fewest or least certain."),
    ),
    Rule.ADJACENT: (
        _("Adjacent"),
        _("In a drawn order each with the next: the fewest pairs that connect them all."),
    ),
    Rule.ALL: (_("All"), _("Every response of a scenario with every other.")),
}
MOST_RESPONSES = 8
SEED = "1"


class Finding(ScenarioSearch):
    """Which scenarios: those that are ready, by the same filters as in their list."""

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data, reader=reader)
        for name in ("state", "before", "after"):
            del self.fields[name]


class ChoiceForm(forms.Form):
    """Which responses of each, and how they are put together."""

    models = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    size = forms.IntegerField(
        min_value=1,
        max_value=MOST_RESPONSES,
        label=_("Responses in an item"),
        widget=forms.NumberInput({"class": "input input-number"}),
        error_messages={"required": _("Say how many responses an item has.")},
    )
    rule = forms.ChoiceField(
        choices=[(rule.value, name) for rule, (name, line) in RULES.items()],
        required=False,
        widget=forms.RadioSelect,
        initial=Rule.BALANCED,
    )
    most = forms.IntegerField(
        min_value=1,
        max_value=50,
        initial=1,
        label=_("Items of a scenario, at most"),
        widget=forms.NumberInput({"class": "input input-number"}),
        error_messages={"required": _("Say how many items a scenario gives at most.")},
    )
    most_scenarios = forms.IntegerField(
        min_value=1,
        max_value=MOST_SCENARIOS,
        initial=200,
        label=_("Scenarios, at most"),
        help_text=_("Which of them is drawn by the seed."),
        widget=forms.NumberInput({"class": "input input-number"}),
        error_messages={"required": _("Say how many scenarios are taken at most.")},
    )
    seed = forms.CharField(
        max_length=40,
        initial=SEED,
        label=_("Seed"),
        help_text=_("The same seed makes the same items. Another one draws others."),
        widget=forms.TextInput({"class": "input"}),
    )
    names_models = forms.BooleanField(required=False, label=_("Also take responses that name their model"))
    is_urgent = forms.BooleanField(
        required=False, label=_("Urgent: handed out before the project’s other items")
    )

    def __init__(self, data: Any, *, project: Project, models: Mapping[str, int] | None = None) -> None:
        super().__init__(data, auto_id="make-%s", label_suffix="", initial={"size": usual_size(project)})
        self.project = project
        models_field = self.fields["models"]
        assert isinstance(models_field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker.
        named = dict(models or {}) or dict.fromkeys(data.getlist("models") if data else [], 0)
        models_field.choices = [(name, name) for name in sorted(named)]
        self.counts = named
        if response_count(project.questions):
            del self.fields["size"]

    def clean_size(self) -> int:
        """Refuse a number of responses that the project's questions can't be asked about."""
        size: int = self.cleaned_data["size"]
        if not fits(self.project.questions, size):
            raise forms.ValidationError(
                _("The project asks for an order, which needs two responses or more.")
            )
        return size

    @property
    def rules(self) -> list[tuple[Any, LazyText]]:
        """Each rule's box with its one line."""
        return list(zip(list(self["rule"]), [line for name, line in RULES.values()], strict=True))

    @property
    def offered(self) -> list[tuple[Any, int]]:
        """Each model's box with how many responses it has."""
        return [(box, self.counts[box.data["value"]]) for box in self["models"]]

    def terms(self) -> Terms:
        """Return how items are to be made."""
        sent = self.cleaned_data
        size = sent.get("size") or response_count(self.project.questions) or 1
        return Terms(size, Rule(sent["rule"] or Rule.BALANCED), sent["most"], sent["seed"])


def choice_of(finding: Finding, form: ChoiceForm, reader: User) -> Choice:
    """Return what two valid forms ask for."""
    sent = form.cleaned_data
    ready = Scenario.objects.visible_to(reader).kept().ready()
    return Choice(
        scenarios=finding.narrowed(ready) if finding.asked else ready,
        terms=form.terms(),
        most_scenarios=sent["most_scenarios"],
        models=sent["models"],
        names_models=sent["names_models"],
        is_urgent=sent["is_urgent"],
    )


def asked(batch: ItemBatch) -> Choice:
    """Return what a batch was made of, read again from the form as it was sent."""
    data = QueryDict(batch.query)
    finding = Finding(data, reader=batch.created_by)
    form = ChoiceForm(data, project=batch.project)
    if not form.is_valid():
        raise RunFailed(OTHER_QUESTIONS)
    return choice_of(finding, form, batch.created_by)


class UrgencyForm(forms.Form):
    """Which open items are to be handed out before the others, or no longer."""

    is_urgent = forms.TypedChoiceField(
        choices=[("1", _("Hand out first")), ("0", _("Back in line"))],
        coerce=lambda value: value == "1",
    )
