"""Policies from draft to frozen, and what arrives after that."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from curation.actions.pools import may_take_variant
from curation.models import Cluster, Family, PoolPolicy, PoolRule, PoolShare
from tests.factories import make_domain, make_trait

pytestmark = pytest.mark.django_db


def make_policy(state: str = "draft", **fields: object) -> PoolPolicy:
    digest = "" if state == "draft" else "0" * 64
    return PoolPolicy.objects.create(**{"state": state, "seed": "seed", "digest": digest, **fields})


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
