"""What people say about cells and domains."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText
from curation.actions.cells import TARGETS, Words
from curation.forms.traits import WordsField
from curation.models import Cell, Domain, Trait
from curation.wording import SLUG

MOST = 1_000_000_000
WHOLE = {
    "invalid": _("Enter a whole number."),
    "min_value": _("A target is 0 or more."),
    "max_value": _("That is too many."),
}
LABELS = {
    "target_scenarios": _("Scenarios"),
    "target_items": _("Items"),
    "target_annotations": _("Annotations"),
    "target_heldout": _("Held out"),
}


class TargetField(forms.IntegerField):
    """How many are wanted."""

    def __init__(self, label: LazyText) -> None:
        widget = forms.NumberInput({"class": "input", "min": 0, "inputmode": "numeric"})
        super().__init__(
            required=False, min_value=0, max_value=MOST, label=label, widget=widget, error_messages=WHOLE
        )


class TargetsForm(forms.Form):
    """Targets for a cell, a line, a column or the whole table; what is left empty stays."""

    trait = forms.ModelChoiceField(
        Trait.objects.order_by("name"),
        required=False,
        empty_label=_("All traits"),
        to_field_name="slug",
        widget=forms.Select({"class": "select"}),
        label=_("Trait"),
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label=_("All domains"),
        widget=forms.Select({"class": "select"}),
        label=_("Domain"),
    )
    target_scenarios = TargetField(LABELS["target_scenarios"])
    target_items = TargetField(LABELS["target_items"])
    target_annotations = TargetField(LABELS["target_annotations"])
    target_heldout = TargetField(LABELS["target_heldout"])

    def __init__(self, data: Any = None, *, cell: Cell | None = None) -> None:
        initial = {name: getattr(cell, name) for name in TARGETS} if cell else None
        super().__init__(data, initial=initial, label_suffix="")
        if cell:
            # The page names the cell.
            del self.fields["trait"], self.fields["domain"]

    def clean(self) -> None:
        """Want at least one number."""
        if not self.errors and not self.targets:
            self.add_error(
                "target_scenarios", _("Enter at least one target. What is left empty stays as it is.")
            )

    @property
    def targets(self) -> dict[str, int]:
        """The numbers that were entered."""
        found = {name: self.cleaned_data.get(name) for name in TARGETS}
        return {name: number for name, number in found.items() if number is not None}

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The four fields."""
        return [self[name] for name in TARGETS]

    @property
    def traits(self) -> Collection[Trait]:
        """The lines that were chosen."""
        chosen = self.cleaned_data.get("trait")
        return [chosen] if chosen else list(Trait.objects.order_by("slug"))

    @property
    def domains(self) -> Collection[Domain]:
        """The columns that were chosen."""
        chosen = self.cleaned_data.get("domain")
        return [chosen] if chosen else list(Domain.objects.all())


class GuidanceForm(forms.Form):
    """What a reader of a cell must know."""

    text = WordsField(
        label=_("Guidance"),
        rows=8,
        help_text=_(
            "What a reader must know of this trait in this domain: what counts, and what only looks like it."
        ),
    )
    example = WordsField(
        label=_("Example"), rows=4, help_text=_("One case, told in a few sentences, and how it is read.")
    )
    authorities = WordsField(
        label=_("Authorities"),
        rows=4,
        help_text=_("Laws, codes, guidelines and handbooks that decide here, one on each line."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)

    @property
    def words(self) -> Words:
        """What was written."""
        return Words(*(self.cleaned_data[name] for name in Words._fields))


class DomainForm(forms.Form):
    """A field of life in which scenarios happen."""

    name = WordsField(required=_("A domain needs a name."), rows=0, longest=120, label=_("Name"))
    slug = WordsField(
        required=_("A domain needs an address."),
        rows=0,
        longest=60,
        label=_("Address"),
        help_text=_(
            "Small letters, digits and hyphens. Files and releases name the domain so; it never changes."
        ),
    )
    description = WordsField(
        label=_("Description"),
        rows=3,
        longest=2000,
        help_text=_("What belongs to it, and what belongs elsewhere."),
    )
    position = forms.IntegerField(
        min_value=0,
        max_value=32767,
        label=_("Place"),
        help_text=_("Domains stand in the order of these numbers."),
        widget=forms.NumberInput({"class": "input", "min": 0, "inputmode": "numeric"}),
        error_messages={"required": _("Say where it stands, for instance 0 for the first place.")} | WHOLE,
    )

    def __init__(self, data: Any = None, *, domain: Domain | None = None) -> None:
        fields = ("name", "description", "position")
        super().__init__(
            data,
            initial={name: getattr(domain, name) for name in fields} if domain else None,
            label_suffix="",
        )
        # A new domain stands behind the others; the address of an old one is in files that others hold.
        del self.fields["slug" if domain else "position"]
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_slug(self) -> str:
        """Return the address when it is one."""
        slug: str = self.cleaned_data["slug"]
        if not SLUG.fullmatch(slug):
            raise forms.ValidationError(
                _("Use small letters, digits and hyphens, for instance “public-health”.")
            )
        if Domain.objects.filter(pk=slug).exists():
            raise forms.ValidationError(_("Another domain has this address. Choose a different one."))
        return slug
