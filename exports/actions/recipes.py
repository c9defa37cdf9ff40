"""Writes recipes down, and takes back a release that was begun from one."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.audit import Actor, person_behind, record
from curation.models import Domain, TraitVersion
from exports.models import CardText, Recipe, Release, Thresholds
from labeling.models import Project
from runs.models import Run

RESERVED = {"new"}
"""Slugs that would be taken for the address of another page."""
PLAIN = (
    "name",
    "description",
    "license",
    "minimum_annotators",
    "validation_permille",
    "aggregation",
    "ties",
    "plural",
    "configs",
    "sources",
    "pools",
)


class NameTaken(Exception):
    """Somebody else wrote a recipe of this name at the same moment."""


@dataclass(frozen=True)
class Terms:
    """What people say about a recipe."""

    name: str
    description: str
    license: str
    minimum_annotators: int
    validation_permille: int
    projects: list[Project]
    heldout_domains: list[Domain]
    aggregation: str = Recipe.Aggregation.MAJORITY
    ties: str = Recipe.Ties.COUNT
    plural: str = Recipe.Plural.KEEP
    configs: list[str] = field(default_factory=list)
    """All when it is empty, as with domains and traits."""
    sources: list[str] = field(default_factory=lambda: ["native"])
    pools: list[str] = field(default_factory=lambda: ["TRAIN"])
    domains: list[Domain] = field(default_factory=list)
    traits: list[TraitVersion] = field(default_factory=list)


def create_recipe(terms: Terms, *, actor: Actor = None) -> Recipe:
    """Add a recipe under a slug made of its name.

    Raises:
        NameTaken: two people, or two presses of the button, came at once.
    """
    recipe = Recipe(slug=free_slug(terms.name), created_by=person_behind(actor))
    try:
        return written(recipe, terms, actor, "recipe.created")
    except IntegrityError as error:
        raise NameTaken from error


def change_recipe(recipe: Recipe, terms: Terms, *, actor: Actor = None) -> Recipe:
    """Change what the next releases of a recipe hold. Those that were cut keep their terms."""
    return written(recipe, terms, actor, "recipe.changed")


@transaction.atomic
def written(recipe: Recipe, terms: Terms, actor: Actor, act: str) -> Recipe:
    """Save what was said."""
    for name in PLAIN:
        setattr(recipe, name, getattr(terms, name))
    recipe.save()
    recipe.projects.set(terms.projects)
    recipe.heldout_domains.set(terms.heldout_domains)
    recipe.domains.set(terms.domains)
    recipe.traits.set(terms.traits)
    record(
        actor,
        act,
        recipe,
        name=terms.name,
        license=terms.license,
        minimum_annotators=terms.minimum_annotators,
        validation_permille=terms.validation_permille,
        projects=[project.slug for project in terms.projects],
        heldout_domains=[domain.slug for domain in terms.heldout_domains],
        aggregation=terms.aggregation,
        pools=terms.pools,
        sources=terms.sources,
    )
    return recipe


@transaction.atomic
def set_gates(recipe: Recipe, limits: dict[str, int], words: dict[str, str], *, actor: Actor = None) -> None:
    """Say how strict the gates of the next releases are, and what their card adds."""
    Thresholds.objects.update_or_create(recipe=recipe, defaults=limits)
    CardText.objects.update_or_create(recipe=recipe, defaults=words)
    record(actor, "recipe.gates set", recipe, **limits)


@transaction.atomic
def discard_draft(release: Release, *, actor: Actor = None) -> bool:
    """Forget a draft that nothing works on any more, so that its number is free; False when there is none such."""
    # Without the lock somebody could go on with it at the same moment.
    Recipe.objects.select_for_update().get(pk=release.recipe_id)
    at_work = Run.objects.unfinished().filter(kind="exports.build", arguments__release=str(release.pk))
    draft = Release.objects.filter(pk=release.pk, state=Release.State.DRAFT, files=None, publications=None)
    if at_work.exists() or not draft.exists():
        return False
    draft.delete()
    record(actor, "release.discarded", release, version=release.version)
    return True


def free_slug(name: str) -> str:
    """Return a slug made of the name that no recipe has."""
    base = slugify(name)[:50] or "recipe"
    taken = RESERVED | set(Recipe.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )
