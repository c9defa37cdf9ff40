"""Releases as they are sent."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from exports.models import Release


class ReleaseShape(BaseModel):
    """One frozen, numbered publication of a recipe."""

    id: UUID
    recipe: str
    version: str
    state: Literal["draft", "frozen", "built", "published"]
    digest: str = Field(description="sha256 over its rows; empty until it is frozen.")
    counts: dict[str, Any]
    previous: UUID | None
    cut_at: datetime | None
    created_at: datetime


def release_shape(release: Release) -> ReleaseShape:
    """Return a release, fetched with its recipe, as it is sent."""
    return ReleaseShape(
        id=release.pk,
        recipe=release.recipe.slug,
        version=release.version,
        state=release.state,  # type: ignore[arg-type]  # One of the choices of its column.
        digest=release.digest,
        counts=release.counts,
        previous=release.previous_id,
        cut_at=release.cut_at,
        created_at=release.created_at,
    )
