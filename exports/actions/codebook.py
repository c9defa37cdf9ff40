"""What a release remembers of its recipe and of the wordings of its traits."""

from typing import Any

from django.db.models import Prefetch

from curation.models import Behaviour, Canary, Family, PoolPolicy, Tension, TraitVersion
from exports.actions.gates import thresholds_of
from exports.models import CardText, Recipe, Release
from exports.schema import SCHEMA_VERSION


def frozen_terms(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as plain values, to be kept as it stood at the cut."""
    return {
        "name": recipe.name,
        "description": recipe.description,
        "license": recipe.license,
        "heldout_domains": sorted(recipe.heldout_domains.values_list("pk", flat=True)),
        "minimum_annotators": recipe.minimum_annotators,
        "validation_permille": recipe.validation_permille,
        "aggregation": recipe.aggregation,
        "ties": recipe.ties,
        "plural": recipe.plural,
        "configs": recipe.configs,
        "sources": recipe.sources,
        "pools": recipe.pools,
        "domains": sorted(recipe.domains.values_list("pk", flat=True)),
        "traits": sorted(
            f"{slug}@{number}" for slug, number in recipe.traits.values_list("trait__slug", "number")
        ),
        "schema_version": SCHEMA_VERSION,
        "canary": canary() if set(recipe.pools) - {Family.Pool.TRAIN} else "",
        "is_demo": recipe.is_demo,
        "gates": thresholds_of(recipe),
        "card": card_text_of(recipe),
        "pool_policy": PoolPolicy.objects.in_force().values_list("digest", flat=True).first() or "",
    }


def card_text_of(recipe: Recipe) -> dict[str, str]:
    """Return what stewards say in the card of a recipe's releases."""
    found = CardText.objects.filter(recipe=recipe).first() or CardText(recipe=recipe)
    return {"pay": found.pay, "care": found.care, "limits": found.limits, "contact": found.contact}


def canary() -> str:
    """Return the text that marks what is for tests; empty when there is none yet."""
    return Canary.objects.filter(pool=Family.Pool.EVAL).values_list("text", flat=True).first() or ""


def frozen_codebook(release: Release) -> list[dict[str, Any]]:
    """Return the wordings of the trait versions that a release judges, ordered by trait and number."""
    tables = (release.items, release.answers, release.tasks, release.judgements)
    judged = {
        pk for rows in tables for pk in rows.order_by().values_list("trait_version", flat=True).distinct()
    }
    versions = (
        TraitVersion.objects.filter(pk__in=judged - {None})
        .select_related("trait")
        .prefetch_related(
            "behaviours", "references", Prefetch("tensions", Tension.objects.select_related("other"))
        )
    )
    return [described(version) for version in sorted(versions, key=lambda v: (v.trait.slug, v.number))]


def described(version: TraitVersion) -> dict[str, Any]:
    """Return one wording as plain values."""
    return {
        "trait_id": version.trait.slug,
        "trait_version": str(version.number),
        "code": version.trait.code,
        "name": version.trait.name,
        "definition": version.definition,
        "benefit": version.benefit,
        "attribution": version.attribution,
        "behaviours": {
            kind: [behaviour.text for behaviour in version.behaviours.all() if behaviour.kind == kind]
            for kind in Behaviour.Kind.values
        },
        "tensions": [
            {"trait_id": tension.other.slug, "text": tension.text}
            for tension in sorted(version.tensions.all(), key=lambda tension: tension.other.slug)
        ],
        "references": [
            {"title": reference.title, "url": reference.url}
            for reference in sorted(version.references.all(), key=lambda reference: reference.title)
        ],
    }
