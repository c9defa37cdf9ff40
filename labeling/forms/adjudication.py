"""What people send about disagreements."""

from typing import Any, NamedTuple, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from config.wording import words
from curation.forms.traits import WordsField
from labeling.actions.adjudication import Decision
from labeling.answered import WORDS
from labeling.models import Adjudication, Disagreement

LONGEST = 10_000
PLURAL = "plural"


class Cause(NamedTuple):
    """A cause as people choose it."""

    value: str
    label: str
    consequence: str


CAUSES = [
    Cause(
        "guideline gap",
        words("A gap in the definition"),
        words("Your proposal goes to the trait’s draft, with this case."),
    ),
    Cause(
        "value divergence",
        words("A real difference in values"),
        words("All labels are released; none is forced."),
    ),
    Cause("error", words("A slip"), words("Someone misread the text. It can become a reference label.")),
    Cause("factual", words("A question of fact"), words("Say where the answer can be looked up.")),
    Cause(
        "underspecified scenario",
        words("The scenario leaves it open"),
        words("Nobody else is asked about it."),
    ),
    Cause("style", words("A matter of style"), words("Both do what the trait asks, in another tone.")),
    Cause("refusal", words("How much to refuse"), words("One declines what the other gives.")),
]


class DecisionForm(forms.Form):
    """How a disagreement is settled."""

    cause = forms.ChoiceField(
        choices=[(cause.value, cause.label) for cause in CAUSES],
        error_messages={
            "required": _("Say what kind of disagreement this is."),
            "invalid_choice": _("Say what kind of disagreement this is."),
        },
    )
    answer = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": _("That is no answer to this question. Choose one.")},
    )
    reason = WordsField(
        required=_("Give your reasons: annotators and the dataset card will see them."), longest=LONGEST
    )
    proposal = WordsField(longest=LONGEST)
    becomes_gold = forms.BooleanField(required=False)

    def __init__(self, *args: Any, kind: Disagreement.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.answers = {str(answer): answer for answer in WORDS[kind]}
        choices: list[tuple[str, str]] = [
            ("", words("No answer")),
            (PLURAL, words("Keep all labels, none forced")),
        ]
        choices += [(str(answer), said) for answer, said in WORDS[kind].items()]
        cast(forms.ChoiceField, self.fields["answer"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself, with the field to change."""
        sent = super().clean() or {}
        cause, answer = sent.get("cause"), sent.get("answer")
        if cause == Adjudication.Cause.VALUES and answer in self.answers:
            self.add_error(
                "answer",
                _("A difference in values has no single answer. Keep all labels, or choose another cause."),
            )
        if cause == Adjudication.Cause.GAP and not sent.get("proposal"):
            self.add_error("proposal", _("Say what the next version of the definition should say."))
        if self.kind != Disagreement.Kind.PREFERENCE:
            sent["becomes_gold"] = False
        if sent.get("becomes_gold") and answer not in self.answers:
            self.add_error("answer", _("A reference label needs an answer. Choose one."))
        return sent

    @property
    def decision(self) -> Decision:
        """What was decided, once the form is valid."""
        sent = self.cleaned_data
        answer = self.answers.get(sent["answer"])
        number = answer if isinstance(answer, int) else None
        is_rating = self.kind == Disagreement.Kind.RATING
        return Decision(
            cause=sent["cause"],
            reason=sent["reason"],
            strength=None if is_rating else number,
            rating=number if is_rating else None,
            mark=answer if isinstance(answer, str) else "",
            is_plural=sent["answer"] == PLURAL,
            proposal=sent["proposal"],
            becomes_gold=sent["becomes_gold"],
        )


class RemarkForm(forms.Form):
    """What someone asks or answers."""

    text = WordsField(required=_("Write something first."), longest=LONGEST)
