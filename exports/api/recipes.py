"""Recipes for programs: listed, read, and cut into releases."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.routes import Routes
from exports.actions.releases import cut_release
from exports.api.doors import stewards_only
from exports.api.shapes import ReleaseShape, release_shape
from exports.models import Recipe
from runs.api import RunShape, run_shape

routes = Routes(tags=["releases"])
READS = needs(Scope.READ, Scope.RELEASE)


class RecipeLine(BaseModel):
    """What to publish, in a list."""

    slug: str
    name: str
    description: str
    license: str
    minimum_annotators: int
    validation_permille: int
    aggregation: str
    ties: str
    plural: str
    configs: list[str] = Field(description="Empty: all of them.")
    sources: list[str]
    pools: list[str]
    is_demo: bool
    created_at: datetime


class RecipeShape(RecipeLine):
    """What to publish."""

    projects: list[str]
    domains: list[str] = Field(description="Empty: all of them.")
    heldout_domains: list[str]
    traits: list[str] = Field(description="As slug@number; empty: all of them.")


class Cut(Sent):
    """Which part of the version is raised."""

    bump: Literal["major", "minor", "patch"] = "minor"


class CutShape(BaseModel):
    """A release that was begun, and the run that freezes and builds it."""

    release: ReleaseShape
    run: RunShape


def recipe_line(recipe: Recipe) -> RecipeLine:
    """Return a recipe as it stands in a list."""
    return RecipeLine.model_validate(recipe, from_attributes=True)


def recipe_shape(recipe: Recipe) -> RecipeShape:
    """Return a recipe as it is sent."""
    traits = recipe.traits.values_list("trait__slug", "number").order_by("trait__slug", "number")
    return RecipeShape(
        **recipe_line(recipe).model_dump(),
        projects=list(recipe.projects.order_by("slug").values_list("slug", flat=True)),
        domains=list(recipe.domains.order_by("slug").values_list("slug", flat=True)),
        heldout_domains=list(recipe.heldout_domains.order_by("slug").values_list("slug", flat=True)),
        traits=[f"{trait}@{number}" for trait, number in traits],
    )


@routes.get("/recipes", auth=READS, response=Page[RecipeLine], url_name="recipes")
def recipes(request: Asking, asked: Query[Paging]) -> Page[RecipeLine]:
    """List recipes, newest first."""
    stewards_only(request)
    return page_of(Recipe.objects.all(), asked, recipe_line)


@routes.get("/recipes/{slug:slug}", auth=READS, response=RecipeShape, url_name="recipe")
def recipe(request: Asking, slug: str) -> RecipeShape:
    """Return a recipe."""
    stewards_only(request)
    return recipe_shape(get_object_or_404(Recipe, slug=slug))


@routes.post(
    "/recipes/{slug:slug}/releases",
    auth=needs(Scope.RELEASE),
    response={202: CutShape},
    url_name="release_cut",
)
@once
def release_cut(request: Asking, slug: str, cut: Cut) -> Status[CutShape]:
    """Cut the next release, or go on with one that was begun: a worker freezes and builds it."""
    stewards_only(request)
    release, run = cut_release(get_object_or_404(Recipe, slug=slug), bump=cut.bump, actor=request)
    return Status(202, CutShape(release=release_shape(release), run=run_shape(run)))
