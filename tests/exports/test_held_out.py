"""What is held out stays out of the files for training, and a release freezes the pools."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from curation.actions.placing import align_buckets
from curation.models import Cluster, Family, NearDuplicate, Removal, Scenario
from exports.actions.freeze import NothingToRelease, freeze
from exports.actions.preview import preview
from exports.actions.releases import cut_release
from exports.balance import terms_changes
from tests.curation.policies import in_force
from tests.exports.judged import Panel, frozen, make_recipe, written
from tests.factories import make_domain, make_scenario, make_trait

pytestmark = pytest.mark.django_db


def released(panel: Panel, scenario: Scenario) -> tuple[bool, dict[str, int]]:
    """Whether a judged scenario would be in a release, and what became of its verdicts."""
    panel.pair(1, 1, scenario=scenario)
    counts = preview(make_recipe(panel.project)).counts
    found = {key: number for key, number in counts["verdicts"].items() if number and key != "total"}
    return counts["pairs"]["preference"] == 1, found


def alike(first: Scenario, second: Scenario, **fields: Any) -> NearDuplicate:
    low, high = sorted((first, second), key=lambda each: each.pk)
    return NearDuplicate.objects.create(first=low, second=high, kind="near", similarity=0.9, **fields)


def held_out(**fields: Any) -> Scenario:
    return make_scenario(family=Family.objects.create(pool="EVAL", **fields))


@pytest.mark.parametrize("pool", ["EVAL", "PRIVATE", "ATTACK"])
def test_only_train_is_released(pool: str):
    assert released(Panel(), make_scenario(family=Family.objects.create(pool=pool))) == (False, {"pool": 2})


def test_a_scenario_that_was_taken_out_is_not_released():
    scenario = make_scenario()
    Removal.objects.create(scenario=scenario, reason="request")

    assert released(Panel(), scenario) == (False, {"removed": 2})


@pytest.mark.parametrize("variant", ["harmful_persona", "jailbreak", "escalation"])
def test_an_adversarial_variant_is_not_released_even_without_a_policy(variant: str):
    assert released(Panel(), make_scenario(variant=variant)) == (False, {"attack": 2})


@pytest.mark.parametrize("variant", ["helpful_control", "benign_twin", "identity_swap"])
def test_other_variants_are_released(variant: str):
    assert released(Panel(), make_scenario(variant=variant)) == (True, {"counted": 2})


def test_what_the_policy_has_not_placed_yet_is_not_released():
    in_force()

    assert released(Panel(), make_scenario()) == (False, {"unplaced": 2})


def test_what_the_policy_placed_in_train_is_released():
    scenario = make_scenario()
    in_force()

    assert released(Panel(), scenario) == (True, {"counted": 2})


def test_a_family_that_came_to_reach_into_a_held_out_domain_is_not_released():
    scenario = make_scenario()
    health = make_domain("health")
    in_force(domains={"health": "EVAL"})
    make_scenario(family=scenario.family, domain=health, variant="benign_twin")

    assert released(Panel(), scenario) == (False, {"ruled": 2})


def test_a_family_that_came_to_aim_at_a_held_out_trait_is_not_released():
    scenario, trait = make_scenario(), make_trait()
    in_force(traits={trait.slug: "PRIVATE"})
    scenario.aimed_traits.add(trait)

    assert released(Panel(), scenario) == (False, {"ruled": 2})


@pytest.mark.parametrize("comes_first", [True, False])
def test_a_near_duplicate_of_what_is_held_out_is_not_released(comes_first: bool):
    scenario = make_scenario() if comes_first else None
    held = held_out()
    scenario = scenario or make_scenario()
    alike(scenario, held)

    assert released(Panel(), scenario) == (False, {"near_heldout": 2})


def test_pairs_that_somebody_found_different_are_released():
    scenario = make_scenario()
    alike(scenario, held_out(), is_dismissed=True)

    assert released(Panel(), scenario) == (True, {"counted": 2})


def test_a_near_duplicate_of_something_taken_out_is_released():
    scenario, held = make_scenario(), held_out()
    alike(scenario, held)
    Removal.objects.create(scenario=held, reason="duplicate")

    assert released(Panel(), scenario) == (True, {"counted": 2})


def test_a_family_whose_cluster_reaches_into_another_pool_is_not_released():
    cluster = Cluster.objects.create()
    held_out(cluster=cluster)

    scenario = make_scenario(family=Family.objects.create(cluster=cluster))

    assert released(Panel(), scenario) == (False, {"near_heldout": 2})


def test_the_same_words_in_another_spelling_are_not_released():
    held_out_twin = held_out()
    scenario = make_scenario(normalised_sha256=held_out_twin.normalised_sha256)

    assert released(Panel(), scenario) == (False, {"near_heldout": 2})


@pytest.mark.django_db(transaction=True)
def test_a_release_freezes_the_policy_and_names_its_digest(tmp_path: Path):
    panel = Panel()
    panel.pair(1, 1)
    policy = in_force()

    release = frozen(make_recipe(panel.project))

    policy.refresh_from_db()
    assert policy.is_frozen
    assert policy.frozen_at
    written(release, tmp_path / "r")
    assert json.loads((tmp_path / "r" / "manifest.json").read_bytes())["pool_policy_sha256"] == policy.digest
    assert policy.digest in (tmp_path / "r" / "README.md").read_text()


@pytest.mark.django_db(transaction=True)
def test_without_a_policy_the_release_says_so(tmp_path: Path):
    panel = Panel()
    panel.pair(1, 1)

    release = frozen(make_recipe(panel.project))
    written(release, tmp_path / "r")

    assert json.loads((tmp_path / "r" / "manifest.json").read_bytes())["pool_policy_sha256"] is None
    assert "No pool policy was in force" in (tmp_path / "r" / "README.md").read_text()


def test_a_release_of_the_demo_content_freezes_nothing():
    panel = Panel()
    panel.pair(1, 1, scenario=make_scenario(is_demo=True))
    policy = in_force()

    frozen(make_recipe(panel.project, is_demo=True, slug="demo"))

    policy.refresh_from_db()
    assert not policy.is_frozen


def test_what_was_released_for_training_can_not_be_held_out_afterwards():
    panel = Panel()
    health = make_domain("health")
    item = panel.pair(1, 1, scenario=make_scenario(domain=health))
    other = make_scenario(domain=health)
    frozen(make_recipe(panel.project))

    in_force(domains={"health": "EVAL"})

    family = Family.objects.get(pk=item.scenario.family_id)
    assert (family.pool, family.pool_reason) == ("TRAIN", "released for training before")
    assert Family.objects.get(pk=other.family_id).pool == "EVAL"


def test_what_a_release_held_out_as_a_domain_may_be_held_out_by_a_policy():
    panel = Panel()
    health = make_domain("health")
    item = panel.pair(1, 1, scenario=make_scenario(domain=health))
    recipe = make_recipe(panel.project)
    recipe.heldout_domains.add(health)
    frozen(recipe)

    in_force(domains={"health": "EVAL"})

    assert Family.objects.get(pk=item.scenario.family_id).pool == "EVAL"


def test_near_duplicates_fall_into_one_split_with_what_was_released():
    panel = Panel()
    cluster = Cluster.objects.create()
    early = make_scenario(family=Family.objects.create(bucket=1, cluster=cluster))
    item = panel.pair(1, 1, scenario=make_scenario(family=Family.objects.create(bucket=900, cluster=cluster)))
    release = frozen(make_recipe(panel.project))

    align_buckets()

    assert Family.objects.get(pk=early.family_id).bucket == 900
    assert Family.objects.get(pk=item.scenario.family_id).bucket == 900
    assert release.prompts.get().split_group == f"grp_{cluster.pk.hex}"


@pytest.mark.django_db(transaction=True)
def test_freezing_places_newcomers_first_and_then_keeps_them():
    panel = Panel()
    item = panel.pair(1, 1)
    policy = in_force()
    newcomer = panel.pair(1, 1)
    release, _ = cut_release(make_recipe(panel.project))

    freeze(release)

    assert release.items.count() == 2
    assert set(Family.objects.values_list("policy", flat=True)) == {policy.pk}
    with pytest.raises(IntegrityError, match="moves no family"):
        Family.objects.filter(pk=newcomer.scenario.family_id).update(pool="EVAL")
    assert item.scenario.family_id


@pytest.mark.django_db(transaction=True)
def test_a_release_that_comes_to_nothing_freezes_nothing():
    panel = Panel()
    panel.pair(1, 1, scenario=make_scenario(domain=make_domain("health")))
    policy = in_force(domains={"health": "EVAL"})
    release, _ = cut_release(make_recipe(panel.project))

    with pytest.raises(NothingToRelease):
        freeze(release)

    policy.refresh_from_db()
    assert not policy.is_frozen


def test_releases_say_when_the_policy_is_another():
    before = {"minimum_annotators": 2, "pool_policy": ""}

    assert list(terms_changes(before, before | {"pool_policy": "abc"})) == [
        "Pool policy: abc instead of none."
    ]
    assert list(terms_changes({"minimum_annotators": 2}, before | {"pool_policy": "abc"})) == [
        "Pool policy: abc instead of none."
    ]
