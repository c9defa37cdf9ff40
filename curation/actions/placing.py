"""Reads what decides about families, and writes their pools: streamed, so that a million take little memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from curation import beyond
from curation.allotment import TRAIN, Facts, Place, Placed, Tally, Terms, allot_in_order
from curation.models import PoolPolicy
from curation.models.scenarios import ATTACKS

CHUNK = 10_000
HAS_TEXT = "EXISTS (SELECT 1 FROM curation_scenario s WHERE s.family_id = f.id AND s.state = 'ready')"
ALL = f"""
WITH near AS (SELECT NULL::uuid AS family_id, NULL::text[] AS pools WHERE false),
chosen AS (
    SELECT coalesce(f.cluster_id, f.id) AS unit, f.id, f.cluster_id, f.pool, false AS is_placed
    FROM curation_family f WHERE {HAS_TEXT}
)
"""  # noqa: S608 - only our own constants are put in.
# Under a frozen policy, what was placed binds its newcomers: mates in the cluster, and near-duplicates that could
# not be merged with it. Before that, a cluster that someone joined is placed anew as a whole.
FRESH = f"""
WITH fresh AS MATERIALIZED (
    SELECT f.id, f.cluster_id FROM curation_family f WHERE f.policy_id IS NULL AND {HAS_TEXT}
    UNION
    SELECT f.id, f.cluster_id FROM curation_family f
    WHERE NOT %(is_frozen)s AND f.pool = 'TRAIN' AND {HAS_TEXT} AND f.id IN (
        SELECT s.family_id FROM curation_scenario s WHERE s.variant <> 'base' AND s.variant = ANY(%(attacks)s))
),
chosen AS (
    SELECT coalesce(f.cluster_id, f.id) AS unit, f.id, f.cluster_id, f.pool,
        %(is_frozen)s AND f.policy_id IS NOT NULL AS is_placed
    FROM curation_family f
    WHERE f.id IN (SELECT id FROM fresh)
        OR f.policy_id IS NOT NULL AND f.cluster_id IN (SELECT cluster_id FROM fresh WHERE cluster_id IS NOT NULL)
),
pair AS (
    SELECT own.family_id, n.second_id AS other_id FROM fresh
    JOIN curation_scenario own ON own.family_id = fresh.id
    JOIN curation_nearduplicate n ON n.first_id = own.id AND NOT n.is_dismissed WHERE %(is_frozen)s
    UNION ALL
    SELECT own.family_id, n.first_id FROM fresh
    JOIN curation_scenario own ON own.family_id = fresh.id
    JOIN curation_nearduplicate n ON n.second_id = own.id AND NOT n.is_dismissed WHERE %(is_frozen)s
),
near AS (
    SELECT pair.family_id, array_agg(DISTINCT f.pool::text) AS pools FROM pair
    JOIN curation_scenario s ON s.id = pair.other_id
    JOIN curation_family f ON f.id = s.family_id AND f.policy_id IS NOT NULL AND f.id <> pair.family_id
    GROUP BY pair.family_id
)
"""  # noqa: S608 - only our own constants are put in.
FACTS = """
SELECT c.id, c.cluster_id, c.pool, c.is_placed, {released}, near.pools,
    array_agg(DISTINCT coalesce(t.slug, '') || '/' || coalesce(s.domain_id, '')) FILTER (WHERE s.id IS NOT NULL),
    coalesce(bool_or(s.variant = ANY(%(attacks)s)), false)
FROM chosen c
LEFT JOIN near ON near.family_id = c.id
LEFT JOIN curation_scenario s ON s.family_id = c.id
LEFT JOIN curation_scenario_aimed_traits a ON a.scenario_id = s.id
LEFT JOIN curation_trait t ON t.id = a.trait_id
GROUP BY c.unit, c.id, c.cluster_id, c.pool, c.is_placed, near.pools
ORDER BY c.unit, c.id
"""
WRITE = """
UPDATE curation_family f SET pool = p.pool, policy_id = %s, pool_reason = p.reason FROM placed p
WHERE f.id = p.id AND (f.pool, f.policy_id, f.pool_reason) IS DISTINCT FROM (p.pool, %s::uuid, p.reason)
"""


# Near-duplicates share a split too. What was released keeps its own, and the others follow it.
ALIGN = """
WITH member AS (SELECT c.id, c.cluster_id, c.bucket, {released} AS is_released
    FROM curation_family c WHERE c.cluster_id IS NOT NULL),
first AS (SELECT DISTINCT ON (cluster_id) cluster_id, bucket FROM member ORDER BY cluster_id, is_released DESC, id)
UPDATE curation_family f SET bucket = first.bucket FROM member JOIN first USING (cluster_id)
WHERE f.id = member.id AND NOT member.is_released AND f.bucket <> first.bucket
"""


class Scope(NamedTuple):
    """Which families are looked at: all, or those that nobody has placed yet with what binds them."""

    sql: str
    is_frozen: bool = False


EVERY_FAMILY = Scope(ALL)


def fresh(policy: PoolPolicy) -> Scope:
    """Return the families that wait for a pool under a policy in force."""
    return Scope(FRESH, policy.state == PoolPolicy.State.FROZEN)


def terms_of(policy: PoolPolicy) -> Terms:
    """Return what a policy says, as plain values."""
    domains: dict[str, str] = {}
    traits: dict[str, str] = {}
    families: dict[UUID, str] = {}
    for domain, trait, family, pool in policy.rules.values_list("domain", "trait__slug", "family", "pool"):
        if domain:
            domains[domain] = pool
        elif trait:
            traits[trait] = pool
        elif family:
            families[family] = pool
    shares = policy.shares.values_list("trait__slug", "domain", "eval_permille")
    return Terms(
        policy.seed,
        policy.eval_permille,
        domains,
        traits,
        families,
        {Place(trait, domain): permille for trait, domain, permille in shares},
    )


def facts(scope: Scope) -> Iterator[Facts]:
    """Read families unit by unit, within the caller's transaction."""
    with connection.chunked_cursor() as cursor:
        query = scope.sql + FACTS.format(released=released())
        cursor.execute(query, {"attacks": list(ATTACKS), "is_frozen": scope.is_frozen})
        while rows := cursor.fetchmany(CHUNK):
            yield from map(facts_of, rows)


def released() -> str:
    """Return SQL that says whether a family's texts have left for training."""
    return " OR ".join(f"c.id IN ({families})" for families in beyond.released) or "false"


def facts_of(row: tuple[Any, ...]) -> Facts:
    """Return one row of `FACTS` as plain values."""
    id, cluster, pool, is_placed, is_released, near, cells, has_attack = row
    return Facts(
        id=id,
        cluster=cluster,
        cells=frozenset(Place(*cell.split("/")) for cell in cells or ()),
        has_attack=has_attack,
        kept=pool if is_placed else TRAIN if is_released else "",
        is_placed=is_placed,
        near=frozenset(near or ()),
        now=pool,
    )


@transaction.atomic
def tally(terms: Terms, scope: Scope = EVERY_FAMILY) -> Tally:
    """Count what a policy would do. Nothing is written."""
    counted = Tally()
    for placed in allot_in_order(facts(scope), terms):
        counted.add(placed)
    return counted


@transaction.atomic
def place(policy: PoolPolicy, scope: Scope) -> Tally:
    """Write the pools that a policy gives. The caller holds the policy, so that two don't place at once."""
    counted = Tally()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE placed (id uuid, pool varchar(8), reason varchar(120)) ON COMMIT DROP"
        )
        for chunk in chunks(allot_in_order(facts(scope), terms_of(policy))):
            with connection.wrap_database_errors, cursor.cursor.copy("COPY placed FROM STDIN") as copy:
                for placed in chunk:
                    counted.add(placed)
                    copy.write_row((placed.family.id, placed.pool, placed.reason))
        # The planner knows nothing about a table that has just been filled until it is analysed.
        cursor.execute("ANALYZE placed")
        cursor.execute(WRITE, [policy.pk, policy.pk])
        cursor.execute("DROP TABLE placed")
    return counted


def align_buckets() -> None:
    """Have the families of each cluster fall into one split, before they are released for the first time."""
    with connection.cursor() as cursor:
        cursor.execute(ALIGN.format(released=released()))


def chunks(found: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Return what comes in lists of a size that fits into memory."""
    rest = iter(found)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
