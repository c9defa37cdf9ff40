"""Recipes: writing them, what they would release, and cutting a release."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from exports.actions.preview import counted_by, is_quick, newest_preview, preview, start_preview
from exports.actions.recipes import NameTaken, change_recipe, create_recipe
from exports.actions.releases import BUMPS, cut_release, next_version
from exports.balance import balances
from exports.contents import named_matrix
from exports.forms.recipes import CutForm, RecipeForm
from exports.models import Recipe
from exports.versions import Proposal

BUMP_WORDS = {
    "major": _("A column or split means something else than before, or rows moved to another split."),
    "minor": _("There are new, changed or withdrawn annotations."),
    "patch": _("Only the card and other papers changed."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def recipe_new(request: UserRequest) -> HttpResponse:
    """Write a recipe."""
    form = RecipeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return redirect("exports:recipe", create_recipe(form.terms, actor=request).slug)
        except NameTaken:
            form.add_error("name", _("Another recipe has just got this name. Choose a different one."))
    return render_form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def recipe_edit(request: UserRequest, slug: str) -> HttpResponse:
    """Change a recipe."""
    found = get_object_or_404(Recipe, slug=slug)
    form = RecipeForm(request.POST if request.method == "POST" else None, recipe=found)
    if form.is_valid():
        change_recipe(found, form.terms, actor=request)
        messages.success(request, _("Saved. Releases that were cut before keep their terms."))
        return redirect("exports:recipe", slug)
    return render_form(request, form)


@require_safe
@role_required(Role.STEWARDS)
def recipe(request: UserRequest, slug: str) -> HttpResponse:
    """Show the terms of a recipe, what a release would hold now, and its releases."""
    return render_recipe(request, get_object_or_404(Recipe, slug=slug), CutForm())


@require_POST
@role_required(Role.STEWARDS)
def cut(request: UserRequest, slug: str) -> HttpResponse:
    """Cut the next release, or go on with one that was begun."""
    found = get_object_or_404(Recipe, slug=slug)
    form = CutForm(request.POST)
    if not form.is_valid():
        return render_recipe(request, found, form)
    release, _run = cut_release(found, bump=form.cleaned_data["bump"], actor=request)
    return redirect("exports:release", release.pk)


@require_POST
@role_required(Role.STEWARDS)
def count(request: UserRequest, slug: str) -> HttpResponse:
    """Have it counted what a release would hold, where that takes too long for a page."""
    found = get_object_or_404(Recipe, slug=slug)
    start_preview(found, created_by=request.user)
    return redirect("exports:recipe", slug)


def render_form(request: UserRequest, form: RecipeForm) -> HttpResponse:
    """Show a recipe's form, empty, filled or refused."""
    context = {"form": form, "recipe": form.recipe, "section": "releases"}
    return render(request, "exports/recipe_form.html", context, status=422 if form.is_bound else 200)


def render_recipe(request: UserRequest, found: Recipe, form: CutForm) -> HttpResponse:
    """Show a recipe."""
    releases = list(found.releases.newest_first().defer("codebook", "terms", "salt")[:50])
    newest = releases[0] if releases else None
    context = {
        "recipe": found,
        "section": "releases",
        "form": form,
        "releases": releases,
        "underway": newest if newest and not newest.is_built else None,
        "versions": [
            (bump, ".".join(map(str, next_version(newest, bump))), BUMP_WORDS[bump]) for bump in BUMPS
        ],
        "validation_percent": f"{found.validation_permille / 10:g}",
        **previewed(found),
    }
    return render(request, "exports/recipe.html", context, status=422 if form.is_bound else 200)


def previewed(found: Recipe) -> dict[str, Any]:
    """Return what a release would hold now, or the run that counts it."""
    quick = is_quick(found)
    run = None if quick else newest_preview(found)
    counted = preview(found) if quick else counted_by(run) if run and run.state == run.State.DONE else None
    # Until somebody counted, nobody knows better than the usual.
    usual = Proposal("minor", [])
    if counted is None:
        return {"count_run": run, "proposal": usual}
    proposal = counted.proposal or usual
    return {
        "count_run": run,
        "proposal": proposal._replace(reasons=[told(reason) for reason in proposal.reasons]),
        "matrix": named_matrix(counted.cells),
        "balances": balances(counted.counts),
        "has_verdicts": counted.counts["verdicts"]["total"] > 0,
        "unlabeled_items": counted.counts["unlabeled_items"],
    }
