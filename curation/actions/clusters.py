"""Puts families together whose scenarios nearly say the same, and takes them apart again."""

from collections.abc import Collection, Sequence
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection

from curation.allotment import POOLS
from curation.models import Cluster, Family, NearDuplicate, PoolPolicy
from curation.similarity import Groups

What = TypeVar("What")
LINKS = 10
"""How many pairs of one scenario are written down beyond those that hold its cluster together."""
_JOIN_FAMILIES = """
UPDATE curation_family f SET cluster_id = m.target
FROM unnest(%s::uuid[], %s::uuid[]) AS m(unit, target) WHERE f.id = m.unit
"""
_JOIN_CLUSTERS = """
UPDATE curation_family f SET cluster_id = m.target
FROM unnest(%s::uuid[], %s::uuid[]) AS m(unit, target) WHERE f.cluster_id = m.unit
"""
_SETTLE = """
UPDATE curation_cluster c SET is_settled = NOT EXISTS (
    SELECT 1 FROM curation_family f JOIN curation_scenario s ON s.family_id = f.id
    JOIN curation_nearduplicate n ON n.first_id = s.id AND NOT n.is_dismissed AND NOT n.is_kept
    WHERE f.cluster_id = c.id
        AND NOT EXISTS (SELECT 1 FROM curation_removal r WHERE r.scenario_id IN (n.first_id, n.second_id))
) WHERE c.id = ANY(%s)
"""


class Edge(NamedTuple, Generic[What]):
    """Two families that hold scenarios near each other."""

    first: UUID
    second: UUID
    similarity: float
    what: What


class Linked(NamedTuple, Generic[What]):
    """An edge that is worth writing down."""

    edge: Edge[What]
    is_straddling: bool
    """Whether the pools of both are frozen as different ones, so that no cluster can hold them."""


class Places(NamedTuple):
    """Where families are, as far as clusters know."""

    clusters: dict[UUID, UUID]
    """By family; none for a family by itself."""
    frozen: dict[UUID, set[str]]
    """By cluster, or family by itself: the pools in which a frozen policy keeps its families."""
    loose: dict[UUID, set[str]]
    """The same for families whose policy may be applied again."""

    def unit(self, family: UUID) -> UUID:
        """Return the cluster of a family, or the family itself."""
        return self.clusters.get(family, family)


def link(edges: Sequence[Edge[What]]) -> list[Linked[What]]:
    """Put families together, inside the caller's transaction.

    Args:
        edges: the nearest of each scenario first.

    Returns:
        Those edges that are to be written down: ten for a scenario, and all that hold clusters together or straddle.
    """
    if not edges:
        return []
    places = places_of({family for edge in edges for family in edge[:2]})
    groups = Groups(places.frozen)
    linked = []
    counts: dict[UUID, int] = {}
    for edge in strictest_first(edges, places):
        one, other = places.unit(edge.first), places.unit(edge.second)
        is_new = not groups.is_joined(one, other)
        is_straddling = not groups.join(one, other)
        counts[edge.first] = counts.get(edge.first, 0) + 1
        if is_new or is_straddling or counts[edge.first] <= LINKS:
            linked.append(Linked(edge, is_straddling))
    Cluster.objects.filter(pk__in=merge(groups, places)).update(is_settled=False)
    return linked


def strictest_first(edges: Sequence[Edge[What]], places: Places) -> list[Edge[What]]:
    """Return edges so that a family joins what is kept furthest from training, where it can join only one side."""

    def looseness(edge: Edge[What]) -> int:
        bound = [pool for family in edge[:2] for pool in places.frozen.get(places.unit(family), ())]
        return -max(map(POOLS.index, bound), default=-1)

    return sorted(edges, key=looseness) if places.frozen else list(edges)


def places_of(families: Collection[UUID]) -> Places:
    """Return where families are."""
    rows = Family.objects.filter(pk__in=families, cluster__isnull=False).values_list("pk", "cluster")
    clusters: dict[UUID, UUID] = dict(rows)
    places = Places(clusters, {}, {})
    if PoolPolicy.objects.in_force().exists():
        placed = Family.objects.filter(policy__isnull=False)
        alone = placed.filter(pk__in=families, cluster=None).values_list("pk", "pool", "policy__state")
        joined = placed.filter(cluster__in=set(clusters.values()))
        for unit, pool, state in (*alone, *joined.values_list("cluster", "pool", "policy__state").distinct()):
            pools = places.frozen if state == PoolPolicy.State.FROZEN else places.loose
            pools.setdefault(unit, set()).add(pool)
    return places


def merge(groups: "Groups[UUID]", places: Places) -> list[UUID]:
    """Write one cluster for each group that grew, and return them."""
    known = set(places.clusters.values())
    targets: dict[UUID, UUID] = {}
    made: list[Cluster] = []
    torn = []
    for units in groups.members():
        clusters = sorted(known.intersection(units))
        if not clusters:
            made.append(Cluster())
        target = clusters[0] if clusters else made[-1].pk
        targets |= {unit: target for unit in units if unit != target}
        pools = {
            pool for unit in units for part in (places.frozen, places.loose) for pool in part.get(unit, ())
        }
        if len(pools) > 1:
            torn.append(target)
    Cluster.objects.bulk_create(made)
    with connection.cursor() as cursor:
        for statement in (_JOIN_FAMILIES, _JOIN_CLUSTERS):
            cursor.execute(statement, [list(targets), list(targets.values())])
    Cluster.objects.filter(pk__in=known.intersection(targets)).delete()
    # They were placed before anybody knew that they belong together, so they are placed anew.
    frozen = PoolPolicy.objects.filter(state=PoolPolicy.State.FROZEN)
    Family.objects.filter(cluster__in=torn).exclude(policy__in=frozen).update(policy=None)
    return sorted({*targets.values(), *(known - targets.keys())})


def take_apart(cluster: UUID) -> None:
    """Split a cluster into the parts that its remaining pairs hold together; the part of its oldest family keeps it."""
    families = list(Family.objects.filter(cluster=cluster).order_by("pk").values_list("pk", flat=True))
    pairs = NearDuplicate.objects.filter(first__family__cluster=cluster, second__family__cluster=cluster)
    groups: Groups[UUID] = Groups()
    for first, second in pairs.filter(is_dismissed=False).values_list("first__family", "second__family"):
        groups.join(first, second)
    parts = sorted(groups.members(), key=min)
    kept = parts[0] if parts and families[0] in parts[0] else []
    others = [part for part in parts if part is not kept]
    Family.objects.filter(cluster=cluster).exclude(pk__in=kept).update(cluster=None)
    made = [Cluster() for _ in others]
    Cluster.objects.bulk_create(made)
    for part, target in zip(others, made, strict=True):
        Family.objects.filter(pk__in=part).update(cluster=target)
    if kept:
        settle([cluster])
    else:
        Cluster.objects.filter(pk=cluster).delete()
    settle([each.pk for each in made])


def settle(clusters: Collection[UUID]) -> None:
    """Note which clusters hold no pair that waits for a decision."""
    if clusters:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [list(clusters)])
