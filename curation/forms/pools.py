"""What curators say in a pool policy."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText
from curation.allotment import EVAL, PRIVATE, Place, Terms
from curation.forms.traits import WordsField
from curation.models import Domain, Family, Scenario, Trait

HELD = [("", _("Not held out")), (EVAL, _("Held out: EVAL")), (PRIVATE, _("Held out: PRIVATE"))]
ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
MOST_FAMILIES = 2_000
SHARE = {
    "required": _("Enter a share from 0 to 100."),
    "invalid": _("Enter a number, for instance 15."),
    "min_value": _("A share is 0 or more."),
    "max_value": _("A share is 100 at the most."),
    "max_decimal_places": _("One digit behind the point is enough."),
}


def share_field(label: LazyText, *, required: bool, **kwargs: Any) -> forms.DecimalField:
    """Return a field for a share in percent."""
    return forms.DecimalField(
        min_value=0,
        max_value=100,
        decimal_places=1,
        label=label,
        required=required,
        error_messages=SHARE,
        widget=forms.NumberInput(
            {"class": "input", "min": 0, "max": 100, "step": "0.1", "inputmode": "decimal"}
        ),
        **kwargs,
    )


class FamiliesField(WordsField):
    """Families, each named by its address or by that of one of its scenarios."""

    def clean(self, value: Any) -> Any:
        """Return the ids of the families."""
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_FAMILIES:
            raise forms.ValidationError(
                _("At most %(most)s families can be named one by one.") % {"most": MOST_FAMILIES}
            )
        named = {line: ID.findall(line) for line in lines}
        if bare := next((line for line, ids in named.items() if not ids), None):
            raise forms.ValidationError(
                _("“%(bare)s” is no address. Copy one from the page of a family or scenario.")
                % {"bare": bare[:60]}
            )
        ids = [UUID(found[-1]) for found in named.values()]
        families = dict.fromkeys(Family.objects.filter(pk__in=ids).values_list("pk", flat=True))
        owners = dict(Scenario.objects.filter(pk__in=ids).values_list("pk", "family"))
        if lost := next((id for id in ids if id not in families and id not in owners), None):
            raise forms.ValidationError(_("There is no family or scenario %(lost)s.") % {"lost": lost})
        return sorted({id if id in families else owners[id] for id in ids})


class PolicyForm(forms.Form):
    """How much is held out, and what is held out whole."""

    eval_percent = share_field(
        _("Share of each cell for EVAL, in percent"),
        required=True,
        help_text=_("Drawn by near-duplicate cluster, among families that no rule below decides."),
    )
    seed = WordsField(
        required=_("Enter a seed; any words will do."),
        rows=0,
        longest=64,
        label=_("Seed"),
        help_text=_("The same seed draws the same families again. Another seed draws others."),
    )
    families_eval = FamiliesField(label=_("For EVAL"), rows=3)
    families_private = FamiliesField(label=_("For PRIVATE"), rows=3)
    note = WordsField(
        label=_("Note"), rows=2, longest=2000, help_text=_("Why it is as it is, for those who come later.")
    )

    def __init__(self, data: Any = None, *, terms: Terms, note: str = "") -> None:
        super().__init__(data, initial=initial(terms) | {"note": note}, label_suffix="")
        self.held: dict[str, list[str]] = {"domain": [], "trait": []}
        for slug, name in Domain.objects.values_list("slug", "name"):
            self.ask("domain", slug, name)
        for slug, name in Trait.objects.order_by("name").values_list("slug", "name"):
            self.ask("trait", slug, name)

    def ask(self, kind: str, slug: str, name: str) -> None:
        """Add a choice for one domain or trait."""
        widget = forms.Select({"class": "select"})
        self.fields[f"{kind}_{slug}"] = forms.ChoiceField(
            choices=HELD, required=False, label=name, widget=widget
        )
        self.held[kind].append(slug)

    def clean(self) -> None:
        """Want each family in one list only."""
        both = set(self.named("families_eval")) & set(self.named("families_private"))
        if both:
            self.add_error(
                "families_private", _("This family stands in both lists: %(both)s.") % {"both": min(both)}
            )

    def named(self, name: str) -> Iterable[UUID]:
        """Return the families of one list."""
        found: list[UUID] = self.cleaned_data.get(name) or []
        return found

    def bound(self, kind: str) -> list[forms.BoundField]:
        """Return the fields of all domains or traits."""
        return [self[f"{kind}_{slug}"] for slug in self.held[kind]]

    @property
    def domains(self) -> list[forms.BoundField]:
        """The fields of the domains."""
        return self.bound("domain")

    @property
    def traits(self) -> list[forms.BoundField]:
        """The fields of the traits."""
        return self.bound("trait")

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that stand first."""
        return [self["eval_percent"], self["seed"]]

    def chosen(self, kind: str) -> dict[str, str]:
        """Return the pools of what is held out of a kind."""
        pools = {slug: self.cleaned_data[f"{kind}_{slug}"] for slug in self.held[kind]}
        return {slug: pool for slug, pool in pools.items() if pool}

    def terms(self, shares: dict[Place, int]) -> Terms:
        """Return what was said."""
        families = dict.fromkeys(self.named("families_eval"), EVAL)
        return Terms(
            self.cleaned_data["seed"],
            permille(self.cleaned_data["eval_percent"]),
            self.chosen("domain"),
            self.chosen("trait"),
            families | dict.fromkeys(self.named("families_private"), PRIVATE),
            shares,
        )


class ShareForm(forms.Form):
    """A cell whose share differs."""

    trait = forms.ModelChoiceField(
        Trait.objects.order_by("name"),
        required=False,
        to_field_name="slug",
        empty_label=_("Choose a trait"),
        widget=forms.Select({"class": "select"}),
        label=_("Trait"),
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label=_("Choose a domain"),
        widget=forms.Select({"class": "select"}),
        label=_("Domain"),
    )
    percent = share_field(_("Share in percent"), required=False)

    def clean(self) -> None:
        """Want all of it or nothing."""
        said = [self.cleaned_data.get(name) for name in ("trait", "domain", "percent")]
        if not self.errors and any(each is not None for each in said) and None in said:
            missing = next(
                name for name in ("trait", "domain", "percent") if self.cleaned_data.get(name) is None
            )
            self.add_error(missing, _("A share of its own needs a trait, a domain and a number."))


if TYPE_CHECKING:
    Rows = forms.BaseFormSet[ShareForm]
else:
    Rows = forms.BaseFormSet


class BaseShareFormSet(Rows):
    """The cells whose shares differ, and some empty places for more."""

    def clean(self) -> None:
        """Want each cell once."""
        found = [form.cleaned_data for form in self.forms if not form.errors]
        cells = [(said.get("trait"), said.get("domain")) for said in found if said.get("percent") is not None]
        if len(cells) != len(set(cells)):
            raise forms.ValidationError(_("A cell has two shares of its own. Keep one of them."))

    @property
    def shares(self) -> dict[Place, int]:
        """What was said, in permille."""
        said = [form.cleaned_data for form in self.forms]
        return {
            Place(each["trait"].slug, each["domain"].slug): permille(each["percent"])
            for each in said
            if each.get("percent") is not None
        }


ShareFormSet = forms.formset_factory(ShareForm, formset=BaseShareFormSet, extra=3, max_num=2_000)


def initial(terms: Terms) -> dict[str, Any]:
    """Return what the form shows of terms."""
    return {
        "eval_percent": Decimal(terms.eval_permille) / 10,
        "seed": terms.seed,
        **{f"domain_{slug}": pool for slug, pool in terms.domains.items()},
        **{f"trait_{slug}": pool for slug, pool in terms.traits.items()},
        "families_eval": named(terms, EVAL),
        "families_private": named(terms, PRIVATE),
    }


def named(terms: Terms, pool: str) -> str:
    """Return the families that a policy names for a pool, one a line."""
    return "\n".join(sorted(str(id) for id, to in terms.families.items() if to == pool))


def shares_form(data: Any, terms: Terms) -> BaseShareFormSet:
    """Return the rows of shares, filled with those that a policy has."""
    rows = [
        {"trait": place.trait, "domain": place.domain, "percent": Decimal(share) / 10}
        for place, share in sorted(terms.shares.items())
    ]
    return cast(
        "BaseShareFormSet",
        ShareFormSet(data, initial=rows, prefix="shares", form_kwargs={"label_suffix": ""}),
    )


def permille(percent: Decimal) -> int:
    """Return a share in thousandths."""
    return int(percent * 10)
