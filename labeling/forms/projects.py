"""What people send about projects."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.saying import LazyText, offered
from curation.forms.boxes import flat
from curation.models import TraitVersion
from labeling.models import Membership, Project
from labeling.questions import USUAL, Question

ASKED: Mapping[Question, tuple[LazyText, LazyText]] = {
    Question.OVERALL: (
        _("Which is better, all in all"),
        _("Two responses, from -3 to 3; a tie and “both bad” count too."),
    ),
    Question.TRAITS: (
        _("Which is better, trait by trait"),
        _("Two responses, from -3 to 3 for each pinned trait."),
    ),
    Question.RATINGS: (
        _("How far each shows each trait"),
        _("Every response by itself, from 0 to 4 for each trait."),
    ),
    Question.CRITERIA: (
        _("The rubric"),
        _("Each criterion of the scenario’s rubric: met, not met or unsure, with evidence."),
    ),
    Question.RANKING: (
        _("Their order"),
        _("Two or more responses, ties and gaps allowed, with a line where acceptable ends."),
    ),
    Question.REWRITE: (
        _("A better wording"),
        _("One response rewritten as it should have been."),
    ),
    Question.REASONS: (
        _("Reasons"),
        _("Reasons to tick, beside the rationale in words."),
    ),
    Question.CONFIDENCE: (
        _("How sure the person is"),
        _("Unsure, fairly sure or very sure, once for the whole answer."),
    ),
    Question.HARM: (
        _("Harm"),
        _("A mark on any response that would do harm if it were sent."),
    ),
}
"""Each question in a few words, and in one line."""
RATIONALE_FROM = [
    (0, _("Always")),
    (1, _("When one response is at least slightly better")),
    (2, _("When one is clearly better")),
    (3, _("When one is much better")),
    (4, _("Never; it stays welcome")),
]
ROLES = {
    Membership.Role.LEAD: _("Sets the project up, sees how it goes, and invites."),
    Membership.Role.ADJUDICATOR: _("Looks at what people disagree about."),
    Membership.Role.ANNOTATOR: _("Judges items."),
}


class TraitChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Generic for the stubs alone.
    """Published trait versions, by the name of the trait."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the trait's name with its version."""
        return _("%(name)s, version %(number)s") % {"name": obj.trait.name, "number": obj.number}


class QuestionChoice(forms.MultipleChoiceField):
    """Any mix of questions, in the order of the page."""

    def __init__(self) -> None:
        super().__init__(
            choices=[(each.value, name) for each, (name, line) in ASKED.items()],
            widget=forms.CheckboxSelectMultiple,
            initial=list(map(str, USUAL)),
            error_messages={"required": _("Choose at least one question.")},
        )


class ProjectForm(forms.Form):
    """A new project."""

    name = forms.CharField(max_length=120, error_messages={"required": _("Give the project a name.")})
    traits = TraitChoice(
        TraitVersion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one trait to judge.")},
    )
    questions = QuestionChoice()
    overlap = forms.IntegerField(
        min_value=1,
        max_value=20,
        initial=2,
        error_messages={"required": _("Say how many people judge each item.")},
    )
    guidelines = forms.CharField(required=False, max_length=50_000, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = TraitVersion.objects.published().order_by("trait", "-number").distinct("trait")
        self.offer_traits(newest.values("pk"))

    def offer_traits(self, versions: Any) -> None:
        """Offer trait versions to be pinned."""
        found = TraitVersion.objects.filter(pk__in=versions).select_related("trait")
        self.fields["traits"].queryset = found.order_by("trait__name")  # type: ignore[attr-defined]

    def clean_guidelines(self) -> str:
        """Return the guidelines as they are stored."""
        return flat(self.cleaned_data["guidelines"])

    @property
    def asked(self) -> list[tuple[BoundWidget, LazyText]]:
        """Each box of a question with its one line."""
        lines = [line for name, line in ASKED.values()]
        return list(zip(list(self["questions"]), lines, strict=True))


class RulesForm(ProjectForm):
    """The rules of a project. What stays as it is after items were handed out is not asked for."""

    gold_percent = forms.IntegerField(
        min_value=0,
        max_value=50,
        error_messages={"required": _("Say how many of a hundred items are gold.")},
    )
    lease_minutes = forms.IntegerField(
        min_value=1,
        max_value=120,
        error_messages={"required": _("Say for how long an item is reserved.")},
    )
    rationale_from = forms.TypedChoiceField(choices=RATIONALE_FROM, coerce=int, widget=forms.RadioSelect)
    shows_domain = forms.BooleanField(required=False)

    def __init__(self, *args: Any, project: Project, is_fixed: bool, **kwargs: Any) -> None:
        pins = list(project.pins.values_list("trait_version", flat=True))
        initial = {name: getattr(project, name) for name in self.base_fields if hasattr(project, name)}
        super().__init__(*args, initial={**initial, "traits": pins}, **kwargs)
        if is_fixed:
            del self.fields["traits"], self.fields["questions"]
            return
        pinned = project.pins.values("trait_version__trait")
        others = TraitVersion.objects.published().exclude(trait__in=pinned)
        newest = others.order_by("trait", "-number").distinct("trait").values_list("pk", flat=True)
        self.offer_traits([*pins, *newest])


class StateForm(forms.Form):
    """Where a project shall go."""

    state = forms.ChoiceField(choices=Project.State.choices)


class MemberForm(forms.Form):
    """Who shall take part, and as what."""

    email = forms.EmailField(
        error_messages={"required": _("Enter the e-mail address of someone with an account.")}
    )
    role = forms.ChoiceField(choices=offered(Membership.Role))

    def clean_email(self) -> User:
        """Find the person."""
        address = self.cleaned_data["email"].lower()
        person = User.objects.filter(email=address, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                _(
                    "Nobody here has this address. Make an invitation link for them below, or ask an administrator."
                )
            )
        return person


class RoleForm(forms.Form):
    """Another role for somebody who takes part."""

    role = forms.ChoiceField(choices=offered(Membership.Role))


class OfferForm(forms.Form):
    """What an invitation link shall offer."""

    role = forms.ChoiceField(
        choices=offered(Membership.Role),
        initial=Membership.Role.ANNOTATOR,
        widget=forms.Select({"class": "select"}),
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        label=_("Only for this e-mail address"),
        help_text=_("Leave it empty if anybody may come in who has the link."),
        widget=forms.EmailInput({"class": "input"}),
    )
    most_uses = forms.IntegerField(
        min_value=1,
        max_value=500,
        initial=1,
        label=_("How many people may come by it"),
        help_text=_("A link for one address works once."),
        error_messages={"required": _("Say how many people may come by it.")},
        widget=forms.NumberInput({"class": "input input-number"}),
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=90,
        initial=7,
        label=_("For how many days"),
        error_messages={"required": _("Say for how many days it works.")},
        widget=forms.NumberInput({"class": "input input-number"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "offer-%s", "label_suffix": "", **kwargs})
