"""Saved mappings: which column of a kind of file is what."""

from django.db import transaction

from accounts.audit import Actor, person_behind, record
from curation.models import SavedMapping
from curation.sources.mapped import ColumnMapping


class NameTaken(Exception):
    """Somebody else's mapping has this name."""


@transaction.atomic
def save_mapping(name: str, mapping: ColumnMapping, *, actor: Actor = None) -> SavedMapping:
    """Keep a mapping under a name; one's own of that name is replaced.

    Raises:
        NameTaken: see there.
    """
    person = person_behind(actor)
    saved = SavedMapping.objects.select_for_update().filter(name=name).first()
    if saved is not None and saved.created_by != person:
        raise NameTaken(name)
    saved = saved or SavedMapping(name=name, created_by=person)
    saved.mapping = mapping.as_json()
    saved.save()
    record(actor, "mapping.saved", saved, name=name)
    return saved


@transaction.atomic
def delete_mapping(saved: SavedMapping, *, actor: Actor = None) -> None:
    """Forget a mapping. Imports that used it keep what they were told."""
    key = saved.pk
    saved.delete()
    saved.pk = key
    record(actor, "mapping.deleted", saved, name=saved.name)
