"""What people say about where releases go."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from egress.guard import Refused, check_url
from exports.actions.destinations import SAID, Address
from exports.folder import checked_folder, roots
from exports.hub import Rejected
from exports.models import Destination
from exports.models.recipes import check_repo_id

LONGEST_TOKEN = 500
NEW_TOKEN = _("It needs write access to this repository only. It is stored encrypted and never shown again.")
NEW_KEY = _("It needs write access to this prefix only. It is stored encrypted and never shown again.")
KEPT_TOKEN = _(
    "Leave it empty to keep the stored one (it ends in “{hint}”). A new address or repository needs a new one."
)
NO_TOKEN = _("None is stored: enter one before you publish. It needs write access to this repository only.")


BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._=-]+)*\Z"


class DestinationForm(forms.Form):
    """What every kind of destination has. The token goes in and never comes out."""

    kind = Destination.Kind.HUB
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("What colleagues call it."),
        widget=forms.TextInput({"class": "input"}),
        error_messages={"required": _("Enter a name")},
    )

    def __init__(self, *args: Any, destination: Destination | None = None, **kwargs: Any) -> None:
        if destination is not None:
            kwargs["initial"] = {name: getattr(destination, name) for name in SAID}
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if "token" in self.fields:
            self.fields["token"].required = destination is None
        if destination is not None and "token" in self.fields:
            hint = destination.secret.hint if destination.secret else ""
            self.fields["token"].help_text = KEPT_TOKEN.format(hint=hint) if destination.secret else NO_TOKEN

    def clean_endpoint(self) -> str:
        """Check that requests may go there, and that it is the front door."""
        endpoint: str = self.cleaned_data["endpoint"].rstrip("/")
        try:
            check_url(endpoint)
        except Refused as reason:
            raise forms.ValidationError(str(reason)) from None
        parts = urlsplit(endpoint)
        if parts.path or parts.query or parts.fragment:
            raise forms.ValidationError(_("Enter the address alone, without a path."))
        return f"{parts.scheme.lower()}://{parts.netloc.lower()}"

    def clean_token(self) -> str:
        """Check that a header can carry it."""
        token: str = self.cleaned_data["token"].strip()
        if not token.isascii() or not token.isprintable() or " " in token:
            raise forms.ValidationError(_("A token holds letters, digits and signs only."))
        return token

    @property
    def address(self) -> Address:
        """What was said, once it is valid."""
        absent: dict[str, Any] = {"endpoint": "", "is_private": False, "create_if_missing": False}
        return Address(kind=self.kind, **(absent | self.cleaned_data))


class HubForm(DestinationForm):
    """A dataset repository on a Hub."""

    endpoint = forms.CharField(
        label=_("Address of the Hub"),
        max_length=300,
        help_text=_("https://huggingface.co, or a Hub of your own."),
        widget=forms.URLInput({"class": "input", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the address of the Hub")},
    )
    repo_id = forms.CharField(
        label=_("Dataset repository"),
        max_length=193,
        help_text=_("As organisation/name, for example my-lab/beneficial-traits."),
        widget=forms.TextInput({"class": "input", "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": _("Enter the repository as organisation/name")},
        validators=[check_repo_id],
    )
    token = forms.CharField(
        label=_("Access token"),
        required=False,
        max_length=LONGEST_TOKEN,
        help_text=NEW_TOKEN,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter a token that may write to the repository")},
    )
    gating = forms.ChoiceField(
        label=_("Readers"),
        required=False,
        choices=Destination.Gating.choices,
        help_text=_("Nothing is sent to a repository that is more open than this."),
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose who may read it")},
    )
    is_private = forms.BooleanField(
        required=False,
        label=_("Private"),
        help_text=_("Nothing is sent while anyone may read the repository"),
    )
    create_if_missing = forms.BooleanField(
        required=False,
        label=_("Create it when it is missing"),
        help_text=_("Otherwise a missing repository is an error, as after a mistyped name"),
    )


class S3Form(DestinationForm):
    """A prefix in a bucket of S3-compatible storage."""

    kind = Destination.Kind.S3
    endpoint = forms.CharField(
        label=_("Address of the storage"),
        max_length=300,
        help_text=_("For example https://s3.eu-central-1.amazonaws.com, or a storage of your own."),
        widget=forms.URLInput({"class": "input", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the address of the storage")},
    )
    repo_id = forms.RegexField(
        BUCKET,
        strip=True,
        label=_("Bucket and prefix"),
        max_length=193,
        help_text=_(
            "As bucket/prefix, for example datasets/arete. Each release gets a folder of its own below it."
        ),
        widget=forms.TextInput({"class": "input", "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={
            "required": _("Enter the bucket"),
            "invalid": _(
                "A bucket has 3 to 63 small letters, digits, “-” and “.”; a prefix letters, digits and . _ = -"
            ),
        },
    )
    region = forms.RegexField(
        r"^[a-z0-9-]{2,40}\Z",
        strip=True,
        label=_("Region"),
        initial="us-east-1",
        help_text=_("Storages of your own often take us-east-1."),
        widget=forms.TextInput({"class": "input input-w", "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": _("Enter the region"), "invalid": _("A region looks like eu-central-1")},
    )
    access_key = forms.RegexField(
        r"^[\x21-\x2b\x2d\x2e\x30-\x7e]{3,128}\Z",
        strip=True,
        label=_("Access key"),
        help_text=_("The public half of the credentials."),
        widget=forms.TextInput({"class": "input", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter the access key"), "invalid": _("That is no access key")},
    )
    token = forms.CharField(
        label=_("Secret key"),
        required=False,
        max_length=LONGEST_TOKEN,
        help_text=NEW_KEY,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the secret key")},
    )
    is_private = forms.BooleanField(
        required=False,
        label=_("Private"),
        help_text=_("A release is not completed while anyone may read its card"),
    )


class FolderForm(DestinationForm):
    """A folder of the server."""

    kind = Destination.Kind.FOLDER
    repo_id = forms.CharField(
        label=_("Folder"),
        max_length=193,
        widget=forms.TextInput({"class": "input", "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": _("Enter the path of a folder")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = ", ".join(map(str, roots()))
        said = _("On the server, below {folders}. Each release gets a folder in it.")
        self.fields["repo_id"].help_text = said.format(folders=allowed)

    def clean_repo_id(self) -> str:
        """Check that the operator allows it."""
        try:
            return str(checked_folder(self.cleaned_data["repo_id"]))
        except Rejected as reason:
            raise forms.ValidationError(str(reason)) from None


FORMS: dict[str, type[DestinationForm]] = {form.kind: form for form in (HubForm, S3Form, FolderForm)}


class PublishForm(forms.Form):
    """Where a release shall go, and on which foreign commit it may build."""

    destination = forms.ModelMultipleChoiceField(
        Destination.objects.all(),
        label=_("Destinations"),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose where the release shall go"),
            "invalid_choice": _("There is no such destination"),
            "invalid_list": _("Choose where the release shall go"),
        },
    )
    accepted_head = forms.RegexField(
        r"^[0-9a-f]{7,64}\Z", required=False, strip=True, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
