"""What people say about a file or a dataset that they bring."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from config.saying import LazyText
from curation.actions.fetching import Dataset
from curation.actions.importing import Plan
from curation.models import Domain, Import, SavedMapping
from curation.sources import SOURCES, SourceError
from curation.sources.mapped import ColumnMapping
from curation.sources.opening import file_kind
from egress.guard import Refused, check_url
from labeling.models import Membership, Project, ProjectImport

OWN_COLUMNS = "columns"
SAVED = "saved:"
MOST_SAVED = 100
REPO = RegexValidator(
    r"\A[\w][\w.-]{0,95}(/[\w][\w.-]{0,95})?\Z", _("Enter the repository as organisation/name.")
)
NAME = RegexValidator(r"\A[\w][\w./ -]*\Z", _("Only letters, digits and . / - are used in such names."))
FILE_FIELDS = ("project", "source", "domain", "license", "is_atomic")
HUB_FIELDS = ("hub_repo", "hub_revision", "hub_config", "hub_split", "hub_endpoint", "hub_token")


def projects_to_import_into(user: User) -> "QuerySet[Project]":
    """Return the projects into which a person may bring files: all for curators, their own for leads."""
    if user.has_role(Role.CURATORS):
        return Project.objects.all()
    return Project.objects.filter(memberships__user=user, memberships__role=Membership.Role.LEAD)


def may_import(user: User) -> bool:
    """Whether a person may bring files in."""
    return user.has_role(Role.CURATORS) or projects_to_import_into(user).exists()


def imports_visible_to(user: User) -> "QuerySet[Import]":
    """Return all imports for curators, those into their projects for leads; each with its project's name and slug, and what came with it from outside annotators."""
    targets = ProjectImport.objects.filter(import_run=OuterRef("pk"))
    found = Import.objects.annotate(
        project_name=Subquery(targets.values("project__name")[:1]),
        project_slug=Subquery(targets.values("project__slug")[:1]),
        outside_verdicts=Coalesce(Subquery(targets.values("verdicts")[:1]), 0),
    )
    if user.has_role(Role.CURATORS):
        return found
    mine = ProjectImport.objects.filter(project__in=projects_to_import_into(user))
    return found.filter(pk__in=mine.values("import_run"))


def source_choices() -> list[tuple[LazyText, Any]]:
    """Return what a file can be."""
    named = [(each.name, each.title) for each in SOURCES.values()]
    mappings = SavedMapping.objects.values_list("pk", "name")[:MOST_SAVED]
    saved = [(f"{SAVED}{pk}", name) for pk, name in mappings]
    return [
        ("", _("Choose what the rows look like")),
        (OWN_COLUMNS, _("Columns of its own: I say which is what on the next page")),
        *([(_("Saved mappings"), saved)] if saved else []),
        (_("Published datasets"), named),
    ]


class ImportForm(forms.Form):
    """A file or a dataset with where it comes from and where it goes."""

    project = forms.ModelChoiceField(
        Project.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("None: scenarios and responses only"),
        error_messages={"required": _("Choose the project that gets the items.")},
        help_text=_("Its annotators get one item for each row."),
        label=_("Project"),
    )
    source = forms.ChoiceField(
        label=_("What the rows look like"),
        help_text=_("A published dataset is read by its own columns. For any other file you choose them."),
        error_messages={"required": _("Choose what the rows look like.")},
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label=_("None"),
        help_text=_("For rows that name none themselves."),
        label=_("Domain"),
    )
    license = forms.CharField(
        required=False,
        max_length=60,
        help_text=_(
            "For rows that name none, as an id such as cc-by-4.0. Empty: the one under which the dataset is published."
        ),
        label=_("License"),
    )
    is_atomic = forms.BooleanField(required=False, label=_("Write nothing if a single line is bad"))
    hub_repo = forms.CharField(
        label=_("Dataset repository"),
        required=False,
        max_length=193,
        validators=[REPO],
        help_text=_("Instead of a file, as organisation/name."),
    )
    hub_revision = forms.CharField(
        label=_("Revision"), required=False, max_length=64, validators=[NAME], help_text=_("Empty: main.")
    )
    hub_config = forms.CharField(
        label=_("Config"),
        required=False,
        max_length=100,
        validators=[NAME],
        help_text=_("Empty: the default one."),
    )
    hub_split = forms.CharField(
        label=_("Split"), required=False, max_length=60, validators=[NAME], help_text=_("Empty: train.")
    )
    hub_endpoint = forms.CharField(label=_("Address of the Hub"), required=False, max_length=300)
    hub_token = forms.CharField(
        label=_("Access token"),
        required=False,
        max_length=500,
        help_text=_(
            "For private and gated datasets. It is stored encrypted until the dataset is here, then forgotten."
        ),
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    # The last field, so that the others have arrived when too large a file stops the request.
    file = forms.FileField(
        help_text=_("JSON lines, JSON, CSV or Parquet; text also as .gz."),
        allow_empty_file=True,
        required=False,
        label=_("File"),
    )

    def __init__(self, *args: Any, user: User, upload_problem: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload_problem = upload_problem
        projects, source = self.fields["project"], self.fields["source"]
        assert isinstance(projects, forms.ModelChoiceField)  # noqa: S101 - tells the type checker.
        assert isinstance(source, forms.ChoiceField)  # noqa: S101 - tells the type checker.
        projects.queryset = projects_to_import_into(user).order_by("name")
        projects.required = not user.has_role(Role.CURATORS)
        if projects.required:
            projects.empty_label = _("Choose a project")
        source.choices = source_choices()
        self.fields["hub_endpoint"].help_text = _("Empty: %(hf_endpoint)s.") % {
            "hf_endpoint": settings.HF_ENDPOINT
        }
        for name, field in self.fields.items():
            kind = "select" if name in {"project", "source", "domain"} else "input"
            field.widget.attrs["class"] = "" if name == "is_atomic" else kind

    @property
    def common(self) -> list[forms.BoundField]:
        """What is said of files and datasets alike."""
        return [self[name] for name in FILE_FIELDS]

    @property
    def hub(self) -> list[forms.BoundField]:
        """What is said of a dataset on a Hub."""
        return [self[name] for name in HUB_FIELDS]

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Check that the file's name says a format we read."""
        if self.upload_problem:
            raise forms.ValidationError(self.upload_problem)
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return None
        try:
            file_kind(Path(file.name or ""))
        except SourceError as error:
            raise forms.ValidationError(str(error)) from None
        return file

    def clean_hub_endpoint(self) -> str:
        """Check that requests may go there."""
        endpoint = (self.cleaned_data["hub_endpoint"] or settings.HF_ENDPOINT).rstrip("/")
        if not self.data.get("hub_repo"):
            return ""
        try:
            check_url(endpoint)
        except Refused as reason:
            raise forms.ValidationError(str(reason)) from None
        parts = urlsplit(endpoint)
        if parts.path or parts.query or parts.fragment:
            raise forms.ValidationError(_("Enter the Hub's address alone, without a path."))
        return f"{parts.scheme.lower()}://{parts.netloc.lower()}"

    def clean_hub_token(self) -> str:
        """Check that a header can carry it."""
        token: str = self.cleaned_data["hub_token"].strip()
        if not token.isascii() or (token and not token.isprintable()) or " " in token:
            raise forms.ValidationError(_("A token holds letters, digits and signs only."))
        return token

    def clean(self) -> dict[str, Any]:
        """Check that there is something to import, and only one thing."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        has_file, has_repo = bool(found.get("file")), bool(found.get("hub_repo"))
        if "file" not in self.errors and "hub_repo" not in self.errors:
            if not has_file and not has_repo:
                self.add_error("file", _("Choose a file. Or name a dataset on a Hub instead."))
            if has_file and has_repo:
                self.add_error("file", _("Choose a file or name a dataset, not both."))
        return found

    @property
    def dataset(self) -> Dataset:
        """What to fetch from a Hub."""
        asked = self.cleaned_data
        return Dataset(
            endpoint=asked["hub_endpoint"],
            repo=asked["hub_repo"],
            revision=asked["hub_revision"] or "main",
            config=asked["hub_config"],
            split=asked["hub_split"],
            token=asked["hub_token"],
        )

    def plan(self, path: Path, name: str) -> Plan:
        """Return how to import what lies, or will lie, at a path."""
        asked = self.cleaned_data
        source: str = asked["source"]
        mapping = None
        if source.startswith(SAVED):
            saved = SavedMapping.objects.filter(pk=source.removeprefix(SAVED)).first()
            mapping = ColumnMapping.from_json(saved.mapping) if saved else None
        is_named = source in SOURCES
        return Plan(
            path=path,
            file_name=name,
            source=source if is_named else "",
            domain=asked["domain"],
            license=asked["license"],
            is_atomic=asked["is_atomic"],
            mapping=mapping,
        )
