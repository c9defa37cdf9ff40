"""Versions on their way to publication."""

from typing import Any

from accounts.models import User
from curation.actions import publishing, reviews
from curation.models import TraitReview, TraitVersion
from tests.curation.drafts import BEHAVIOURS, make_author
from tests.factories import make_trait_version

Decision = TraitReview.Decision


def make_submitted(author: User | None = None, **fields: Any) -> TraitVersion:
    """A version in review, with one behaviour of each kind."""
    author = author or make_author()
    words = {"behaviours": BEHAVIOURS, "is_published": False, "author": author, "change_note": "Clearer."}
    version = make_trait_version(**{**words, **fields})
    reviews.submit(version, author=author)
    return version


def approve(version: TraitVersion, times: int = 2) -> TraitVersion:
    """So many people who wrote none of it approve it."""
    for _ in range(times):
        reviews.review(version, Decision.APPROVE, "", reviewer=make_author("A reviewer"))
    return version


def put_in_force(version: TraitVersion) -> TraitVersion:
    """Submit, approve and publish a draft."""
    author = version.author or make_author()
    reviews.submit(version, author=author)
    publishing.publish(approve(version), publisher=author)
    version.refresh_from_db()
    return version
