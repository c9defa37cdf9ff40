"""Which pool each family belongs to under a policy, and why. Knows no Django.

>>> terms = Terms(seed="x", eval_permille=150, domains={"health": "EVAL"})
>>> family = Facts(id=UUID(int=1), cells=frozenset({Place("truthfulness", "health")}))
>>> next(allot([family], terms)).reason
'held-out domain: health'
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

TRAIN, ATTACK, EVAL, PRIVATE = "TRAIN", "ATTACK", "EVAL", "PRIVATE"
POOLS = (TRAIN, ATTACK, EVAL, PRIVATE)
"""From the loosest to the strictest."""
FORMAT = 1
EXAMPLES = 200
RELEASED = "released for training before"
LONGEST_REASON = 120


class Place(NamedTuple):
    """A cell: slugs of a trait and a domain, empty where a scenario has none."""

    trait: str
    domain: str


@dataclass(frozen=True)
class Terms:
    """What a policy says. Equal terms have equal digests."""

    seed: str
    eval_permille: int
    domains: Mapping[str, str] = field(default_factory=dict)
    """Pools of held-out domains, by slug."""
    traits: Mapping[str, str] = field(default_factory=dict)
    """Pools of held-out traits, by slug."""
    families: Mapping[UUID, str] = field(default_factory=dict)
    """Pools of families that are named one by one."""
    shares: Mapping[Place, int] = field(default_factory=dict)
    """Shares in permille of cells that differ from the policy's own."""


class Facts(NamedTuple):
    """What decides about a family."""

    id: UUID
    cluster: UUID | None = None
    cells: frozenset[Place] = frozenset()
    has_attack: bool = False
    kept: str = ""
    """The pool that it must stay in; empty while that is open."""
    is_placed: bool = False
    """Whether it has its pool for good, so that nothing is to be written."""
    near: frozenset[str] = frozenset()
    """Pools that are kept by near-duplicates outside its cluster."""
    now: str = TRAIN
    """The pool that it is in."""

    @property
    def unit(self) -> UUID:
        """What goes to one pool as a whole: its cluster, or the family itself."""
        return self.cluster or self.id


class Placed(NamedTuple):
    """Where a family belongs."""

    family: Facts
    pool: str
    reason: str


def canonical(terms: Terms) -> str:
    """Return the JSON of which equal terms have equal text."""
    rules = [
        *(["domain", slug, pool] for slug, pool in terms.domains.items()),
        *(["trait", slug, pool] for slug, pool in terms.traits.items()),
        *(["family", str(id), pool] for id, pool in terms.families.items()),
    ]
    whole = {
        "format": FORMAT,
        "seed": terms.seed,
        "eval_permille": terms.eval_permille,
        "rules": sorted(rules),
        "shares": sorted([*place, permille] for place, permille in terms.shares.items()),
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(terms: Terms) -> str:
    """Return the sha256 of the canonical JSON, in hexadecimal."""
    return sha256(canonical(terms).encode()).hexdigest()


def strictest(pools: Iterable[str]) -> str:
    """Return the pool that keeps texts away from training most; TRAIN when there is none."""
    return max(pools, key=POOLS.index, default=TRAIN)


def drawn(seed: str, unit: UUID) -> int:
    """Return the number from 0 to 999 that decides whether a unit falls into its cells' share."""
    return int.from_bytes(sha256(f"{seed}:{unit}".encode()).digest()[:8]) % 1000


def allot(families: Iterable[Facts], terms: Terms) -> Iterator[Placed]:
    """Place families, in whatever order they come. Holds all of them; see `allot_in_order` for very many."""
    yield from allot_in_order(sorted(families, key=lambda each: (each.unit, each.id)), terms)


def allot_in_order(families: Iterable[Facts], terms: Terms) -> Iterator[Placed]:
    """Place families that come unit by unit; only one unit is held at a time. Those that are placed for good are left out."""
    for _, members in groupby(families, key=lambda each: each.unit):
        yield from allot_unit(list(members), terms)


def allot_unit(members: Sequence[Facts], terms: Terms) -> Iterator[Placed]:
    """Place the families of one unit: what was placed before binds all of them, else the strictest does."""
    kept = [each.kept for each in members if each.kept]
    if bound := kept or [pool for each in members for pool in each.near]:
        pool = strictest(bound)
        joins = f"near-duplicate of a family in {pool}"
        chosen = {each.id: (pool, RELEASED if each.kept else joins) for each in members}
    else:
        own = {each.id: own_place(each, terms) for each in members}
        pool = strictest(pool for pool, _ in own.values())
        because = next(reason for mine, reason in own.values() if mine == pool)
        chosen = {
            id: (pool, reason if mine == pool else f"near-duplicate of a family in {pool}: {because}")
            for id, (mine, reason) in own.items()
        }
    for each in members:
        if not each.is_placed:
            place, reason = chosen[each.id]
            yield Placed(each, place, reason[:LONGEST_REASON])


def own_place(family: Facts, terms: Terms) -> tuple[str, str]:
    """Return the pool and reason of a family by itself; the first rule that speaks decides."""
    if family.id in terms.families:
        return terms.families[family.id], "named in the policy"
    held = [
        *((terms.domains[each.domain], "domain", each.domain) for each in family.cells if each.domain in terms.domains),
        *((terms.traits[each.trait], "trait", each.trait) for each in family.cells if each.trait in terms.traits),
    ]  # fmt: skip
    if held:
        # By name where pools are equal, so that the same family is always given the same reason.
        pool, kind, slug = min(held, key=lambda rule: (-POOLS.index(rule[0]), rule[1:]))
        return pool, f"held-out {kind}: {slug.replace('-', ' ')}"
    if family.has_attack:
        return ATTACK, "holds an adversarial variant"
    share = max(
        (terms.shares.get(each, terms.eval_permille) for each in family.cells), default=terms.eval_permille
    )
    if drawn(terms.seed, family.unit) < share:
        return EVAL, f"drawn for the {share / 10:g} % of its cell"
    return TRAIN, "not held out"


@dataclass
class Tally:
    """What a policy does to the families that it places, counted as they pass by."""

    cells: "Counter[tuple[str, str, str]]" = field(default_factory=Counter)
    """Families by trait, domain and pool; a family with several cells counts in each."""
    pools: "Counter[str]" = field(default_factory=Counter)
    moves: "Counter[tuple[str, str, str]]" = field(default_factory=Counter)
    """Families that change their pool, by pool before, pool after and reason."""
    examples: list[Placed] = field(default_factory=list)
    """The first that change their pool."""

    def add(self, placed: Placed) -> None:
        """Count one family."""
        self.pools[placed.pool] += 1
        for place in placed.family.cells:
            self.cells[place.trait, place.domain, placed.pool] += 1
        if placed.pool != placed.family.now:
            self.moves[placed.family.now, placed.pool, placed.reason] += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(placed)
