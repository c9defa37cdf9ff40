"""What writers do with families: variants are begun from a member, and stay linked to it."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from accounts.models import User
from curation.actions.pools import may_take_variant
from curation.actions.scenarios import NotADraft, create_draft, words_of
from curation.models import Family, Scenario
from curation.variants import KINDS


class Refused(Exception):
    """The family takes no variant of this kind. Says why, and what to do instead."""


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
    if not apart and (reason := may_take_variant(source.family, kind)):
        raise Refused(reason)
    words = words_of(source)
    name = f"{words.name} ({KINDS[kind].name.lower()})"[:120] if words.name else ""
    words = replace(words, name=name, what_changes="")
    family = Family.objects.create() if apart else source.family
    return create_draft(words, author=author, family=family, variant=kind, based_on=source)


@transaction.atomic
def set_apart(scenario_id: UUID) -> Scenario:
    """Move a draft into a family of its own; it stays linked to what it was made from.

    Raises:
        NotADraft: a ready scenario stays where it is.
    """
    scenario = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario_id)
    if not scenario.is_draft:
        raise NotADraft
    scenario.family = Family.objects.create()
    scenario.save(update_fields=["family"])
    return scenario
