"""What a person wants a token for."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope, User
from accounts.tokens import LIVES, Terms
from labeling.models import Project


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What will use it, so that you know it again."),
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
        error_messages={"required": _("Give the token a name")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope.value, scope.label) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that it may do")},
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=_("Project"),
        to_field_name="slug",
        required=False,
        empty_label=_("All that you may see"),
        help_text=_("Bound to one project, it reaches nothing else, except to read traits."),
        widget=forms.Select({"class": "select"}),
    )
    days = forms.TypedChoiceField(
        label=_("It works for"),
        choices=list(LIVES.items()),
        coerce=int,
        initial=90,
        widget=forms.Select({"class": "select"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        projects = self.fields["project"]
        assert isinstance(projects, forms.ModelChoiceField)  # noqa: S101 - tells the type checker.
        projects.queryset = Project.objects.visible_to(user).order_by("name")

    @property
    def terms(self) -> Terms:
        """What was said, once it is valid."""
        said = self.cleaned_data
        project_id: UUID | None = said["project"].pk if said["project"] else None
        return Terms(said["name"], said["scopes"], said["days"], project_id)
