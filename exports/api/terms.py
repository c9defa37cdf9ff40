"""Recipes for programs: written, changed, and what a release of them would hold now."""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import invalid
from exports.actions.codebook import card_text_of
from exports.actions.gates import thresholds_of
from exports.actions.preview import Preview, counted_by, is_quick, newest_preview, preview, start_preview
from exports.actions.recipes import NameTaken, change_recipe, create_recipe, set_gates
from exports.api.doors import stewards_only
from exports.api.recipes import RecipeShape, recipe_shape, routes
from exports.forms.gates import GatesForm
from exports.forms.recipes import RecipeForm
from exports.models import Recipe
from runs.api import RunShape, run_shape

READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
NO_PROJECT = "There is no such project, or it can't go into this recipe."
NO_TRAIT = "There is no such published wording. Write it as slug@number."
TAKEN = "Another recipe has just got this name. Choose a different one."
WHOLE_PERMILLE = 10
Slug = Annotated[str, Field(min_length=1, max_length=80)]


class RecipeIn(Sent):
    """What the next releases hold, and under which terms."""

    name: str = Field(min_length=1, max_length=120)
    description: str = Field("", max_length=5000)
    license: str = Field(min_length=1, max_length=60)
    projects: list[Slug] = Field(
        min_length=1, max_length=200, description="Whose annotations go in, by slug."
    )
    minimum_annotators: int = Field(2, ge=1, le=100, description="A pair that fewer judged stays out.")
    validation_permille: int = Field(50, ge=0, le=500, description="Share for validation, in thousandths.")
    aggregation: Literal["majority", "mean strength", "dawid-skene", "bradley-terry"] = "majority"
    ties: Literal["count", "ignore"] = "count"
    plural: Literal["keep", "vote", "leave out"] = "keep"
    configs: list[Slug] = Field([], max_length=50, description="Empty: all there are rows for.")
    sources: list[Literal["native", "import", "label_studio"]] = Field(["native"], min_length=1, max_length=3)
    pools: list[Literal["TRAIN", "EVAL", "ATTACK"]] = Field(["TRAIN"], min_length=1, max_length=3)
    domains: list[Slug] = Field([], max_length=200, description="Empty: all of them.")
    heldout_domains: list[Slug] = Field([], max_length=200)
    traits: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=200, description="As slug@number; empty: all of them."
    )


class CellShape(BaseModel):
    """How many pairs of a trait in a domain and split there would be."""

    trait: str
    version: int
    domain: str
    split: str
    pairs: int
    decided: int


class RecipePreview(BaseModel):
    """What a release would hold if it were cut now."""

    run: RunShape | None = Field(description="Counts, where that takes too long for an answer.")
    counts: dict[str, Any] | None = Field(description="Null until they are counted.")
    cells: list[CellShape]
    bump: Literal["major", "minor", "patch"] | None = Field(
        description="Which part of the version to raise; null before the first release."
    )
    reasons: list[str]


class Limits(Sent):
    """How strict the gates of a recipe are."""

    annotators: int = Field(ge=1, le=100, description="Fewest who could judge a released pair.")
    alpha_permille: int = Field(ge=0, le=1000)
    gold_percent: int = Field(ge=0, le=100)
    position_points: int = Field(ge=0, le=50)
    length_points: int = Field(ge=0, le=50)
    identity_leaks: int = Field(ge=0, le=1_000_000)
    band_people: int = Field(ge=2, le=1000)


class CardWords(Sent):
    """What a card says that no row knows."""

    pay: str = Field("", max_length=3000)
    care: str = Field("", max_length=3000)
    limits: str = Field("", max_length=3000)
    contact: str = Field("", max_length=200, description="Where to write; it is published.")


class Strictness(Sent):
    """How strict the gates of a recipe's next releases are, and what their card adds."""

    limits: Limits
    card: CardWords


def checked(asked: RecipeIn, recipe: Recipe | None = None) -> RecipeForm:
    """Return what was asked, held to the rules of the page.

    Raises:
        Problem: it names what is not there, or what can't go into this recipe.
    """
    form = RecipeForm(recipe=recipe)
    projects = {each.slug: pk for pk, each in form.by_pk.items()}
    traits = {f"{each.trait.slug}@{each.number}": pk for pk, each in form.versions.items()}
    missing = [
        *((f"projects.{n}", NO_PROJECT) for n, each in enumerate(asked.projects) if each not in projects),
        *((f"traits.{n}", NO_TRAIT) for n, each in enumerate(asked.traits) if each not in traits),
    ]
    if missing:
        raise invalid(missing)
    said = {
        **asked.model_dump(exclude={"validation_permille"}),
        "validation_percent": f"{asked.validation_permille / WHOLE_PERMILLE:.1f}",
        "projects": [projects[each] for each in asked.projects],
        "traits": [traits[each] for each in asked.traits],
    }
    form = RecipeForm(said, recipe=recipe)
    if not form.is_valid():
        raise problem_of(form)
    return form


@routes.post("/recipes", auth=WRITES, response={201: RecipeShape}, url_name="recipes")
@once
def recipe_create(request: Asking, asked: RecipeIn) -> Status[RecipeShape]:
    """Write a recipe. Its slug is made of its name."""
    stewards_only(request)
    try:
        return Status(201, recipe_shape(create_recipe(checked(asked).terms, actor=request)))
    except NameTaken as error:
        raise invalid([("name", TAKEN)]) from error


@routes.put("/recipes/{slug:slug}", auth=WRITES, response=RecipeShape, url_name="recipe")
def recipe_change(request: Asking, slug: str, asked: RecipeIn) -> RecipeShape:
    """Change what the next releases hold. Those that were cut before keep their terms."""
    found = find(request, slug)
    return recipe_shape(change_recipe(found, checked(asked, found).terms, actor=request))


@routes.get("/recipes/{slug:slug}/preview", auth=READS, response=RecipePreview, url_name="recipe_preview")
def recipe_preview(request: Asking, slug: str) -> RecipePreview:
    """Say what a release would hold if it were cut now; of many annotations, what the newest count found."""
    found = find(request, slug)
    if is_quick(found):
        return recipe_preview_shape(preview(found))
    run = newest_preview(found)
    counted = counted_by(run) if run and run.state == run.State.DONE else None
    return recipe_preview_shape(counted, run_shape(run) if run else None)


@routes.post("/recipes/{slug:slug}/preview", auth=WRITES, response={202: RunShape}, url_name="recipe_preview")
def recipe_count(request: Asking, slug: str) -> Status[RunShape]:
    """Have it counted what a release would hold. One count at a time."""
    return Status(202, run_shape(start_preview(find(request, slug), created_by=request.user)))


@routes.get("/recipes/{slug:slug}/gates", auth=READS, response=Strictness, url_name="recipe_gates")
def recipe_gates(request: Asking, slug: str) -> Strictness:
    """Say how strict the gates of a recipe's next releases are, and what their card adds."""
    return strictness_of(find(request, slug))


@routes.put("/recipes/{slug:slug}/gates", auth=WRITES, response=Strictness, url_name="recipe_gates")
def recipe_gates_set(request: Asking, slug: str, asked: Strictness) -> Strictness:
    """Set how strict the gates are. Releases that were cut before keep theirs."""
    found = find(request, slug)
    form = GatesForm({**asked.limits.model_dump(), **asked.card.model_dump()}, recipe=found)
    if not form.is_valid():
        raise problem_of(form)
    set_gates(found, form.limits_said, form.words_said, actor=request)
    return strictness_of(found)


def strictness_of(recipe: Recipe) -> Strictness:
    """Return how strict a recipe is as it is sent."""
    card: dict[str, Any] = {**card_text_of(recipe)}
    limits: dict[str, Any] = {**thresholds_of(recipe)}
    return Strictness.model_construct(
        limits=Limits.model_construct(**limits), card=CardWords.model_construct(**card)
    )


def find(request: Asking, slug: str) -> Recipe:
    """Return a recipe, to stewards."""
    stewards_only(request)
    return get_object_or_404(Recipe, slug=slug)


def recipe_preview_shape(counted: Preview | None, run: RunShape | None = None) -> RecipePreview:
    """Return what was counted as it is sent."""
    if counted is None:
        return RecipePreview(run=run, counts=None, cells=[], bump=None, reasons=[])
    said = counted.proposal
    return RecipePreview(
        run=run,
        counts=counted.counts,
        cells=[CellShape(**cell._asdict()) for cell in counted.cells],
        bump=said.bump if said else None,  # type: ignore[arg-type]  # One of the parts of a version.
        reasons=said.reasons if said else [],
    )
