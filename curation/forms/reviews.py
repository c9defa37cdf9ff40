"""What reviewers decide, and what people remark on a version."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText
from curation.actions.discussion import Passage
from curation.actions.reviews import LONGEST_REASON
from curation.forms.traits import WordsField
from curation.models import TraitReview

WORDS = {
    TraitReview.Decision.APPROVE: (
        _("Approve"),
        _("It can be published as it stands."),
    ),
    TraitReview.Decision.DISSENT: (
        _("Approve with dissent"),
        _("It can be published. Your reason is published with it, without your name."),
    ),
    TraitReview.Decision.CHANGES: (
        _("Ask for changes"),
        _("It becomes a draft again, and your reason says why."),
    ),
}
ELSEWHERE = _(
    "The passage does not say this now. Shorten the quote to words that stand there, or leave it empty."
)


class ReviewForm(forms.Form):
    """A reviewer's decision."""

    decision = forms.ChoiceField(
        choices=[(decision, label) for decision, (label, line) in WORDS.items()],
        error_messages={
            "required": _("Choose what you decide."),
            "invalid_choice": _("Choose what you decide."),
        },
    )
    reason = WordsField(rows=3, longest=LONGEST_REASON)
    round = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=32767)

    @property
    def options(self) -> list[tuple[str, LazyText, LazyText, bool]]:
        """Each decision with its label, what it does, and whether it is chosen."""
        chosen = self["decision"].value()
        return [(str(value), label, hint, value == chosen) for value, (label, hint) in WORDS.items()]


class RemarkForm(forms.Form):
    """A remark on a passage, or on the whole."""

    part = forms.ChoiceField(required=False, widget=forms.Select({"class": "select"}), label=_("About"))
    quote = WordsField(rows=2, longest=2000, label=_("Words"))
    text = WordsField(rows=3, required=_("Write what you want to say."), label=_("Your remark"))

    def __init__(self, *args: Any, passages: Sequence[Passage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passages = {passage.part: passage for passage in passages}
        choices = [
            ("", _("The whole version")),
            *((passage.part, passage.label) for passage in passages),
        ]
        self.fields["part"].choices = choices  # type: ignore[attr-defined]  # It is a ChoiceField.
        self.fields["part"].error_messages["invalid_choice"] = _(
            "A colleague took this passage away. Choose another."
        )

    def clean(self) -> dict[str, Any]:
        """Hold the quote against the passage; without a quote it is the whole passage."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        passage = self.passages.get(said.get("part", ""))
        if passage is None:
            said["quote"] = ""
        elif not said.get("quote"):
            said["quote"] = passage.text[:2000].strip()
        elif said["quote"] not in passage.text:
            self.add_error("quote", ELSEWHERE)
        return said


class AnswerForm(forms.Form):
    """An answer to a remark."""

    text = WordsField(rows=2, required=_("Write what you want to say."))


class RetireForm(forms.Form):
    """Why a version is taken out of force."""

    reason = WordsField(rows=3, required=_("Say why: people who cite this version will read it."))
