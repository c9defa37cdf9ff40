"""What people decide about pairs of near-duplicates: they differ, or both stay."""

from uuid import UUID

from django.db import transaction

from accounts.audit import Actor, person_behind, record
from curation.actions.clusters import Edge, link, settle, take_apart
from curation.actions.pools import assign_new_families
from curation.actions.similarity import lock_similarity
from curation.models import Cluster, Family, NearDuplicate


@transaction.atomic
def dismiss_pair(pair: NearDuplicate, *, actor: Actor) -> None:
    """Note that two scenarios differ: the pair holds no cluster together any more. Pools that were given stay."""
    current = held(pair)
    if current.is_dismissed:
        return
    current.is_dismissed, current.is_kept, current.is_straddling = True, False, False
    current.dismissed_by = person_behind(actor)
    current.save(update_fields=["is_dismissed", "is_kept", "is_straddling", "dismissed_by"])
    one, other = clusters_of(current)
    if one and one == other:
        take_apart(one)
    record(actor, "near-duplicate.dismissed", current, **about(current))


@transaction.atomic
def keep_pair(pair: NearDuplicate, *, actor: Actor) -> None:
    """Note that two scenarios are near and both stay; they stay in one cluster."""
    current = held(pair)
    if current.is_kept or current.is_dismissed:
        return
    current.is_kept = True
    current.save(update_fields=["is_kept"])
    settle([each for each in clusters_of(current) if each])
    record(actor, "near-duplicate.kept", current, **about(current))


@transaction.atomic
def keep_cluster(cluster: Cluster, *, actor: Actor) -> int:
    """Keep all scenarios of a cluster; returns how many pairs that decided."""
    lock_similarity()
    pairs = NearDuplicate.objects.filter(first__family__cluster=cluster, second__family__cluster=cluster)
    kept = pairs.filter(is_dismissed=False, is_kept=False).update(is_kept=True)
    settle([cluster.pk])
    if kept:
        record(actor, "near-duplicates.kept", cluster, pairs=kept)
    return kept


@transaction.atomic
def reopen_pair(pair: NearDuplicate, *, actor: Actor) -> None:
    """Take a decision about a pair back, so that it waits for one again."""
    current = held(pair)
    if not (current.is_dismissed or current.is_kept):
        return
    was_dismissed = current.is_dismissed
    current.is_dismissed, current.is_kept, current.dismissed_by = False, False, None
    if was_dismissed:
        families = (current.first.family_id, current.second.family_id)
        (linked,) = link([Edge(*families, current.similarity, None)])
        current.is_straddling = linked.is_straddling
    current.save(update_fields=["is_dismissed", "is_kept", "dismissed_by", "is_straddling"])
    settle([each for each in clusters_of(current) if each])
    if was_dismissed:
        assign_new_families()
    record(actor, "near-duplicate.reopened", current, **about(current))


def held(pair: NearDuplicate) -> NearDuplicate:
    """Return a pair as it is now; nobody else changes it or its clusters until the transaction ends."""
    lock_similarity()
    return NearDuplicate.objects.select_related("first", "second").get(pk=pair.pk)


def clusters_of(pair: NearDuplicate) -> list[UUID | None]:
    """Return the clusters of both families."""
    families = [pair.first.family_id, pair.second.family_id]
    found = dict(Family.objects.filter(pk__in=families).values_list("pk", "cluster"))
    return [found[family] for family in families]


def about(pair: NearDuplicate) -> dict[str, str]:
    """Return what is worth knowing of a pair in a year."""
    return {"first": str(pair.first_id), "second": str(pair.second_id)}
