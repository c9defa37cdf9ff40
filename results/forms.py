"""What people say about a file that came back, and which comparison they look at."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from exports.models import Release
from results.figures import Choice, base_models, releases_of, traits_of
from results.readers import ENDINGS, Subject, ending_of
from results.readers.base import MOST_WHOLE, UNTRAINED

MOST_BYTES = 100_000_000
"""Files are read while their sender waits."""


def line(**attributes: Any) -> forms.TextInput:
    """Return a box for a name that a program gave."""
    shown = {"class": "input", "dir": "auto", "spellcheck": "false", "autocapitalize": "off"}
    return forms.TextInput({**shown, **attributes})


def whole(label: Any) -> forms.IntegerField:
    """Return a field for a whole number that may be left out."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_WHOLE,
        widget=forms.NumberInput({"class": "input"}),
    )


class ReportForm(forms.Form):
    """A file, and what it does not say itself."""

    is_untrained = forms.BooleanField(
        label=_("This is the untrained model"),
        required=False,
        help_text=_("The others are compared with it."),
    )
    release = forms.ModelChoiceField(
        label=_("Trained on the release"),
        required=False,
        queryset=Release.objects.none(),
        empty_label=_("No release, or the file says it"),
        widget=forms.Select({"class": "select"}),
    )
    trained_on = forms.CharField(
        label=_("Trained on the domains"),
        required=False,
        max_length=2000,
        widget=line(),
        help_text=_(
            "With commas between, or a subset such as only_health or no_law. Empty: all domains of the release."
        ),
    )
    model = forms.CharField(
        label=_("Model"),
        required=False,
        max_length=200,
        widget=line(),
        help_text=_("The name of this training. Logs of Inspect bring one along."),
    )
    base_model = forms.CharField(
        label=_("Trained from"),
        required=False,
        max_length=200,
        widget=line(),
        help_text=_("The untrained model’s name. Models that were trained from the same one are compared."),
    )
    method = forms.CharField(
        label=_("Method"),
        required=False,
        max_length=60,
        widget=line(),
        help_text=_("Such as DPO or GRPO."),
    )
    seed = whole(_("Seed"))
    step = whole(_("Checkpoint, as a number of steps"))
    # The last field, so that the others have arrived when too large a file stops the request.
    file = forms.FileField(
        label=_("File"),
        help_text=_("A log of Inspect (.eval or .json), JSON or CSV, up to 100 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, upload_problem: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.upload_problem = upload_problem
        releases = self.fields["release"]
        if isinstance(releases, forms.ModelChoiceField):
            releases.queryset = Release.objects.frozen().select_related("recipe").order_by("-created_at")
        self.fields["file"].widget.attrs["class"] = "input"
        if upload_problem:
            self.fields["file"].required = False

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Check that the file is of a kind we read, and not too large."""
        if self.upload_problem:
            raise forms.ValidationError(self.upload_problem)
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if not ending_of(file.name or ""):
            endings = ", ".join(ENDINGS)
            raise forms.ValidationError(_("Choose a file whose name ends in %s.") % endings)
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 100 MB. Report it in parts."))
        return file

    def clean(self) -> dict[str, Any]:
        """Check that an untrained model was not trained."""
        said = super().clean() or {}
        if said.get("is_untrained") and (said.get("release") or said.get("trained_on")):
            self.add_error(
                "is_untrained",
                _("An untrained model was trained on nothing: take the release and domains away."),
            )
        return said

    @property
    def given(self) -> Subject:
        """What was said, once it is valid."""
        said = self.cleaned_data
        return Subject(
            model=said["model"],
            base_model=said["base_model"],
            trained_on=UNTRAINED if said["is_untrained"] else said["trained_on"],
            release=str(getattr(said["release"], "pk", said["release"] or "")),
            method=said["method"],
            seed=said["seed"],
            step=said["step"],
        )


class PushForm(ReportForm):
    """The same from a program, which may write a release as recipe@version."""

    release = forms.CharField(required=False, max_length=120)  # type: ignore[assignment]  # A looser field in its place.


class RetractionForm(forms.Form):
    """Why a report counts no more."""

    reason = forms.CharField(
        label=_("Why it is taken back"),
        max_length=500,
        widget=forms.TextInput({"class": "input", "dir": "auto"}),
        error_messages={"required": _("Write why. The reason is shown with the report.")},
    )


class ChoiceForm(forms.Form):
    """Which models are compared, and by what. What is not there falls back to all."""

    base = forms.ChoiceField(
        label=_("Trained from"), required=False, widget=forms.Select({"class": "select"})
    )
    trait = forms.ChoiceField(label=_("Trait"), required=False, widget=forms.Select({"class": "select"}))
    release = forms.ChoiceField(label=_("Release"), required=False, widget=forms.Select({"class": "select"}))

    def __init__(self, asked: Any) -> None:
        bases = base_models()
        self.base_model = asked.get("base") if asked.get("base") in bases else (bases[0] if bases else "")
        traits = traits_of(self.base_model)
        releases = [(str(each.pk), str(each)) for each in releases_of(self.base_model)]
        self.chosen_trait = among(asked.get("trait", ""), traits)
        self.chosen_release = among(asked.get("release", ""), releases)
        shown = {"base": self.base_model, "trait": self.chosen_trait, "release": self.chosen_release}
        super().__init__(initial=shown, auto_id="compare_%s", label_suffix="")
        self.offer("base", [(each, each) for each in bases])
        self.offer("trait", [("", _("All traits")), *traits])
        self.offer("release", [("", _("All releases")), *releases])

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Set the choices of a field."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(
            self.base_model, UUID(self.chosen_release) if self.chosen_release else None, self.chosen_trait
        )


def among(said: str, choices: list[tuple[str, str]]) -> str:
    """Return what was said if it is one of the choices; else nothing."""
    return said if any(said == value for value, _ in choices) else ""
