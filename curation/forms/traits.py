"""What authors write about traits."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText, offered
from curation.models import Behaviour, Criterion, Trait
from curation.text import sanitise
from curation.trait_yaml import LARGEST_FILE
from curation.wording import (
    CODE,
    LONGEST_AXIS,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_URL,
    RESERVED,
    SLUG,
    suggested_code,
    suggested_slug,
)

TOO_LONG = _("It has %(show_value)d characters, at most %(limit_value)d fit.")
ZERO = _("a number from -10 to 10, never 0.")


class WordsField(forms.CharField):
    """Words as they are stored: without what PostgreSQL refuses, line ends as one character."""

    def __init__(
        self, *, required: LazyText = "", rows: int = 2, longest: int = LONGEST_TEXT, **kwargs: Any
    ) -> None:
        if rows:
            kwargs["widget"] = forms.Textarea({"class": "textarea textarea-row", "rows": rows, "dir": "auto"})
        else:
            kwargs["widget"] = forms.TextInput({"class": "input", "dir": "auto"})
        messages = {"required": required, "max_length": TOO_LONG}
        super().__init__(required=bool(required), max_length=longest, error_messages=messages, **kwargs)
        # The browser would cut what is pasted; the server says what is too long, and nothing is lost.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        """Return the words without the spaces around them."""
        words = super().to_python(re.sub(r"\r\n?", "\n", sanitise(value).text) if value else value)
        return str(words).strip() if words else ""


class TextForm(forms.Form):
    """One text of a version."""

    value = WordsField()

    def __init__(self, *args: Any, label: str, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.label = label
        field.widget.attrs |= {"rows": rows, "aria-describedby": f"{self.auto_id}-hint".replace("-%s", "")}


class MeaningForm(forms.Form):
    """Whether a version means something else than the one before."""

    value = forms.TypedChoiceField(
        coerce=lambda value: value == "True",
        choices=[("True", _("The meaning changed")), ("False", _("Only the wording changed"))],
        widget=forms.RadioSelect,
        label=_("Did the meaning change?"),
        error_messages={"required": _("Say whether the meaning changed.")},
    )


class BehaviourForm(forms.Form):
    """Something that a response does."""

    text = WordsField(required=_("A behaviour needs words. To take it away, press Remove."), label=_("Words"))


class BoundaryForm(BehaviourForm):
    """A case on the border, and how annotators shall count it."""

    counts_as = forms.ChoiceField(
        choices=[("", _("Not decided")), *offered(Behaviour.CountsAs)],
        required=False,
        widget=forms.Select({"class": "select"}),
        label=_("Counts as"),
    )


class TensionForm(forms.Form):
    """Where the trait pulls against another."""

    other = forms.ChoiceField(
        widget=forms.Select({"class": "select"}),
        label=_("With which trait"),
        error_messages={"required": _("Choose the other trait.")},
    )
    text = WordsField(
        required=_("Say what decides when the two traits pull apart."), label=_("What then decides")
    )

    def __init__(self, *args: Any, traits: Mapping[str, Trait], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.traits = traits
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker.
        field.choices = [("", _("Choose a trait")), *((slug, trait.name) for slug, trait in traits.items())]

    def clean_other(self) -> Trait:
        """Return the trait itself."""
        return self.traits[self.cleaned_data["other"]]


class ReferenceForm(forms.Form):
    """A source."""

    title = WordsField(
        required=_("A reference needs a title. To take it away, press Remove."),
        rows=0,
        longest=LONGEST_TITLE,
        label=_("Title"),
    )
    url = forms.URLField(
        required=False,
        max_length=LONGEST_URL,
        assume_scheme="https",
        widget=forms.TextInput({"class": "input", "inputmode": "url", "dir": "ltr"}),
        label=_("Address"),
        error_messages={"invalid": _("This is not an address. It begins with https://.")},
    )

    def clean_url(self) -> str:
        """Take web addresses only."""
        url = str(self.cleaned_data["url"])
        if url and not url.startswith(("http://", "https://")):
            raise forms.ValidationError(_("It begins with https:// or http://."))
        return url


class PointsField(forms.DecimalField):
    """Signed points, however the sign and the decimals are typed."""

    def to_python(self, value: Any) -> Any:
        """Read a minus sign and a decimal comma too."""
        if isinstance(value, str):
            value = value.replace("\N{MINUS SIGN}", "-").replace(",", ".").strip()
        return super().to_python(value)


class CriterionForm(forms.Form):
    """A shared criterion."""

    text = WordsField(
        required=_("A criterion needs words. To take it away, press Remove."),
        label=_("What is to be checked"),
    )
    points = PointsField(
        min_value=-10,
        max_value=10,
        decimal_places=2,
        widget=forms.TextInput({"class": "input", "inputmode": "decimal", "dir": "ltr"}),
        error_messages={
            "required": ZERO,
            "invalid": ZERO,
            "min_value": ZERO,
            "max_value": ZERO,
            "max_decimal_places": _("at most two decimals."),
        },
        label=_("Points"),
    )
    kind = forms.ChoiceField(
        choices=offered(Criterion.Kind),
        initial="should",
        widget=forms.Select({"class": "select"}),
        label=_("Kind"),
    )
    axis = WordsField(rows=0, longest=LONGEST_AXIS, label=_("Axis"))
    framing = forms.ChoiceField(
        choices=[("positive", _("Good when met")), ("negative", _("Bad when met"))],
        initial="positive",
        widget=forms.Select({"class": "select"}),
        label=_("Framing"),
    )

    def clean_points(self) -> Decimal:
        """Refuse zero, which would count nothing."""
        points: Decimal = self.cleaned_data["points"]
        if points == 0:
            raise forms.ValidationError(ZERO)
        return points


class NewTraitForm(forms.Form):
    """How a new trait is called."""

    name = WordsField(required=_("Give the trait a name."), rows=0, longest=LONGEST_NAME, label=_("Name"))
    code = WordsField(rows=0, longest=2, label=_("Two-letter code"))
    slug = WordsField(rows=0, longest=80, label=_("Name in addresses and releases"))

    @property
    def suggested(self) -> dict[str, str]:
        """What is taken for a field that is left empty."""
        name = str(self.data.get("name", ""))[:LONGEST_NAME]
        codes = Trait.objects.values_list("code", flat=True)
        return {"code": suggested_code(name, codes) if name else "", "slug": suggested_slug(name)}

    def clean_code(self) -> str:
        """Take two letters that no other trait has, of our choice when none are given."""
        code = self.cleaned_data["code"].upper() or self.suggested["code"]
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Give two letters from A to Z."))
        other = Trait.objects.filter(code=code).first()
        if other:
            raise forms.ValidationError(_("%(name)s has this code. Choose another.") % {"name": other.name})
        return str(code)

    def clean_slug(self) -> str:
        """Take a name that addresses and releases can carry, made from the trait's name when none is given."""
        slug = self.cleaned_data["slug"].lower() or self.suggested["slug"]
        if not SLUG.fullmatch(slug) or slug in RESERVED:
            raise forms.ValidationError(
                _("Give small Latin letters, digits and hyphens, such as epistemic-humility.")
            )
        other = Trait.objects.filter(slug=slug).first()
        if other:
            raise forms.ValidationError(
                _("The trait “%(name)s” has it already. Choose another.") % {"name": other.name}
            )
        return str(slug)


class TraitFileForm(forms.Form):
    """A trait's YAML file, or its text once it was looked at."""

    file = forms.FileField(
        required=False,
        label=_("YAML file"),
        widget=forms.FileInput({"class": "input", "accept": ".yaml,.yml"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Want one of the two, of bearable size."""
        file: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        if file is None and not self.cleaned_data.get("text"):
            self.add_error("file", _("Choose a file."))
        elif file is not None and (file.size or 0) > LARGEST_FILE:
            self.add_error(
                "file",
                _("The file has more than %(largest)s kB. A trait has a few pages.")
                % {"largest": LARGEST_FILE // 1024},
            )
        return self.cleaned_data

    @property
    def body(self) -> bytes:
        """What is to be read."""
        file: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        return file.read() if file is not None else str(self.cleaned_data["text"]).encode("utf-8", "replace")
