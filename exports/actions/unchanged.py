"""Says whether a release cut now would hold anything that the newest one doesn't."""

import json
import secrets
from typing import Any

from django.db import connection

from curation.actions.pools import place_before_release
from exports.actions.freeze import SplitMoved, fill, rolled_back
from exports.actions.releases import SALT_BYTES, next_version
from exports.models import Recipe, Release


def newest_if_unchanged(recipe: Recipe, bump: str) -> Release | None:
    """Return the newest release of a recipe when one cut now would be the same; None when it would differ.

    The release is frozen on trial and taken back.

    Raises:
        exports.actions.freeze.NothingToRelease: one cut now would be empty.
    """
    newest = recipe.releases.newest_first().first()
    if newest is None or not newest.is_built:
        return None
    place_before_release()
    return newest if is_same(trial(recipe, newest, bump), newest) else None


def trial(recipe: Recipe, newest: Release, bump: str) -> Release | None:
    """Return a release as it would be frozen now; None when it can't be under this version."""
    is_outermost = not connection.in_atomic_block
    major, minor, patch = next_version(newest, bump)
    with rolled_back(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        draft = Release.objects.create(
            recipe=recipe,
            major=major,
            minor=minor,
            patch=patch,
            previous=newest,
            salt=secrets.token_bytes(SALT_BYTES),
        )
        try:
            fill(cursor, draft)
        except SplitMoved:
            return None
        return draft


def is_same(draft: Release | None, newest: Release) -> bool:
    """Say whether two releases hold the same rows under the same terms and wordings."""
    return draft is not None and frozen(draft) == frozen(newest)


def frozen(release: Release) -> list[Any]:
    """Return what makes up a release, as the database gives it back."""
    values: list[Any] = json.loads(json.dumps([release.digest, release.terms, release.codebook]))
    return values
