"""Authors and drafts for tests of traits, and what their forms post."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from curation.actions.trait_parts import SECTIONS, digest_of
from curation.models import TraitVersion
from curation.wording import digest
from tests.factories import make_trait_version, make_user

BEHAVIOURS = (
    ("exhibits", "Says what it knows."),
    ("exhibits", "Says what it does not know."),
    ("violates", "Makes up a source."),
    ("counterfeit", "Bluntness. Harsh words pass for candour."),
    ("boundary", "Leaves out a detail. Neutral, unless a decision turns on it."),
)
HTMX = {"HX-Request": "true"}


def make_author(name: str = "Ada Author") -> User:
    """Someone who writes traits."""
    return make_user(name=name, roles=(Role.TRAIT_AUTHORS,))


def make_draft(**fields: Any) -> TraitVersion:
    """A draft with one behaviour of each kind, two of those that show it."""
    return make_trait_version(**{"behaviours": BEHAVIOURS, "is_published": False, **fields})


def signed_in(user: User) -> Client:
    """A browser of someone."""
    client = Client()
    client.force_login(user)
    return client


def address(name: str, version: TraitVersion, *parts: object) -> str:
    """Where something of a version is done."""
    return reverse(f"curation:{name}", args=[version.trait.slug, version.number, *map(str, parts)])


def was_text(version: TraitVersion, field: str = "definition") -> str:
    """What the form of a text was loaded with."""
    return digest(getattr(version, field))


def was_part(section: str, part: Any) -> str:
    """What the form of a part was loaded with."""
    return digest_of(SECTIONS[section], part)
