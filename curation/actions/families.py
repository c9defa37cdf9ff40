"""What writers do with families: variants are begun from a member, and stay linked to it."""

from dataclasses import replace

from django.db import transaction

from accounts.models import User
from curation.actions.scenarios import create_draft, words_of
from curation.models import Family, Scenario
from curation.variants import KINDS


class Refused(Exception):
    """The family takes no variant of this kind. Says why, and what to do instead."""


def refusal(family: Family, kind: str) -> str:
    """Return why a family takes no variant of a kind; empty when it does."""
    return ""


@transaction.atomic
def write_variant(source: Scenario, kind: str, *, author: User, apart: bool = False) -> Scenario:
    """Begin a variant as a copy of a member of the family.

    Args:
        source: what it is copied from and stays linked to.
        kind: of variant.
        author: who writes it.
        apart: begin a new family with it instead of joining the source's.

    Raises:
        Refused: the source's family takes no such variant.
    """
    if not apart and (reason := refusal(source.family, kind)):
        raise Refused(reason)
    words = words_of(source)
    name = f"{words.name} ({KINDS[kind].name.lower()})"[:120] if words.name else ""
    words = replace(words, name=name, what_changes="")
    family = Family.objects.create() if apart else source.family
    return create_draft(words, author=author, family=family, variant=kind, based_on=source)
