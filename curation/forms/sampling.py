"""What people say about a sampling."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.saying import offered
from curation.actions.sampling import MOST_REQUESTS, Wanted
from curation.forms.endpoints import plain
from curation.models import Domain, Endpoint, Family, Scenario, Trait

LARGEST_SEED = 2**31 - 1000
MOST_SCENARIOS = 20_000
OPEN_POOLS = (Family.Pool.TRAIN, Family.Pool.ATTACK, Family.Pool.EVAL)
LONGEST_PROMPT = 20_000


def number(**attrs: str) -> forms.NumberInput:
    """Return a box for a number."""
    return forms.NumberInput({"class": "input", **attrs})


class SamplingForm(forms.Form):
    """How many responses, of which scenarios, from which endpoint, and for how much."""

    endpoint = forms.ModelChoiceField(
        Endpoint.objects.all(),
        empty_label=_("Choose an endpoint"),
        widget=forms.Select({"class": "select"}),
        error_messages={
            "required": _("Choose an endpoint"),
            "invalid_choice": _("There is no such endpoint any more"),
        },
        label=_("Endpoint"),
    )
    scenario = forms.UUIDField(required=False, widget=forms.HiddenInput)
    family = forms.UUIDField(required=False, widget=forms.HiddenInput)
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label=_("All domains"),
        widget=forms.Select({"class": "select"}),
        label=_("Domain"),
    )
    trait = forms.ModelChoiceField(
        Trait.objects.order_by("name"),
        required=False,
        empty_label=_("All traits"),
        to_field_name="slug",
        widget=forms.Select({"class": "select"}),
        label=_("Trait"),
    )
    pool = forms.ChoiceField(
        required=False,
        choices=[("", _("All but PRIVATE")), *offered(Family.Pool)],
        help_text=_("PRIVATE scenarios are sent out only when you choose that pool."),
        widget=forms.Select({"class": "select"}),
        label=_("Pool"),
    )
    most = forms.IntegerField(
        label=_("Scenarios, at most"),
        min_value=1,
        max_value=MOST_SCENARIOS,
        initial=200,
        help_text=format_lazy(_("Oldest first. Up to {number}."), number=f"{MOST_SCENARIOS:,}"),
        widget=number(inputmode="numeric"),
    )
    k = forms.IntegerField(
        label=_("Responses for each scenario"),
        min_value=1,
        max_value=64,
        initial=2,
        help_text="1 to 64.",
        widget=number(inputmode="numeric"),
    )
    fill_up = forms.BooleanField(
        required=False, initial=True, label=_("Ask only for what is missing to this number")
    )
    system_prompt = forms.CharField(
        required=False,
        max_length=LONGEST_PROMPT,
        help_text=_("Put before each conversation that has none of its own. Empty sends none."),
        widget=forms.Textarea({"class": "textarea", "rows": 3, "dir": "auto"}),
        label=_("System prompt"),
    )
    max_tokens = forms.IntegerField(
        label=_("Longest response, in tokens"),
        min_value=1,
        max_value=200_000,
        initial=1024,
        help_text=_(
            "A token is about three quarters of an English word. Longer responses are cut, and say so."
        ),
        widget=number(inputmode="numeric"),
    )
    newer_limit = forms.BooleanField(required=False, label=_("The model reasons before it responds"))
    temperature = forms.FloatField(
        required=False,
        min_value=0,
        max_value=2,
        help_text=_("0 to 2. Empty leaves it to the endpoint."),
        widget=number(inputmode="decimal", step="any"),
        label=_("Temperature"),
    )
    top_p = forms.FloatField(
        label=_("Top p"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=_("0 to 1. Empty leaves it to the endpoint."),
        widget=number(inputmode="decimal", step="any"),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        help_text=_("For the first response of each scenario; each further one adds 1. Empty sends none."),
        widget=number(inputmode="numeric"),
        label=_("Seed"),
    )
    budget = forms.DecimalField(
        label=_("Cap of cost"),
        required=False,
        min_value=Decimal("0.000001"),
        max_digits=16,
        decimal_places=6,
        help_text=_("Nothing is asked that could go beyond it. Empty sets no cap."),
        widget=plain(inputmode="decimal"),
    )
    shown_requests = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Check what hangs together."""
        said: dict[str, Any] = super().clean() or {}
        endpoint: Endpoint | None = said.get("endpoint")
        if said.get("budget") and endpoint and not (endpoint.price_in or endpoint.price_out):
            self.add_error(
                "budget",
                _("A cap needs prices: enter them at the endpoint, or leave the cap empty"),
            )
        if said.get("most") and said.get("k") and said["most"] * said["k"] > MOST_REQUESTS:
            self.add_error(
                "most",
                _("That could be more than %(most)s requests. Take fewer scenarios or responses")
                % {"most": f"{MOST_REQUESTS:,}"},
            )
        for name, kind in (("scenario", Scenario.objects), ("family", Family.objects)):
            if said.get(name) and not kind.filter(pk=said[name]).exists():
                self.add_error(
                    None,
                    _("There is no such %(name)s. Begin anew from the list of scenarios") % {"name": name},
                )
        return said

    @property
    def wanted(self) -> Wanted:
        """What was said, once it is valid."""
        said = self.cleaned_data
        return Wanted(
            endpoint=said["endpoint"],
            scenarios=self.scenarios,
            k=said["k"],
            parameters=self.parameters,
            most=said["most"],
            fill_up=said["fill_up"],
            system_prompt=said["system_prompt"].replace("\r\n", "\n").strip(),
            seed=said["seed"],
            budget=said["budget"],
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """What is sent with each conversation."""
        said = self.cleaned_data
        limit = "max_completion_tokens" if said["newer_limit"] else "max_tokens"
        parameters = {"model": said["endpoint"].model, limit: said["max_tokens"]}
        given = {name: said[name] for name in ("temperature", "top_p") if said[name] is not None}
        return parameters | given

    @property
    def scenarios(self) -> Any:
        """The scenarios that fit: final, not taken out, and what was narrowed down."""
        said = self.cleaned_data
        found = Scenario.objects.ready().kept()
        if said["scenario"]:
            return found.filter(pk=said["scenario"])
        if said["family"]:
            return found.filter(family=said["family"])
        pools = [said["pool"]] if said["pool"] else OPEN_POOLS
        found = found.filter(family__pool__in=pools)
        if said["domain"]:
            found = found.filter(domain=said["domain"])
        return found.filter(aimed_traits=said["trait"]) if said["trait"] else found


class ResumeForm(forms.Form):
    """Under which cap a sampling goes on, and whether what failed is tried again."""

    budget = forms.DecimalField(
        label=_("Cap of cost"),
        required=False,
        min_value=Decimal("0.000001"),
        max_digits=16,
        decimal_places=6,
        help_text=_("For the whole sampling, what was spent included. Empty sets no cap."),
        widget=plain(inputmode="decimal"),
    )
    with_failed = forms.BooleanField(required=False, label=_("Try what failed again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
