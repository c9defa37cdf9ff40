"""Takes scenarios out of what is labeled and released next, and back in."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accounts.audit import Actor, person_behind, record
from curation.actions.clusters import settle
from curation.models import Family, Removal, Scenario
from curation.text import sanitise


class StillADraft(Exception):
    """A draft is deleted, not removed."""


class AlreadyRemoved(Exception):
    """Somebody removed the scenario before."""


@transaction.atomic
def remove(scenario: Scenario, reason: str, *, note: str = "", actor: Actor) -> Removal:
    """Take a scenario out: it gets no new items, and no rows in the next release. Releases that exist keep it.

    Raises:
        StillADraft: its text is not final.
        AlreadyRemoved: somebody was quicker.
    """
    # Two who remove at once wait for each other here, so that the second is told.
    current = (
        Scenario.objects.select_for_update(no_key=True).only("pk", "state", "family_id").get(pk=scenario.pk)
    )
    if current.is_draft:
        raise StillADraft
    if Removal.objects.filter(scenario=current).exists():
        raise AlreadyRemoved
    removal = Removal.objects.create(
        scenario=current, reason=reason, note=sanitise(note).text, removed_by=person_behind(actor)
    )
    settle_clusters_of([current.family_id])
    record(actor, "scenario.removed", current, reason=reason, note=removal.note)
    return removal


@transaction.atomic
def restore(removal: Removal, *, actor: Actor) -> None:
    """Take a removal back. What was released without the scenario stays as it is; taken back already, nothing happens."""
    current = Removal.objects.select_for_update().select_related("scenario").filter(pk=removal.pk).first()
    if current is None:
        return
    scenario, reason, note = current.scenario, current.reason, current.note
    current.delete()
    settle_clusters_of([scenario.family_id])
    record(actor, "scenario.restored", scenario, reason=reason, note=note)


def settle_clusters_of(families: Collection[UUID]) -> None:
    """Look again whether the clusters of families hold a pair that waits for a decision."""
    clusters = Family.objects.filter(pk__in=families, cluster__isnull=False).values_list("cluster", flat=True)
    settle([each for each in clusters if each])
