"""What people send about references and rounds."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.saying import offered
from curation.forms.traits import WordsField
from labeling.actions.rounds import RoundPlan
from labeling.models import Item, Project, Round
from labeling.quality import ALL_IN_ALL
from labeling.questions import Question

LONGEST = 10_000
STRENGTHS = {str(strength): strength for strength in range(-3, 4)}
OVERALL = "overall"


class ReferenceForm(forms.Form):
    """Reference strengths of one item, and why."""

    reason = WordsField(required=_("Say why: people read it after they answered."), longest=LONGEST, rows=4)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions: dict[str, UUID | None] = {}
        if Question.OVERALL in project.questions:
            self._ask(OVERALL, ALL_IN_ALL, None)
        if Question.TRAITS in project.questions:
            for pin in project.pins.select_related("trait_version__trait"):
                version = pin.trait_version
                self._ask(
                    version.trait.code,
                    _("%(name)s, version %(number)s")
                    % {"name": version.trait.name, "number": version.number},
                    version.pk,
                )

    def _ask(self, code: str, label: str, version: UUID | None) -> None:
        name = f"p_{code}"
        self.versions[name] = version
        self.fields[name] = forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", _("No reference")), *((each, each) for each in STRENGTHS)],
        )

    def clean(self) -> dict[str, Any]:
        """Ask for one strength at least."""
        sent = super().clean() or {}
        if not any(sent.get(name) for name in self.versions):
            for name in list(self.versions)[:1]:
                self.add_error(name, _("Choose an answer for one trait at least."))
        return sent

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields that ask for a strength."""
        return [self[name] for name in self.versions]

    @property
    def strengths(self) -> dict[UUID | None, int]:
        """What was chosen, by trait version, once the form is valid."""
        sent = self.cleaned_data
        return {version: STRENGTHS[sent[name]] for name, version in self.versions.items() if sent[name]}


class ShareForm(forms.Form):
    """How many of a hundred items are gold."""

    percent = forms.IntegerField(min_value=0, max_value=50)


class ContestForm(forms.Form):
    """Why a reference is wrong, by one who judged its item."""

    text = WordsField(required=_("Say why you think so."), longest=LONGEST, rows=4)

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"] = forms.ModelChoiceField(
            item.gold_references.in_force(), error_messages={"required": _("Choose which reference.")}
        )


class AnswerForm(forms.Form):
    """Why a contested reference stays."""

    answer = WordsField(required=_("Say why it stays: the person reads it."), longest=LONGEST)


class RemarkForm(forms.Form):
    """What someone says about an item of a norming."""

    text = WordsField(required=_("Write something first."), longest=LONGEST)


class RoundForm(forms.Form):
    """A new round of a project."""

    kind = forms.ChoiceField(
        choices=offered(Round.Kind), error_messages={"required": _("Choose which kind.")}
    )
    name = WordsField(required=_("Give it a name."), longest=120, rows=0)
    pass_percent = forms.IntegerField(min_value=0, max_value=100, required=False)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"] = forms.ModelMultipleChoiceField(
            project.items.all(), error_messages={"required": _("Choose one item at least.")}
        )
        self.fields["people"] = forms.ModelMultipleChoiceField(
            User.objects.filter(memberships__project=project), required=False
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what each kind of round rests on."""
        sent = super().clean() or {}
        kind, items = sent.get("kind"), sent.get("items")
        if kind == Round.Kind.NORMING and len(sent.get("people") or ()) < 2:
            self.add_error("people", _("Choose two people at least: a norming compares them."))
        if kind == Round.Kind.QUALIFICATION and items and not all(item.is_gold for item in items):
            self.add_error("items", _("Qualification rests on references: choose gold items only."))
        return sent

    @property
    def plan(self) -> RoundPlan:
        """What was chosen, once the form is valid."""
        sent = self.cleaned_data
        return RoundPlan(
            kind=sent["kind"],
            name=sent["name"],
            items=list(sent["items"]),
            pass_percent=70 if sent["pass_percent"] is None else sent["pass_percent"],
            people=list(sent["people"]) if sent["kind"] == Round.Kind.NORMING else (),
        )
