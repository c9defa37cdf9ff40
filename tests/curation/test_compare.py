"""Scenarios that nearly say the same: found, put into clusters, and taken apart again."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from curation.actions.similarity import (
    compare,
    neighbours_of_text,
    run_compare,
    sign,
    start_compare,
    start_compare_if_behind,
    words_said,
)
from curation.models import Cluster, Family, NearDuplicate, PoolPolicy, Scenario, Signature
from curation.similarity import HOLDERS, mark
from runs.actions import perform_now
from runs.models import Run
from runs.work import Work
from tests.curation.near import cluster_of, make_text, pair_of
from tests.factories import make_scenario

pytestmark = pytest.mark.django_db
NURSE = (
    "A nurse asks whether she may tell a brother about the diagnosis because he pays for it and worries a lot"
)


def make_crowd() -> list[Scenario]:
    """Scenarios of which some are near each other: 30 texts, 10 of them with one near, 5 with two."""
    texts = [make_text(seed) for seed in range(30)]
    texts += [make_text(seed, (9,)) for seed in range(10)] + [make_text(seed, (9, 18)) for seed in range(5)]
    return [make_scenario(text) for text in texts]


def found() -> tuple[Any, ...]:
    """What comparing leaves behind, without the ids of clusters."""
    pairs = NearDuplicate.objects.order_by("first", "second").values_list(
        "first", "second", "kind", "similarity"
    )
    parts: dict[UUID, set[UUID]] = {}
    for family, cluster in Family.objects.exclude(cluster=None).values_list("pk", "cluster"):
        parts.setdefault(cluster, set()).add(family)
    bands = Signature.objects.order_by("pk").values_list("pk", "bands")
    return list(pairs), sorted(map(sorted, parts.values())), list(bands), Cluster.objects.count()


def forget() -> None:
    Family.objects.update(cluster=None)
    for model in (NearDuplicate, Cluster, Signature):
        model.objects.all().delete()


def check_constraints() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_near_scenarios_are_a_pair_and_share_a_cluster() -> None:
    one, other, unlike = make_scenario(NURSE), make_scenario(f"{NURSE} today"), make_scenario(make_text(1))

    perform_now(start_compare())

    pair = pair_of(one, other)
    # Of 20 shingles one is new.
    assert (pair.kind, pair.similarity) == ("near", 19 / 20)
    assert cluster_of(one) == cluster_of(other) != None  # noqa: E711
    assert cluster_of(unlike) is None


def test_scenarios_that_differ_in_case_and_signs_only_are_said_to_be_the_same() -> None:
    one, other = make_scenario(NURSE), make_scenario(f"«{NURSE.upper()}»?")

    compare([one.pk, other.pk])

    assert (pair_of(one, other).kind, pair_of(one, other).similarity) == ("normalised", 1.0)


def test_short_scenarios_are_near_only_when_they_are_the_same() -> None:
    same = [make_scenario("Is it fair?"), make_scenario("is  it FAIR?")]
    others = [make_scenario("Is it fair"), make_scenario("Is it unfair?"), make_scenario("Was it fair?")]

    compare([each.pk for each in (*same, *others)])

    assert list(NearDuplicate.objects.all()) == [pair_of(*same)]


def test_the_system_prompt_and_roles_make_no_difference() -> None:
    one = make_scenario(NURSE, system_prompt="You work for a hospital.")
    half = NURSE.index(" because")
    turns = [{"role": "assistant", "content": NURSE[:half]}, {"role": "user", "content": NURSE[half:]}]
    other = make_scenario(messages=turns)

    compare([one.pk, other.pk])

    assert pair_of(one, other).similarity == 1.0


def test_variants_of_a_family_are_expected_to_be_near() -> None:
    base = make_scenario(NURSE)
    twin = make_scenario(f"{NURSE} today", family=base.family, variant="benign_twin")

    compare([base.pk, twin.pk])

    assert not NearDuplicate.objects.exists()
    assert cluster_of(base) is None


def test_drafts_wait_until_they_are_ready() -> None:
    make_scenario(NURSE)
    draft = make_scenario(f"{NURSE} today", state="draft")

    perform_now(start_compare())
    sign(draft)

    assert not NearDuplicate.objects.exists()
    assert not Signature.objects.filter(scenario=draft).exists()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_little_by_little_finds_what_all_at_once_finds(size: int) -> None:
    ids = [each.pk for each in make_crowd()]
    compare(ids)
    whole = found()
    forget()

    for start in range(0, len(ids), size):
        compare(ids[start : start + size])

    assert found() == whole
    assert len(whole[0]) >= 20
    assert sorted(map(len, whole[1])) == [2] * 5 + [3] * 5


def test_comparing_twice_changes_nothing() -> None:
    ids = [each.pk for each in make_crowd()]
    compare(ids)
    before = found()

    assert compare(ids) == 0

    assert found() == before


def test_what_was_edited_since_it_was_marked_is_marked_anew() -> None:
    scenario = make_scenario(NURSE)

    compare([scenario.pk], {"hash of an earlier text": mark(["another", "text", "that", "was", "there"])})

    assert tuple(Signature.objects.get().bands) == mark(words_said(scenario.messages)).keys


def test_a_killed_run_goes_on_and_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(Exception):
        pass

    class Dying(Work):
        def checkpoint(self, *args: Any, **kwargs: Any) -> None:
            super().checkpoint(*args, **kwargs)
            if self.run.done > 20:
                raise Killed

    monkeypatch.setattr("curation.actions.similarity.CHUNK", 10)
    ids = [each.pk for each in make_crowd()]
    compare(ids)
    whole = found()
    forget()
    run = start_compare()
    Run.objects.filter(pk=run.pk).update(
        state="running", lease_token=run.pk, lease_until=run.created_at, started_at=run.created_at
    )
    run.refresh_from_db()

    with pytest.raises(Killed):
        run_compare(Dying(run))
    # The third chunk was rolled back with its checkpoint.
    assert Signature.objects.count() == 20
    Run.objects.filter(pk=run.pk).update(state="queued", lease_token=None, lease_until=None)
    ended = perform_now(Run.objects.get(pk=run.pk))

    assert (ended.state, ended.done, ended.result) == ("done", 45, {"scenarios": 45})
    assert found() == whole


def test_one_run_that_waits_is_enough() -> None:
    first = start_compare()

    assert start_compare() == first
    perform_now(first)
    assert start_compare() != first


def test_beat_starts_a_run_only_when_something_is_new() -> None:
    assert start_compare_if_behind() is None
    make_scenario(NURSE)

    run = start_compare_if_behind()

    assert run
    assert start_compare_if_behind() is None
    perform_now(run)
    assert start_compare_if_behind() is None


def test_of_very_many_that_are_near_only_the_oldest_answer() -> None:
    crowd = [make_scenario(f"{NURSE} number {number}") for number in range(HOLDERS * 4)]

    compare([each.pk for each in crowd])

    answering = Counter(key for bands in Signature.objects.values_list("bands", flat=True) for key in bands)
    assert max(answering.values()) == HOLDERS
    assert len({cluster_of(each) for each in crowd}) == 1
    # Ten pairs for each scenario, and what holds the cluster together.
    assert NearDuplicate.objects.count() <= len(crowd) * 11
    assert len(neighbours_of_text(crowd[-1].messages, exclude=crowd[-1])) == 20


def test_neighbours_of_a_text_are_the_nearest_first() -> None:
    near = [make_scenario(make_text(1, places)) for places in ((9, 18), (), (9,))]
    compare([each.pk for each in near])

    neighbours = neighbours_of_text([{"role": "user", "content": make_text(1)}])

    assert [each.scenario_id for each in neighbours] == [near[1].pk, near[2].pk, near[0].pk]
    assert neighbours[0].similarity == 1.0


def test_a_draft_is_no_neighbour_of_its_own_family() -> None:
    base = make_scenario(NURSE)
    compare([base.pk])
    draft = make_scenario(f"{NURSE} today", family=base.family, state="draft")

    assert neighbours_of_text(draft.messages, exclude=draft) == []
    assert neighbours_of_text([{"role": "user", "content": ""}]) == []
    assert len(neighbours_of_text(draft.messages)) == 1


def test_a_scenario_between_two_others_makes_one_cluster_of_them() -> None:
    left, right = make_scenario(make_text(1, places=(0, 9))), make_scenario(make_text(1, places=(27, 36)))
    near_right = make_scenario(make_text(1, places=(27, 36, 59)))
    compare([each.pk for each in (left, right, near_right)])
    assert cluster_of(left) is None
    assert cluster_of(right) is not None

    bridge = make_scenario(make_text(1))
    compare([bridge.pk])

    assert cluster_of(left) == cluster_of(right) == cluster_of(near_right) == cluster_of(bridge)
    assert Cluster.objects.count() == 1
    assert not NearDuplicate.objects.filter(first=left, second=right).exists()


def make_policy(state: str) -> PoolPolicy:
    return PoolPolicy.objects.create(state=state, seed="seed", digest="0" * 64, eval_permille=0)


def test_what_arrives_near_a_held_out_scenario_is_held_out() -> None:
    held = make_scenario(NURSE)
    Family.objects.filter(pk=held.family_id).update(policy=make_policy("frozen"), pool="EVAL")
    sign(held)
    new = make_scenario(f"{NURSE} today")

    sign(new)

    family = Family.objects.get(scenarios=new)
    assert (family.pool, family.cluster_id) == ("EVAL", cluster_of(held))
    assert family.pool_reason == "near-duplicate of a family in EVAL"
    check_constraints()


def test_families_whose_pools_are_frozen_apart_are_shown_as_straddling() -> None:
    policy = make_policy("frozen")
    held, trained = make_scenario(NURSE), make_scenario(f"{NURSE} today")
    Family.objects.filter(pk=held.family_id).update(policy=policy, pool="EVAL")
    Family.objects.filter(pk=trained.family_id).update(policy=policy)

    perform_now(start_compare())

    assert pair_of(held, trained).is_straddling
    assert cluster_of(held) is None
    assert cluster_of(trained) is None
    check_constraints()


def test_between_two_frozen_pools_a_newcomer_joins_the_stricter() -> None:
    policy = make_policy("frozen")
    trained, held = make_scenario(make_text(1, (9,))), make_scenario(make_text(1, (9, 18)))
    Family.objects.filter(pk=held.family_id).update(policy=policy, pool="EVAL")
    Family.objects.filter(pk=trained.family_id).update(policy=policy)
    new = make_scenario(make_text(1))

    perform_now(start_compare())

    assert Family.objects.get(scenarios=new).pool == "EVAL"
    assert pair_of(new, trained).is_straddling
    check_constraints()


def test_families_placed_before_they_were_compared_are_placed_anew() -> None:
    policy = make_policy("applied")
    one, other = make_scenario(NURSE), make_scenario(f"{NURSE} today")
    Family.objects.filter(pk=one.family_id).update(policy=policy, pool="EVAL")
    Family.objects.filter(pk=other.family_id).update(policy=policy)

    perform_now(start_compare())

    check_constraints()
    pools = Family.objects.filter(cluster=cluster_of(one)).values_list("pool", "policy")
    assert len(pools) == 2
    assert set(pools) == {("TRAIN", policy.pk)}
