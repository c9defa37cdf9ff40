"""What people send about disagreements."""

from typing import Any, NamedTuple

from django import forms

from curation.forms.traits import WordsField
from labeling.actions.adjudication import Decision
from labeling.models import Adjudication

LONGEST = 10_000
STRENGTHS = {str(strength): strength for strength in range(-3, 4)}
PLURAL = "plural"
OPEN = ""


class Cause(NamedTuple):
    """A cause as people choose it."""

    value: str
    label: str
    consequence: str


CAUSES = [
    Cause(
        "guideline gap", "A gap in the definition", "Your proposal goes to the trait’s draft, with this case."
    ),
    Cause("value divergence", "A real difference in values", "All labels are released; none is forced."),
    Cause("error", "A slip", "Someone misread the text. It can become a reference label."),
    Cause("factual", "A question of fact", "Say where the answer can be looked up."),
    Cause("underspecified scenario", "The scenario leaves it open", "Nobody else is asked about it."),
    Cause("style", "A matter of style", "Both do what the trait asks, in another tone."),
    Cause("refusal", "How much to refuse", "One declines what the other gives."),
]


class DecisionForm(forms.Form):
    """How a disagreement is settled."""

    cause = forms.ChoiceField(
        choices=[(cause.value, cause.label) for cause in CAUSES],
        error_messages={
            "required": "Say what kind of disagreement this is.",
            "invalid_choice": "Say what kind of disagreement this is.",
        },
    )
    answer = forms.ChoiceField(
        choices=[("", "No answer"), (PLURAL, "Keep all labels"), *((each, each) for each in STRENGTHS)],
        required=False,
    )
    reason = WordsField(
        required="Give your reasons: annotators and the dataset card will see them.", longest=LONGEST
    )
    proposal = WordsField(longest=LONGEST)
    becomes_gold = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself, with the field to change."""
        sent = super().clean() or {}
        cause, answer = sent.get("cause"), sent.get("answer")
        if cause == Adjudication.Cause.VALUES and answer in STRENGTHS:
            self.add_error(
                "answer",
                "A difference in values has no single answer. Keep all labels, or choose another cause.",
            )
        if cause == Adjudication.Cause.GAP and not sent.get("proposal"):
            self.add_error("proposal", "Say what the next version of the definition should say.")
        if sent.get("becomes_gold") and answer not in STRENGTHS:
            self.add_error("answer", "A reference label needs an answer. Choose one.")
        return sent

    @property
    def decision(self) -> Decision:
        """What was decided, once the form is valid."""
        sent = self.cleaned_data
        return Decision(
            cause=sent["cause"],
            reason=sent["reason"],
            strength=STRENGTHS.get(sent["answer"]),
            is_plural=sent["answer"] == PLURAL,
            proposal=sent["proposal"],
            becomes_gold=sent["becomes_gold"],
        )


class RemarkForm(forms.Form):
    """What someone asks or answers."""

    text = WordsField(required="Write something first.", longest=LONGEST)
