"""What people say about recipes, and about the release they cut."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.models import Domain, TraitVersion
from exports.actions.recipes import Terms
from exports.actions.releases import BUMPS
from exports.models import Recipe
from exports.papers.license import LICENSES
from exports.schema import CONFIGS
from labeling.models import Project

NO_SUCH_PROJECT = _(
    "One of the chosen projects can’t go into this recipe. The demo recipe takes demo projects alone."
)


class RecipeForm(forms.Form):
    """What the releases of a recipe hold, and under which terms."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("The dataset’s name, as it stands on its card."),
        widget=forms.TextInput({"class": "input"}),
        error_messages={"required": _("Enter a name")},
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=5000,
        help_text=_("One plain paragraph for the card: what it is, whom it is for, what it is not."),
        widget=forms.Textarea({"class": "textarea", "rows": 4}),
    )
    projects = forms.MultipleChoiceField(
        label=_("Projects"),
        help_text=_("Whose annotations go in."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one project"), "invalid_choice": NO_SUCH_PROJECT},
    )
    minimum_annotators = forms.IntegerField(
        label=_("Fewest people per pair"),
        min_value=1,
        max_value=100,
        initial=2,
        help_text=_("A pair that fewer people judged stays out."),
        widget=forms.NumberInput({"class": "input input-w"}),
        error_messages={
            "required": _("Enter how many people must have judged a pair"),
            "invalid": _("Enter a whole number"),
            "min_value": _("At least one person must have judged a pair"),
            "max_value": _("Enter 100 or fewer"),
        },
    )
    validation_percent = forms.DecimalField(
        label=_("Share for validation, in percent"),
        min_value=0,
        max_value=50,
        decimal_places=1,
        initial=5,
        help_text=_(
            "From 0 to 50. Whole families of scenarios go there, and stay there from release to release."
        ),
        widget=forms.NumberInput({"class": "input input-w", "step": "0.1"}),
        error_messages={
            "required": _("Enter a share; 0 for no validation split"),
            "invalid": _("Enter a number such as 5 or 2.5"),
            "min_value": _("Enter 0 or more"),
            "max_value": _("Enter 50 or less"),
            "max_decimal_places": _("Enter one decimal place at most"),
        },
    )
    heldout_domains = forms.MultipleChoiceField(
        label=_("Held-out domains"),
        required=False,
        help_text=_(
            "Their pairs appear in the split test_heldout_domain and nowhere else, so that a model can be "
            "tested on a field of life that it was not trained on."
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There is no such domain")},
    )
    license = forms.ChoiceField(
        label=_("License"),
        choices=[(key, f"{name} ({key})") for key, (name, _) in LICENSES.items()],
        help_text=_(
            "For what people wrote and judged here. Imported prompts and model outputs keep their own terms."
        ),
        widget=forms.Select({"class": "select"}),
        error_messages={
            "required": _("Choose a license"),
            "invalid_choice": _("Choose a license from the list"),
        },
    )

    aggregation = forms.ChoiceField(
        label=_("How votes become a winner"),
        required=False,
        choices=[
            ("majority", _("Majority: more than half of the votes")),
            ("mean strength", _("Mean strength: the side to which people lean on the whole")),
            ("dawid-skene", _("Dawid and Skene: votes weigh by how their givers err")),
            (
                "bradley-terry",
                _("Bradley and Terry: all comparisons of a scenario’s responses decide together"),
            ),
        ],
        help_text=_("Every single vote is released beside the winner."),
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose a rule from the list")},
    )
    ties = forms.ChoiceField(
        label=_("Ties"),
        required=False,
        choices=[
            ("count", _("Count as votes for neither")),
            ("ignore", _("Leave the decision to those who preferred one")),
        ],
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose a rule from the list")},
    )
    plural = forms.ChoiceField(
        label=_("Pairs on which an adjudicator found that values differ"),
        required=False,
        choices=[
            ("keep", _("Compared, without a winner")),
            ("vote", _("Decided as all others")),
            ("leave out", _("Left out")),
        ],
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose a rule from the list")},
    )
    traits = forms.MultipleChoiceField(
        label=_("Traits and wordings"),
        required=False,
        help_text=_("None means all. Verdicts about no single trait go in either way."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There is no such wording")},
    )
    domains = forms.MultipleChoiceField(
        label=_("Domains"),
        required=False,
        help_text=_("None means all."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There is no such domain")},
    )
    configs = forms.MultipleChoiceField(
        label=_("Configs"),
        required=False,
        choices=[(config.name, config.name) for config in CONFIGS],
        help_text=_("Which tables are written. None means all that there are rows for."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There is no such config")},
    )
    sources = forms.MultipleChoiceField(
        label=_("Where annotations may come from"),
        required=False,
        choices=[
            ("native", _("Written here")),
            ("import", _("Imported with files")),
            ("label_studio", _("Label Studio")),
        ],
        help_text=_(
            "What a model judged is never released. Imports and Label Studio bring outside annotators too, where a"
            " license was named."
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )
    pools = forms.MultipleChoiceField(
        label=_("Pools"),
        required=False,
        choices=[
            ("TRAIN", _("TRAIN: for training")),
            ("EVAL", _("EVAL: the config benchmark")),
            ("ATTACK", _("ATTACK: the config adversarial")),
        ],
        help_text=_(
            "What is held out belongs into a repository of its own, behind a gate: on the Hub a gate is for all "
            "of a repository. What is PRIVATE never leaves."
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def __init__(self, *args: Any, recipe: Recipe | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs["initial"] = said_in(recipe) if recipe else {"sources": ["native"], "pools": ["TRAIN"]}
        super().__init__(*args, **kwargs)
        self.recipe = recipe
        is_demo = recipe is not None and recipe.is_demo
        projects = Project.objects.order_by("name")
        if is_demo:
            projects = projects.filter(is_demo=True)
        self.by_pk = {str(project.pk): project for project in projects}
        self.by_slug = {domain.slug: domain for domain in Domain.objects.all()}
        self.offer("projects", [(pk, called(project, is_demo)) for pk, project in self.by_pk.items()])
        domains = [(slug, domain.name) for slug, domain in self.by_slug.items()]
        self.offer("heldout_domains", domains)
        self.offer("domains", domains)
        published = TraitVersion.objects.published().select_related("trait").order_by("trait__name", "number")
        self.versions = {str(version.pk): version for version in published}
        self.offer(
            "traits",
            [
                (pk, _("{trait}, version {number}").format(trait=each.trait.name, number=each.number))
                for pk, each in self.versions.items()
            ],
        )

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set what may be chosen in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker.
        field.choices = choices

    def clean_name(self) -> str:
        """Check that no other recipe is called so."""
        name: str = self.cleaned_data["name"]
        others = Recipe.objects.exclude(pk=self.recipe.pk) if self.recipe else Recipe.objects.all()
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Another recipe has this name. Choose a different one."))
        return name

    @property
    def terms(self) -> Terms:
        """What was said, once it is valid."""
        said = self.cleaned_data
        return Terms(
            name=said["name"],
            description=said["description"],
            license=said["license"],
            minimum_annotators=said["minimum_annotators"],
            validation_permille=int(said["validation_percent"] * 10),
            projects=[self.by_pk[pk] for pk in said["projects"]],
            heldout_domains=[self.by_slug[slug] for slug in said["heldout_domains"]],
            aggregation=said["aggregation"] or Recipe.Aggregation.MAJORITY,
            ties=said["ties"] or Recipe.Ties.COUNT,
            plural=said["plural"] or Recipe.Plural.KEEP,
            configs=said["configs"],
            sources=said["sources"] or ["native"],
            pools=said["pools"] or ["TRAIN"],
            domains=[self.by_slug[slug] for slug in said["domains"]],
            traits=[self.versions[pk] for pk in said["traits"]],
        )


def called(project: Project, in_demo: bool) -> str:
    """Return a project's name, and what of it stays out."""
    if project.is_demo and not in_demo:
        return _("{name} (without its demo rows)").format(name=project.name)
    return project.name


def said_in(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as its form shows it."""
    return {
        "name": recipe.name,
        "description": recipe.description,
        "license": recipe.license,
        "minimum_annotators": recipe.minimum_annotators,
        "validation_percent": Decimal(recipe.validation_permille) / 10,
        "projects": [str(pk) for pk in recipe.projects.values_list("pk", flat=True)],
        "heldout_domains": list(recipe.heldout_domains.values_list("pk", flat=True)),
        "aggregation": recipe.aggregation,
        "ties": recipe.ties,
        "plural": recipe.plural,
        "configs": recipe.configs,
        "sources": recipe.sources,
        "pools": recipe.pools,
        "domains": list(recipe.domains.values_list("pk", flat=True)),
        "traits": [str(pk) for pk in recipe.traits.values_list("pk", flat=True)],
    }


class CutForm(forms.Form):
    """Which part of the version the next release raises."""

    bump = forms.ChoiceField(
        label=_("Bump"),
        choices=[(bump, bump) for bump in BUMPS],
        error_messages={
            "required": _("Choose which version it shall be"),
            "invalid_choice": _("Choose one of the versions in the list"),
        },
    )
