"""What people say about model endpoints."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.actions.endpoints import EndpointFacts
from curation.models import Endpoint
from egress.guard import Refused, check_url

LONGEST_KEY = 500
NEW_KEY = _(
    "It is stored encrypted, for this address only, and never shown again. Leave it empty when the endpoint wants none."
)
KEPT_KEY = _("Leave it empty to keep the stored one. A new address needs a new one.")
HINTED_KEY = _("Leave it empty to keep the stored one (it ends in “{hint}”). A new address needs a new one.")
PRICE = _("For a million tokens, in the currency in which you pay. 0 when it costs nothing.")
FIELDS = ("name", "base_url", "model", "license", "concurrency", "price_in", "price_out")


def plain(**attrs: str) -> forms.TextInput:
    """Return a text box for what is no prose."""
    return forms.TextInput({"class": "input", "spellcheck": "false", "autocapitalize": "off", **attrs})


class EndpointForm(forms.Form):
    """Where a model answers. The key goes in and never comes out."""

    name = forms.CharField(
        max_length=120,
        help_text=_("What colleagues call it."),
        widget=forms.TextInput({"class": "input"}),
        error_messages={"required": _("Enter a name")},
        label=_("Name"),
    )
    base_url = forms.CharField(
        label=_("Base URL"),
        max_length=300,
        help_text=_(
            "Of an endpoint that speaks as OpenAI’s does, up to and including /v1: https://api.example.org/v1."
        ),
        widget=forms.URLInput({"class": "input", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the base URL")},
    )
    key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=LONGEST_KEY,
        help_text=NEW_KEY,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )
    forget_key = forms.BooleanField(required=False, label=_("Forget the stored key"))
    model = forms.CharField(
        max_length=200,
        help_text=_("As the endpoint calls it. Responses are stored under the name that it returns."),
        widget=plain(),
        error_messages={"required": _("Enter the model’s name")},
        label=_("Model"),
    )
    license = forms.CharField(
        label=_("License of its responses"),
        required=False,
        max_length=60,
        help_text=_(
            "Under which terms the model’s maker lets its responses be used: a license id such as apache-2.0, or a few words. Each response carries it."
        ),
        widget=plain(),
    )
    price_in = forms.DecimalField(
        label=_("Price of prompts"),
        max_digits=12,
        decimal_places=6,
        min_value=0,
        initial=0,
        help_text=PRICE,
        widget=forms.NumberInput({"class": "input", "inputmode": "decimal", "step": "any"}),
    )
    price_out = forms.DecimalField(
        label=_("Price of responses"),
        max_digits=12,
        decimal_places=6,
        min_value=0,
        initial=0,
        help_text=PRICE,
        widget=forms.NumberInput({"class": "input", "inputmode": "decimal", "step": "any"}),
    )
    concurrency = forms.IntegerField(
        label=_("Requests at the same time"),
        min_value=1,
        max_value=32,
        initial=4,
        help_text=_("1 to 32. Fewer when the endpoint says “too many requests”."),
        widget=forms.NumberInput({"class": "input", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, endpoint: Endpoint | None = None, **kwargs: Any) -> None:
        if endpoint is not None:
            stored = {name: getattr(endpoint, name) for name in FIELDS}
            prices = {name: f"{stored[name].normalize():f}" for name in ("price_in", "price_out")}
            kwargs["initial"] = stored | prices
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.endpoint = endpoint
        if endpoint is None or endpoint.secret is None:
            del self.fields["forget_key"]
        else:
            hint = endpoint.secret.hint
            self.fields["key"].help_text = HINTED_KEY.format(hint=hint) if hint else KEPT_KEY

    def clean_name(self) -> str:
        """Check that no other endpoint is called so."""
        name: str = self.cleaned_data["name"]
        others = Endpoint.objects.filter(name=name)
        if self.endpoint is not None:
            others = others.exclude(pk=self.endpoint.pk)
        if others.exists():
            raise forms.ValidationError(_("Another endpoint is called so. Choose another name"))
        return name

    def clean_base_url(self) -> str:
        """Check that requests may go there."""
        base_url: str = self.cleaned_data["base_url"].rstrip("/")
        try:
            check_url(base_url)
        except Refused as reason:
            raise forms.ValidationError(str(reason)) from None
        parts = urlsplit(base_url)
        if parts.query or parts.fragment:
            raise forms.ValidationError(_("Enter the base URL without a question mark or what follows it."))
        if parts.path.endswith("/chat/completions"):
            raise forms.ValidationError(_("Leave /chat/completions away: it is added for each request."))
        return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}"

    def clean_key(self) -> str:
        """Check that a header can carry it."""
        key: str = self.cleaned_data["key"].strip()
        if key and (not key.isascii() or not key.isprintable() or " " in key):
            raise forms.ValidationError(_("A key holds letters, digits and signs only."))
        return key

    @property
    def facts(self) -> EndpointFacts:
        """What was said, once it is valid."""
        return EndpointFacts(**self.cleaned_data)
