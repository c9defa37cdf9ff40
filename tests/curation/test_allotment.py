"""Where a policy puts families: whole clusters, the strictest rule, the same for the same seed."""

from collections import Counter
from collections.abc import Mapping
from itertools import permutations
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.allotment import (
    POOLS,
    Facts,
    Place,
    Placed,
    Tally,
    Terms,
    allot,
    allot_in_order,
    canonical,
    digest,
    strictest,
)

HEALTH = Place("candor", "health")
LAW = Place("candor", "law")
Key = TypeVar("Key")
Value = TypeVar("Value")
OPEN = Terms(seed="s", eval_permille=0)
TRAITS, DOMAINS = ("candor", "care", "fairness"), ("health", "law", "science")

seeds = st.text(st.characters(codec="utf-8"), max_size=8)
places = st.builds(Place, st.sampled_from(("", *TRAITS)), st.sampled_from(("", *DOMAINS)))
held = st.sampled_from(("EVAL", "PRIVATE"))
families = st.lists(
    st.builds(
        Facts,
        id=st.integers(0, 400).map(lambda number: UUID(int=number)),
        cluster=st.none() | st.integers(1000, 1008).map(lambda number: UUID(int=number)),
        cells=st.frozensets(places, max_size=3),
        has_attack=st.booleans(),
        kept=st.sampled_from(("", "", "", *POOLS)),
        is_placed=st.booleans(),
        near=st.frozensets(st.sampled_from(POOLS)),
        now=st.sampled_from(POOLS),
    ),
    unique_by=lambda family: family.id,
    max_size=60,
)
policies = st.builds(
    Terms,
    seed=seeds,
    eval_permille=st.integers(0, 1000),
    domains=st.dictionaries(st.sampled_from(DOMAINS), held),
    traits=st.dictionaries(st.sampled_from(TRAITS), held),
    families=st.dictionaries(st.integers(0, 400).map(lambda number: UUID(int=number)), held),
    shares=st.dictionaries(places, st.integers(0, 1000)),
)


def family(number: int = 1, **facts: Any) -> Facts:
    return Facts(**{"id": UUID(int=number), "cells": frozenset({HEALTH}), **facts})


def turned(held: Mapping[Key, Value]) -> dict[Key, Value]:
    return dict(reversed(list(held.items())))


def only(terms: Terms, *found: Facts) -> Placed:
    return next(allot(found, terms))


@given(families, policies)
def test_no_cluster_straddles(found: list[Facts], terms: Terms):
    open_ones = [each._replace(is_placed=False) for each in found]

    pools: dict[UUID, set[str]] = {}
    for placed in allot(open_ones, terms):
        pools.setdefault(placed.family.unit, set()).add(placed.pool)

    assert all(len(each) == 1 for each in pools.values())
    assert len(list(allot(open_ones, terms))) == len(open_ones)


@given(families, policies)
def test_what_a_cluster_keeps_binds_those_who_come_later(found: list[Facts], terms: Terms):
    kept: dict[UUID, list[str]] = {}
    for each in found:
        if each.kept:
            kept.setdefault(each.unit, []).append(each.kept)

    for placed in allot(found, terms):
        assert not placed.family.is_placed
        if placed.family.unit in kept:
            assert placed.pool == strictest(kept[placed.family.unit])


@given(families, policies, st.randoms(use_true_random=False))
def test_the_order_of_families_does_not_matter(found: list[Facts], terms: Terms, chance: Random):
    shuffled = list(found)
    chance.shuffle(shuffled)

    assert list(allot(shuffled, terms)) == list(allot(found, terms))


@given(policies)
def test_equal_terms_have_equal_digests(terms: Terms):
    backwards = Terms(
        terms.seed,
        terms.eval_permille,
        turned(terms.domains),
        turned(terms.traits),
        turned(terms.families),
        turned(terms.shares),
    )

    assert digest(backwards) == digest(terms)
    assert digest(Terms(terms.seed + "x", terms.eval_permille)) != digest(
        Terms(terms.seed, terms.eval_permille)
    )


def test_the_digest_is_over_json_that_anybody_can_write():
    terms = Terms("s", 150, {"law": "EVAL"}, {"candor": "PRIVATE"}, {UUID(int=1): "EVAL"}, {HEALTH: 300})

    assert canonical(terms) == (
        '{"eval_permille":150,"format":1,"rules":[["domain","law","EVAL"],'
        '["family","00000000-0000-0000-0000-000000000001","EVAL"],["trait","candor","PRIVATE"]],'
        '"seed":"s","shares":[["candor","health",300]]}'
    )


@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(0, 1000))
def test_shares_are_kept_within_tolerance(seed: str, permille: int):
    found = (family(number) for number in range(1, 3001))

    pools = Counter(placed.pool for placed in allot_in_order(found, Terms(seed, permille)))

    # Six standard deviations of 3,000 draws are 55 ‰ at the most.
    assert abs(pools["EVAL"] / 3.0 - permille) <= 55


def test_a_cell_has_its_own_share():
    terms = Terms("s", 0, shares={LAW: 1000})

    assert only(terms, family()).pool == "TRAIN"
    assert only(terms, family(cells=frozenset({LAW}))).pool == "EVAL"
    assert only(terms, family(cells=frozenset({HEALTH, LAW}))).reason == "drawn for the 100 % of its cell"


def test_a_named_family_goes_before_everything_else():
    terms = Terms("s", 0, domains={"health": "PRIVATE"}, families={UUID(int=1): "EVAL"})

    assert only(terms, family(has_attack=True))[1:] == ("EVAL", "named in the policy")


def test_held_out_domains_and_traits_go_before_attacks_and_shares():
    by_domain = only(Terms("s", 1000, domains={"health": "EVAL"}), family(has_attack=True))
    by_trait = only(Terms("s", 1000, traits={"candor": "PRIVATE"}), family(has_attack=True))

    assert by_domain[1:] == ("EVAL", "held-out domain: health")
    assert by_trait[1:] == ("PRIVATE", "held-out trait: candor")


def test_of_two_rules_the_stricter_one_decides():
    terms = Terms("s", 0, domains={"health": "EVAL"}, traits={"candor": "PRIVATE"})

    assert only(terms, family()).pool == "PRIVATE"


def test_an_attack_goes_before_the_share():
    assert only(Terms("s", 1000), family(has_attack=True))[1:] == ("ATTACK", "holds an adversarial variant")


@pytest.mark.parametrize("order", list(permutations(POOLS)))
def test_the_strictest_pool_is_private_then_eval_then_attack(order: tuple[str, ...]):
    assert strictest(order) == "PRIVATE"
    assert strictest(pool for pool in order if pool != "PRIVATE") == "EVAL"
    assert strictest(pool for pool in order if pool not in ("PRIVATE", "EVAL")) == "ATTACK"


def test_a_cluster_says_whose_rule_took_it_along():
    cluster = UUID(int=9)
    attacked = family(1, cluster=cluster, has_attack=True)
    plain = family(2, cluster=cluster)

    placed = {each.family.id: each for each in allot([plain, attacked], OPEN)}

    assert placed[plain.id].reason == "near-duplicate of a family in ATTACK: holds an adversarial variant"
    assert placed[attacked.id].reason == "holds an adversarial variant"


def test_near_duplicates_outside_the_cluster_bind_all_of_it():
    cluster = UUID(int=9)
    linked = family(1, cluster=cluster, near=frozenset({"ATTACK", "EVAL"}))
    mate = family(2, cluster=cluster)

    assert [each[1:] for each in allot([linked, mate], Terms("s", 0, {"health": "PRIVATE"}))] == [
        ("EVAL", "near-duplicate of a family in EVAL")
    ] * 2


def test_what_the_cluster_keeps_goes_before_its_other_neighbours():
    cluster = UUID(int=9)
    kept = family(1, cluster=cluster, kept="TRAIN", is_placed=True)

    assert only(OPEN, kept, family(2, cluster=cluster, near=frozenset({"EVAL"}))).pool == "TRAIN"


def test_what_was_released_for_training_stays_and_binds_its_cluster():
    cluster = UUID(int=9)
    released = family(1, cluster=cluster, kept="TRAIN")

    placed = list(allot([released, family(2, cluster=cluster)], Terms("s", 1000, {"health": "PRIVATE"})))

    assert [each[1:] for each in placed] == [
        ("TRAIN", "released for training before"),
        ("TRAIN", "near-duplicate of a family in TRAIN"),
    ]


def test_long_reasons_fit_their_column():
    slug = "a" * 80
    terms = Terms("s", 0, domains={slug: "EVAL"})
    held_out = family(1, cluster=UUID(int=9), cells=frozenset({Place("", slug)}))

    assert max(len(each.reason) for each in allot([held_out, family(2, cluster=UUID(int=9))], terms)) == 120


def test_the_tally_counts_cells_pools_and_moves():
    tally = Tally()

    for placed in allot(
        [family(1), family(2, cells=frozenset({HEALTH, LAW}))], Terms("s", 0, {"law": "EVAL"})
    ):
        tally.add(placed)

    assert tally.pools == {"TRAIN": 1, "EVAL": 1}
    assert tally.cells == {
        ("candor", "health", "TRAIN"): 1,
        ("candor", "health", "EVAL"): 1,
        ("candor", "law", "EVAL"): 1,
    }
    assert tally.moves == {("TRAIN", "EVAL", "held-out domain: law"): 1}
    assert [each.family.id for each in tally.examples] == [UUID(int=2)]
