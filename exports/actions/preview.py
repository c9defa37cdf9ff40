"""Counts what a release of a recipe would hold if it were cut now."""

from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from exports.actions.codebook import frozen_terms
from exports.actions.counting import counted
from exports.actions.freeze import gather, query, rolled_back, values_of
from exports.models import Recipe
from exports.papers.facts import Cell
from exports.versions import Difference, Proposal, proposal
from labeling.models import Annotation
from runs.actions import start
from runs.models import Run
from runs.work import RunFailed, Work

QUICK_ANNOTATIONS = 10_000
"""Up to so many annotations are counted while someone waits for the page; more, by a run."""
COUNT_CELLS = """
    SELECT coalesce(trait.slug, 'overall'), coalesce(version.number, 0), coalesce(scenario.domain_id, 'unspecified'),
           -- The same rule by which freezing splits prompts.
           CASE
               WHEN scenario.domain_id = ANY(%(heldout)s::text[]) THEN 'test_heldout_domain'
               WHEN family.bucket < %(validation)s::int THEN 'validation'
               ELSE 'train'
           END AS split,
           count(*), count(*) FILTER (WHERE pair.outcome IN ('response1', 'response2'))
    FROM pair
    JOIN curation_scenario scenario ON scenario.id = pair.scenario_id
    JOIN curation_family family ON family.id = scenario.family_id
    LEFT JOIN curation_traitversion version ON version.id = pair.trait_version_id
    LEFT JOIN curation_trait trait ON trait.id = version.trait_id
    WHERE pair.outcome IN ('response1', 'response2', 'tie', 'both_bad', 'undecided', 'plural')
    GROUP BY 1, 2, 3, 4
"""


class Preview(NamedTuple):
    """What would be in a release, and what would be out; `counts` as in a release."""

    counts: dict[str, Any]
    cells: list[Cell]
    proposal: Proposal | None = None
    """Which part of the version to raise; None before the first release."""


def is_quick(recipe: Recipe) -> bool:
    """Say whether a preview takes less time than people mind."""
    found = Annotation.objects.filter(assignment__item__project__in=recipe.projects.all())
    return found.order_by()[: QUICK_ANNOTATIONS + 1].count() <= QUICK_ANNOTATIONS


def preview(recipe: Recipe) -> Preview:
    """Count what a release cut now would hold. Nothing is written."""
    with rolled_back(), connection.cursor() as cursor:
        values = values_of(recipe)
        gather(cursor, values)
        cursor.execute(COUNT_CELLS, values)
        cells = [Cell(*row) for row in cursor.fetchall()]
        return Preview(counted(cursor, values), cells, proposed(cursor, recipe, values))


def proposed(cursor: CursorWrapper, recipe: Recipe, values: dict[str, Any]) -> Proposal | None:
    """Return which part of its version the next release should raise, from what was gathered."""
    newest = recipe.releases.newest_first().frozen().first()
    if newest is None:
        return None
    cursor.execute(query("difference"), values | {"previous": newest.pk})
    return proposal(newest.terms, frozen_terms(recipe), Difference(*cursor.fetchone()))


def start_preview(recipe: Recipe, *, created_by: Any = None) -> Run:
    """Have a preview counted, unless that is being done already."""
    unfinished = Run.objects.unfinished().filter(kind="exports.preview", arguments__recipe=recipe.pk)
    return unfinished.first() or start("exports.preview", {"recipe": recipe.pk}, created_by=created_by)


def run_preview(work: Work) -> dict[str, Any]:
    """Count what a release of a run's recipe would hold."""
    recipe = Recipe.objects.filter(pk=work.arguments["recipe"]).first()
    if recipe is None:
        raise RunFailed("The recipe is gone.")
    found = preview(recipe)
    return {
        "counts": found.counts,
        "cells": [list(cell) for cell in found.cells],
        "proposal": found.proposal,
    }


def newest_preview(recipe: Recipe) -> Run | None:
    """Return the last run that counted, or counts, for a recipe."""
    return Run.objects.filter(kind="exports.preview", arguments__recipe=recipe.pk).order_by("-pk").first()


def counted_by(run: Run) -> Preview:
    """Return what a finished run counted."""
    said = run.result.get("proposal")
    cells = [Cell(*cell) for cell in run.result["cells"]]
    return Preview(run.result["counts"], cells, Proposal(*said) if said else None)
