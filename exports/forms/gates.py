"""What people say about gates: how strict they are, why one is waived, and what the card adds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText
from exports.actions.codebook import card_text_of
from exports.actions.gates import LIMITS, thresholds_of
from exports.models import Recipe
from exports.models.gates import LEAST_REASON

WORDS = ("pay", "care", "limits", "contact")


def whole_number(label: LazyText, help_text: LazyText, low: int, high: int) -> forms.IntegerField:
    """Return a field for a threshold."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=low,
        max_value=high,
        widget=forms.NumberInput({"class": "input input-w"}),
        error_messages={
            "required": _("Enter a number"),
            "invalid": _("Enter a whole number"),
            "min_value": _("Enter %(limit_value)s or more"),
            "max_value": _("Enter %(limit_value)s or less"),
        },
    )


def words(label: LazyText, help_text: LazyText) -> forms.CharField:
    """Return a field for a paragraph of the card."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=3000,
        widget=forms.Textarea({"class": "textarea", "rows": 3}),
    )


class GatesForm(forms.Form):
    """Thresholds of a recipe's gates, and what its card says that no row knows."""

    annotators = whole_number(_("People per pair"), _("Fewest who could judge a released pair."), 1, 100)
    alpha_permille = whole_number(
        _("Alpha, in thousandths"),
        _("Lowest agreement on a factual criterion. 800 is reliable, 667 tentative."),
        0,
        1000,
    )
    gold_percent = whole_number(
        _("Gold accuracy, in percent"),
        _("Lowest share of answers that point the way of the reference."),
        0,
        100,
    )
    position_points = whole_number(
        _("Position bias, in points"), _("How far the share of “first shown wins” may lie from 50%."), 0, 50
    )
    length_points = whole_number(_("Length bias, in points"), _("The same of “longer wins”."), 0, 50)
    identity_leaks = whole_number(
        _("Responses that name their model"), _("Most that may be in a release."), 0, 1_000_000
    )
    band_people = whole_number(
        _("People per band"), _("Fewest who share what is released about each of them."), 2, 1000
    )
    pay = words(
        _("Pay"),
        _("How annotators were paid or thanked. When it is empty, the card says that nobody stated it."),
    )
    care = words(_("Care"), _("How they were looked after, and who they are, as far as that may be public."))
    limits = words(_("Limits"), _("What the data can’t be relied on for."))
    contact = forms.CharField(
        label=_("Contact"),
        help_text=_("Where to write to have something taken out. It is published."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"class": "input"}),
    )

    def __init__(self, *args: Any, recipe: Recipe, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs["initial"] = {**thresholds_of(recipe), **card_text_of(recipe)}
        super().__init__(*args, **kwargs)

    @property
    def limits_said(self) -> dict[str, int]:
        """The thresholds, once they are valid."""
        return {name: self.cleaned_data[name] for name in LIMITS}

    @property
    def words_said(self) -> dict[str, str]:
        """What the card adds, once it is valid."""
        return {name: self.cleaned_data[name] for name in WORDS}


class RefusalForm(forms.Form):
    """Why a steward does not answer for a waiver."""

    reason = forms.CharField(
        label=_("Why you refuse it"),
        max_length=2000,
        help_text=_("Whoever asked reads it, with your name. It stands on this page and in no card."),
        widget=forms.Textarea({"class": "textarea", "rows": 2}),
        error_messages={
            "required": _("Say why you don’t answer for it"),
            "max_length": _("Say it in 2,000 characters"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class WaiverForm(forms.Form):
    """Why a release may leave in spite of a gate."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        min_length=LEAST_REASON,
        help_text=_(
            "It stands in the published card, with your name and that of the steward who answers for it."
        ),
        widget=forms.Textarea({"class": "textarea", "rows": 4}),
        error_messages={
            "required": _("Say why it may leave all the same"),
            "min_length": _("Say in %(limit_value)s characters or more why it may leave all the same"),
            "max_length": _("Say it in 2,000 characters"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
