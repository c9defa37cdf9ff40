"""What a lead says about a Label Studio."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from config.saying import offered
from curation.actions.importing import Plan
from curation.models import Domain, TraitVersion
from egress.guard import Refused, check_url
from labeling.actions import projects
from labeling.actions.studio_import import SOURCE, Wanted
from labeling.actions.studio_send import JUDGES, PEOPLE
from labeling.actions.studios import Address
from labeling.forms.imports import projects_to_import_into
from labeling.forms.projects import TraitChoice
from labeling.models import LabelStudio, LabelStudioDecision, Project

LONGEST_TOKEN = 2_000
"""A personal access token is a signed text of some hundred letters."""
NEW_TOKEN = _("Of an account that does nothing else. It is stored encrypted and never shown again.")
KEPT_TOKEN = _("Leave it empty to keep the stored one (it ends in “{hint}”). A new address needs a new one.")
PERSON = "person_"
OVERLAP = 2
"""How many people judge each item of a project that comes with an import, until a lead says otherwise."""


class StudioForm(forms.Form):
    """A Label Studio. The token goes in and never comes out."""

    endpoint = forms.CharField(
        label=_("Address of Label Studio"),
        max_length=300,
        help_text=_("For example https://studio.example.org"),
        widget=forms.URLInput({"class": "input", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the address of Label Studio")},
    )
    token_kind = forms.ChoiceField(
        label=_("Kind of token"),
        choices=offered(LabelStudio.TokenKind),
        initial=LabelStudio.TokenKind.PERSONAL,
        help_text=_("Both stand on the account’s page there, under “Account & Settings”."),
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose the kind of token")},
    )
    token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=LONGEST_TOKEN,
        help_text=NEW_TOKEN,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter a token")},
    )

    def __init__(self, *args: Any, connection: LabelStudio | None = None, **kwargs: Any) -> None:
        if connection:
            kwargs["initial"] = {"endpoint": connection.endpoint, "token_kind": connection.token_kind}
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        secret = connection.secret if connection else None
        self.fields["token"].required = connection is None
        if secret:
            self.fields["token"].help_text = KEPT_TOKEN.format(hint=secret.hint)

    def clean_endpoint(self) -> str:
        """Check that requests may go there, and that it is the front door."""
        endpoint: str = self.cleaned_data["endpoint"].rstrip("/")
        try:
            check_url(endpoint)
        except Refused as reason:
            raise forms.ValidationError(str(reason)) from None
        parts = urlsplit(endpoint)
        if parts.query or parts.fragment or "/projects" in parts.path:
            raise forms.ValidationError(
                _("Enter the address of Label Studio alone, not that of a page there.")
            )
        return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}"

    def clean_token(self) -> str:
        """Check that a header can carry it."""
        token: str = self.cleaned_data["token"].strip()
        if not token.isascii() or (token and not token.isprintable()) or " " in token:
            raise forms.ValidationError(_("A token holds letters, digits and signs only."))
        return token

    @property
    def address(self) -> Address:
        """What was said, once it is valid."""
        return Address(**self.cleaned_data)


class SendForm(forms.Form):
    """What goes along."""

    predictions = forms.ChoiceField(
        label=_("Predictions"),
        required=False,
        choices=[
            ("", _("None: people there see the texts alone")),
            (PEOPLE, _("Answers given here, without names")),
            (JUDGES, _("Opinions of judges, without names")),
        ],
        help_text=_("People there see predictions before they answer, and follow them."),
        widget=forms.Select({"class": "select"}),
    )
    with_held_out = forms.BooleanField(
        required=False,
        label=_("Send held-out scenarios too"),
        help_text=_("Those in other pools than TRAIN. What has left the house can’t be held out any more"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SettleForm(forms.Form):
    """Which of two answers stands."""

    choice = forms.ChoiceField(choices=LabelStudioDecision.Choice.choices)
    seen = forms.CharField(max_length=200)
    """What was looked at: `studio_conflicts.Conflict.stamp`."""


class PeopleForm(forms.Form):
    """Who people of Label Studio are here."""

    def __init__(self, *args: Any, connection: LabelStudio, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for person in connection.people.select_related("member")[:500]:
            self.fields[f"{PERSON}{person.pk}"] = forms.ModelChoiceField(
                User.objects.filter(memberships__project=connection.project),
                label=person.email,
                required=False,
                empty_label=_("Nobody: their answers wait"),
                initial=person.member_id,
                widget=forms.Select({"class": "select"}),
            )

    @property
    def members(self) -> dict[int, User | None]:
        """Who each person is."""
        return {int(name.removeprefix(PERSON)): member for name, member in self.cleaned_data.items()}


class ForeignForm(StudioForm):
    """A preference project of somebody else, and where it goes."""

    number = forms.IntegerField(
        label=_("Number of the project there"),
        min_value=1,
        max_value=2**31,
        help_text=_("It stands in the address of its page: /projects/7/"),
        widget=forms.NumberInput({"class": "input input-w"}),
        error_messages={"required": _("Enter the number of the project")},
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=_("Into the project"),
        to_field_name="slug",
        required=False,
        empty_label=_("None: scenarios and responses only"),
        help_text=_("Its annotators get one item for each task."),
        error_messages={"required": _("Choose the project that gets the items")},
        widget=forms.Select({"class": "select"}),
    )
    new_name = forms.CharField(
        label="Or into a new project, named",
        required=False,
        max_length=120,
        help_text="It starts as a draft that asks which response is better on the traits chosen below.",
        widget=forms.TextInput({"class": "input"}),
    )
    traits = TraitChoice(TraitVersion.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label=_("None"),
        widget=forms.Select({"class": "select"}),
        label=_("Domain"),
    )
    license = forms.CharField(
        required=False,
        max_length=60,
        help_text=_("As an id such as cc-by-4.0."),
        widget=forms.TextInput({"class": "input"}),
        label=_("License"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].help_text = _("It is stored encrypted until the tasks are here, then forgotten.")
        project = self.fields["project"]
        assert isinstance(project, forms.ModelChoiceField)  # noqa: S101 - tells the type checker.
        project.queryset = projects_to_import_into(user).order_by("name")
        project.required = not user.has_role(Role.CURATORS)
        if user.has_role(Role.CURATORS):
            newest = TraitVersion.objects.published().order_by("trait", "-number").distinct("trait")
            offered = TraitVersion.objects.filter(pk__in=newest.values("pk")).select_related("trait")
            self.fields["traits"].queryset = offered.order_by("trait__name")  # type: ignore[attr-defined]
        else:
            # Who sets no projects up names one of their own.
            del self.fields["new_name"], self.fields["traits"]

    def clean(self) -> dict[str, Any]:
        """Check that the tasks go to one place, and that a new project asks about something."""
        said = super().clean() or self.cleaned_data
        if not said.get("new_name"):
            return said
        if said.get("project"):
            self.add_error("new_name", "Choose a project, or name a new one; not both.")
        if not said.get("traits"):
            self.add_error("traits", "Choose at least one trait that the new project asks about.")
        return said

    @property
    def new_project(self) -> projects.Plan | None:
        """The project to set up, if one was named."""
        said = self.cleaned_data
        if not said.get("new_name"):
            return None
        return projects.Plan(said["new_name"], guidelines="", overlap=OVERLAP, traits=said["traits"])

    def wanted(self, path: Path) -> Wanted:
        """What to fetch; it will lie at a path."""
        said = self.cleaned_data
        host = urlsplit(said["endpoint"]).netloc
        name = f"Label Studio {host}, project {said['number']}"
        plan = Plan(path, name, SOURCE, domain=said["domain"], license=said["license"])
        address = Address(said["endpoint"], said["token_kind"], said["token"])
        return Wanted(address, said["number"], plan, said["project"])
