"""Policies from draft to frozen, and what arrives after that."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from curation.actions.placing import tally, terms_of
from curation.actions.pools import (
    ChangedMeanwhile,
    DraftChanged,
    PolicyFrozen,
    UnknownNames,
    apply_policy,
    assign_new_families,
    begin_policy,
    freeze_policy,
    may_take_variant,
    place_before_release,
    save_policy,
)
from curation.allotment import Place, digest
from curation.models import (
    Cluster,
    Family,
    NearDuplicate,
    PoolPolicy,
    PoolRule,
    PoolShare,
    Scenario,
    Trait,
)
from tests.curation.policies import drafted, in_force, make_policy, make_terms
from tests.factories import make_domain, make_scenario, make_trait

pytestmark = pytest.mark.django_db


def check_now() -> None:
    """Ask the constraints that wait for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_family_frozen_in_train_takes_no_attack():
    family = Family.objects.create(policy=make_policy("frozen", frozen_at=timezone.now()))

    assert "frozen" in (may_take_variant(family, "jailbreak") or "")
    assert may_take_variant(family, "benign_twin") is None


@pytest.mark.parametrize("pool", ["ATTACK", "EVAL", "PRIVATE"])
def test_families_outside_train_take_attacks(pool: str):
    family = Family.objects.create(policy=make_policy("frozen"), pool=pool)

    assert may_take_variant(family, "escalation") is None


def test_before_the_policy_is_frozen_every_family_takes_attacks():
    applied = Family.objects.create(policy=make_policy("applied"))

    assert may_take_variant(applied, "jailbreak") is None
    assert may_take_variant(Family.objects.create(), "jailbreak") is None


def test_a_new_family_near_one_frozen_in_train_takes_no_attack():
    cluster = Cluster.objects.create()
    Family.objects.create(policy=make_policy("frozen"), cluster=cluster)

    assert may_take_variant(Family.objects.create(cluster=cluster), "harmful_persona") is not None


def test_the_database_refuses_to_move_a_family_of_a_frozen_policy():
    family = Family.objects.create(policy=make_policy("frozen"), pool="EVAL")

    with pytest.raises(IntegrityError, match="moves no family"), transaction.atomic():
        Family.objects.filter(pk=family.pk).update(pool="TRAIN")
    with pytest.raises(IntegrityError, match="moves no family"), transaction.atomic():
        Family.objects.filter(pk=family.pk).update(policy=None)


def test_an_applied_policy_still_moves_families():
    family = Family.objects.create(policy=make_policy("applied"), pool="EVAL")

    assert Family.objects.filter(pk=family.pk).update(pool="TRAIN") == 1


def test_the_database_refuses_a_cluster_in_two_pools():
    cluster, policy = Cluster.objects.create(), make_policy("applied")

    Family.objects.create(policy=policy, cluster=cluster, pool="EVAL")
    Family.objects.create(policy=policy, cluster=cluster, pool="TRAIN")

    with pytest.raises(IntegrityError, match="a cluster has one pool"):
        check_now()


def test_a_newcomer_may_stand_in_a_cluster_until_it_is_placed():
    cluster = Cluster.objects.create()
    Family.objects.create(policy=make_policy("applied"), cluster=cluster, pool="EVAL")

    Family.objects.create(cluster=cluster)

    check_now()


@pytest.mark.parametrize("state", ["applied", "frozen"])
def test_the_database_keeps_the_terms_of_an_applied_policy(state: str):
    policy = make_policy()
    rule = PoolRule.objects.create(policy=policy, domain=make_domain())
    PoolPolicy.objects.update(state=state, digest="0" * 64)

    for change in (
        lambda: PoolPolicy.objects.update(seed="other"),
        lambda: PoolRule.objects.filter(pk=rule.pk).update(pool="PRIVATE"),
        lambda: PoolRule.objects.create(policy=policy, trait=make_trait()),
        lambda: PoolShare.objects.create(
            policy=policy, trait=make_trait(), domain=make_domain(), eval_permille=1
        ),
        lambda: PoolPolicy.objects.all().delete(),
    ):
        with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
            change()


def scenario_in(domain: str, *aimed: Trait, **fields: Any) -> Scenario:
    scenario = make_scenario(domain=make_domain(domain), **fields)
    scenario.aimed_traits.set(aimed)
    return scenario


def pool_of(scenario: Scenario) -> str:
    return Family.objects.get(pk=scenario.family_id).pool


def near(first: Scenario, second: Scenario) -> NearDuplicate:
    low, high = sorted((first, second), key=lambda each: each.pk)
    return NearDuplicate.objects.create(first=low, second=high, kind="near", similarity=0.9)


def test_applying_a_policy_places_every_family():
    candor = make_trait("candor")
    health, law, attacked = scenario_in("health"), scenario_in("law", candor), scenario_in("law")
    scenario_in("law", family=attacked.family, variant="jailbreak")
    named = scenario_in("law")

    policy = in_force(domains={"health": "EVAL"}, families={named.family_id: "PRIVATE"})

    assert [pool_of(each) for each in (health, law, attacked, named)] == [
        "EVAL",
        "TRAIN",
        "ATTACK",
        "PRIVATE",
    ]
    assert Family.objects.get(pk=health.family_id).pool_reason == "held-out domain: health"
    assert policy.state == "applied"
    assert policy.digest == digest(
        make_terms(domains={"health": "EVAL"}, families={named.family_id: "PRIVATE"})
    )


def test_a_family_without_a_ready_scenario_waits():
    draft = make_scenario(state="draft")

    in_force(eval_permille=1000)

    assert Family.objects.get(pk=draft.family_id).policy is None


def test_a_cluster_goes_to_the_strictest_pool_of_its_families():
    cluster = Cluster.objects.create()
    health = scenario_in("health", family=Family.objects.create(cluster=cluster))
    law = scenario_in("law", family=Family.objects.create(cluster=cluster))

    in_force(domains={"health": "EVAL"})
    check_now()

    assert [pool_of(health), pool_of(law)] == ["EVAL", "EVAL"]


def test_a_second_policy_replaces_one_that_is_not_frozen():
    health = scenario_in("health")
    first = in_force(domains={"health": "EVAL"})

    second = in_force()

    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "applied")
    assert pool_of(health) == "TRAIN"


def test_a_frozen_policy_is_not_replaced():
    in_force()
    freeze_policy()

    with pytest.raises(PolicyFrozen):
        begin_policy(actor=None)


def test_a_draft_begun_before_the_freeze_is_not_applied_after_it():
    in_force()
    draft = begin_policy(actor=None)
    freeze_policy()

    with pytest.raises(PolicyFrozen):
        apply_policy(draft, previewed=digest(terms_of(draft)), actor=None)


def test_only_what_was_previewed_is_applied():
    draft = begin_policy(actor=None)
    looked_at = digest(terms_of(draft))
    drafted(make_terms(eval_permille=10))

    with pytest.raises(DraftChanged):
        apply_policy(draft, previewed=looked_at, actor=None)


def test_a_policy_can_not_be_edited_once_it_is_applied():
    with pytest.raises(DraftChanged):
        save_policy(in_force(), make_terms(eval_permille=1), note="", was="")


def test_applying_twice_changes_nothing():
    scenario_in("health")
    policy = in_force(domains={"health": "EVAL"})

    assert apply_policy(policy, previewed=policy.digest, actor=None).pools == {}


def test_a_new_draft_begins_with_the_terms_in_force():
    trait = make_trait()
    said = {
        "seed": "kept",
        "eval_permille": 70,
        "traits": {trait.slug: "PRIVATE"},
        "shares": {Place(trait.slug, "law"): 5},
    }
    make_domain("law")
    in_force(**said)

    assert terms_of(begin_policy(actor=None)) == make_terms(**said)


def test_two_who_begin_get_the_same_draft():
    assert begin_policy(actor=None) == begin_policy(actor=None)


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten():
    draft = drafted(make_terms(eval_permille=10))

    with pytest.raises(ChangedMeanwhile):
        save_policy(draft, make_terms(eval_permille=20), note="", was="what stood there before")
    assert terms_of(draft).eval_permille == 10
    assert save_policy(draft, make_terms(eval_permille=10), note="", was="whatever") == draft


def test_a_family_that_does_not_exist_is_named():
    with pytest.raises(UnknownNames, match="00000000-0000-0000-0000-000000000001"):
        drafted(make_terms(families={UUID(int=1): "EVAL"}))


def test_without_a_policy_nothing_is_placed_or_frozen():
    scenario = make_scenario()

    assert assign_new_families() == 0
    assert freeze_policy() is None
    assert Family.objects.get(pk=scenario.family_id).policy is None


@pytest.mark.parametrize("is_frozen", [False, True])
def test_what_comes_later_is_placed_by_the_policy_in_force(is_frozen: bool):
    make_domain("health")
    in_force(domains={"health": "EVAL"})
    if is_frozen:
        freeze_policy()
    late, other = scenario_in("health"), scenario_in("law")

    assert assign_new_families() == 2
    assert assign_new_families() == 0
    assert [pool_of(late), pool_of(other)] == ["EVAL", "TRAIN"]


@pytest.mark.parametrize("kept", ["EVAL", "TRAIN"])
def test_a_late_near_duplicate_joins_the_pool_of_its_frozen_cluster(kept: str):
    cluster = Cluster.objects.create()
    old = scenario_in("health" if kept == "EVAL" else "law", family=Family.objects.create(cluster=cluster))
    make_domain("health")
    in_force(domains={"health": "EVAL"})
    freeze_policy()
    late = scenario_in("law" if kept == "EVAL" else "health", family=Family.objects.create(cluster=cluster))

    assign_new_families()
    check_now()

    assert [pool_of(old), pool_of(late)] == [kept, kept]


def test_a_late_near_duplicate_joins_its_neighbour_before_they_share_a_cluster():
    old = scenario_in("health")
    in_force(domains={"health": "EVAL"})
    freeze_policy()
    late = scenario_in("law")
    near(old, late)

    assign_new_families()

    assert pool_of(late) == "EVAL"


def test_before_the_freeze_a_strict_newcomer_takes_its_cluster_along():
    cluster = Cluster.objects.create()
    old = scenario_in("law", family=Family.objects.create(cluster=cluster))
    make_domain("health")
    in_force(domains={"health": "EVAL"})
    scenario_in("health", family=Family.objects.create(cluster=cluster))

    assign_new_families()
    check_now()

    assert pool_of(old) == "EVAL"


def test_before_the_freeze_a_family_that_takes_an_attack_moves():
    base = scenario_in("law")
    in_force()
    scenario_in("law", family=base.family, variant="escalation")

    assert assign_new_families() == 1
    assert pool_of(base) == "ATTACK"


def test_before_the_first_release_the_whole_policy_is_gone_through_again():
    scenario = scenario_in("law")
    make_domain("health")
    in_force(domains={"health": "EVAL"})
    Scenario.objects.filter(pk=scenario.pk).update(domain="health")

    place_before_release()

    assert pool_of(scenario) == "EVAL"


def test_after_the_freeze_a_family_stays_whatever_is_said_about_it():
    scenario = scenario_in("law")
    make_domain("health")
    in_force(domains={"health": "EVAL"})
    freeze_policy()
    Scenario.objects.filter(pk=scenario.pk).update(domain="health")

    place_before_release()

    assert pool_of(scenario) == "TRAIN"


def test_the_preview_counts_and_writes_nothing():
    scenario = scenario_in("health", make_trait("candor"))

    found = tally(make_terms(domains={"health": "EVAL"}))

    assert found.cells == {("candor", "health", "EVAL"): 1}
    assert found.moves == {("TRAIN", "EVAL", "held-out domain: health"): 1}
    assert pool_of(scenario) == "TRAIN"


def test_the_same_seed_gives_the_same_pools():
    scenarios = [scenario_in("law") for _ in range(40)]
    in_force(eval_permille=500)
    once = [pool_of(each) for each in scenarios]

    in_force(eval_permille=500, seed="other")
    other = [pool_of(each) for each in scenarios]
    in_force(eval_permille=500)

    assert [pool_of(each) for each in scenarios] == once
    assert other != once
    assert set(once) == {"EVAL", "TRAIN"}


def test_every_act_on_a_policy_is_in_the_audit_trail():
    in_force()
    freeze_policy()
    freeze_policy()

    assert list(AuditEvent.objects.order_by("pk").values_list("act", flat=True)) == [
        "pool policy.begun",
        "pool policy.applied",
        "pool policy.frozen",
    ]
