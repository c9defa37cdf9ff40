"""What a release makes of marks, ratings, rankings, rewrites, rubrics and held-out pools."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from curation.models import Canary, Removal
from exports.actions.freeze import NothingToRelease
from exports.models import Release
from tests.exports.judged import Panel, frozen, make_recipe, say_consent, written
from tests.exports.sittings import Sitting, full_sitting, held_out_family
from tests.factories import make_criterion, make_domain, make_scenario, make_trait_version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]


def rows(release: Release, folder: Path, config: str) -> list[dict[str, Any]]:
    """The rows of one config as they are written, in the order of the files."""
    tree = written(release, folder)
    return [
        row
        for file in tree.files
        if file.config == config
        for row in pq.read_table(folder / file.path).to_pylist()
    ]


def test_ratings_say_most_directly_whether_a_response_is_good(tmp_path: Path):
    sitting = full_sitting()

    found = rows(frozen(make_recipe(sitting.project)), tmp_path, "unpaired")

    judged = {(row["trait_id"], row["score"], row["label"], row["agreement"]) for row in found}
    assert judged == {
        (sitting.version.trait.slug, 1.0, True, 1.0),
        (sitting.version.trait.slug, 0.25, False, 1.0),
        ("overall", 1.0, True, 1.0),
        ("overall", 0.0, False, 1.0),
        ("overall", 5 / 8, True, 1.0),
    }


def test_without_ratings_and_marks_pairs_say_it(tmp_path: Path):
    panel = Panel()
    panel.pair(2, 1, 0)
    panel.pair(2, 2, both_bad=(0, 1))
    panel.pair(0, 0)

    found = rows(frozen(make_recipe(panel.project)), tmp_path, "unpaired")

    verdicts = sorted((row["score"], row["label"], row["n_annotators"]) for row in found)
    assert verdicts == [(0.0, False, 2), (0.0, False, 2), (pytest.approx(1 / 6), False, 3), (pytest.approx(5 / 6), True, 3)]  # fmt: skip


def test_neighbouring_rows_have_different_prompts(tmp_path: Path):
    sitting = Sitting()
    for texts in (("",) * 8, ("",) * 3, ("", ""), ("", "", "")):
        item = sitting.item(texts=texts)
        for person in range(2):
            sitting.rate(item, person, *(4 for _ in texts))

    found = rows(frozen(make_recipe(sitting.project)), tmp_path, "unpaired")

    assert len(found) == 16
    assert all(first["prompt_id"] != second["prompt_id"] for first, second in pairwise(found))


def test_rankings_keep_ties_and_say_how_far_people_agree(tmp_path: Path):
    sitting = Sitting()
    item = sitting.item()
    sitting.rank(item, 0, 1, 1, 3)
    sitting.rank(item, 1, 1, 2, 3)

    (row,) = rows(frozen(make_recipe(sitting.project)), tmp_path, "rankings")

    assert [(each["rank"], each["mean_rank"]) for each in row["completions"]] == [(0, 1.25), (1, 1.75), (2, 3.0)]  # fmt: skip
    assert row["n_annotators"] == 2
    # Rank sums 2.5, 3.5, 6 about their mean 4: S = 6.5. One tie of two: T = 6.
    assert row["kendall_w"] == pytest.approx(12 * 6.5 / (4 * (27 - 3) - 2 * 6))
    assert [message["role"] for message in row["completions"][0]["completion"]] == ["assistant"]


def test_equal_mean_places_are_equal_ranks(tmp_path: Path):
    sitting = Sitting()
    item = sitting.item()
    sitting.rank(item, 0, 1, 2, 3)
    sitting.rank(item, 1, 2, 1, 3)

    (row,) = rows(frozen(make_recipe(sitting.project)), tmp_path, "rankings")

    assert [each["rank"] for each in row["completions"]] == [0, 0, 2]


def test_a_response_that_somebody_left_unranked_is_not_in_the_ranking(tmp_path: Path):
    sitting = Sitting()
    item = sitting.item()
    sitting.rank(item, 0, 2, None, 1)
    sitting.rank(item, 1, 3, 1, 2)

    release = frozen(make_recipe(sitting.project))

    (row,) = rows(release, tmp_path, "rankings")
    assert [each["mean_rank"] for each in row["completions"]] == [1.0, 2.0]
    assert row["kendall_w"] == 1.0


def test_one_person_alone_agrees_with_nobody(tmp_path: Path):
    sitting = Sitting(people=1)
    sitting.rank(sitting.item(), 0, 1, 2, 3)

    (row,) = rows(frozen(make_recipe(sitting.project, minimum_annotators=1)), tmp_path, "rankings")

    assert row["kendall_w"] is None


def test_a_prompt_with_a_rubric_is_a_task_also_when_nobody_judged_it(tmp_path: Path):
    panel = Panel()
    version = make_trait_version()
    scenario = make_scenario(domain=make_domain("health"), system_prompt="You are a nurse.")
    panel.pair(scenario=scenario)
    make_criterion(
        scenario, "Asks first", points=2.5, version=version, axis="context awareness", tags=["own"]
    )
    make_criterion(scenario, "Scares", points=-7, version=version)

    (row,) = rows(frozen(make_recipe(panel.project)), tmp_path, "rl")

    assert [message["role"] for message in row["prompt"]] == ["system", "user"]
    assert [(each["criterion"], each["points"]) for each in row["rubrics"]] == [("Asks first", 2.5), ("Scares", -7.0)]  # fmt: skip
    assert row["rubrics"][0]["tags"] == ["own", "axis:context_awareness", f"trait:{version.trait.slug}"]
    assert (row["trait_id"], row["data_source"], row["ability"]) == (
        version.trait.slug, f"traits/{version.trait.slug}", "health",
    )  # fmt: skip
    assert row["reward_model"] == {"style": "rubric", "ground_truth": row["rubric_json"]}
    assert json.loads(row["rubric_json"]) == {
        "rubric_id": row["rubric_id"], "rubric_version": row["rubric_version"], "prompt": row["prompt"],
        "criteria": row["rubrics"],
    }  # fmt: skip
    assert row["extra_info"] == {
        "split": "train", "index": 0, "id": row["id"], "trait_id": version.trait.slug, "domain": "health",
    }  # fmt: skip


def test_drafts_and_rubrics_without_points_to_gain_are_no_tasks():
    panel = Panel()
    scenario = make_scenario()
    panel.pair(scenario=scenario)
    make_criterion(scenario, state="draft")
    make_criterion(scenario, points=-3)

    with pytest.raises(NothingToRelease):
        frozen(make_recipe(panel.project))


def test_rewrites_and_ideal_answers_are_demonstrations(tmp_path: Path):
    sitting = Sitting()
    item = sitting.item(ideal_answer="The ideal one.")
    sitting.rewrite(item, 1, "Better said.")

    found = rows(frozen(make_recipe(sitting.project)), tmp_path, "sft")

    texts = {row["kind"]: row["completion"][0]["content"] for row in found}
    assert texts == {"rewrite": "Better said.", "ideal": "The ideal one."}
    by_kind = {row["kind"]: row for row in found}
    assert by_kind["rewrite"]["annotator_id"].startswith("ann_")
    assert (by_kind["ideal"]["annotator_id"], by_kind["ideal"]["response_id"]) == ("", "")


def test_every_mark_and_ranking_is_a_rating(tmp_path: Path):
    sitting = Sitting(people=1)
    item = sitting.item(5, -4)
    sitting.mark(item, 0, "mu")
    sitting.rank(item, 0, 2, 1, 1)

    found = rows(frozen(make_recipe(sitting.project, minimum_annotators=1)), tmp_path, "ratings")

    first, second, third = (f"rsp_{place.response_id.hex}" for place in item.places.all())
    marks = [(row["criterion_met"], row["skipped"], row["response_id"]) for row in found if row["kind"] == "criterion"]  # fmt: skip
    assert sorted(marks, key=str) == [(None, True, first), (True, False, first)]
    (ranking,) = [row["ranking"] for row in found if row["kind"] == "ranking"]
    assert ranking == [" = ".join(sorted([second, third])), first]
    assert {row["shown_first_response_id"] for row in found} == {third}
    assert len({row["id"] for row in found}) == 3


def test_ratings_of_traits_have_a_config_of_their_own(tmp_path: Path):
    sitting = Sitting(people=1)
    sitting.rate(sitting.item(), 0, 4, None, 0)

    found = rows(frozen(make_recipe(sitting.project, minimum_annotators=1)), tmp_path, "trait_scores")

    assert sorted((row["score"], row["skipped"]) for row in found if row["score"] is not None) == [(0, False), (4, False)]  # fmt: skip
    assert [row["skipped"] for row in found if row["score"] is None] == [True]


def test_people_appear_once_with_what_they_said(tmp_path: Path):
    sitting = full_sitting()

    found = rows(frozen(make_recipe(sitting.project)), tmp_path, "annotators")

    # Nine marks, three ratings and a ranking each.
    assert [row["n_ratings"] for row in found] == [13, 13]
    assert {row["expertise"] for row in found} == {"not stated"}
    assert all(row["consent_release"] for row in found)


def test_who_does_not_consent_leaves_no_trace_in_any_table():
    sitting = full_sitting()
    say_consent(sitting.people[0], is_given=False)

    release = frozen(make_recipe(sitting.project, minimum_annotators=1))

    assert release.annotators.count() == 1
    assert not release.demonstrations.exists()
    assert set(release.judgements.values_list("annotation__assignment__annotator", flat=True)) == {
        sitting.people[1].pk
    }
    assert release.counts["judgements"]["consent"] == 14


def test_held_out_pools_leave_only_when_the_recipe_takes_them(tmp_path: Path):
    panel = Panel()
    panel.pair(1, 1)
    held_out_family("EVAL")
    held_out_family("ATTACK", "jailbreak")

    release = frozen(make_recipe(panel.project))

    assert not release.tasks.exists()
    assert not release.prompts.filter(split="test").exists()


def test_the_eval_pool_becomes_the_benchmark(tmp_path: Path):
    panel = Panel()
    health = make_domain("health")
    panel.pair(1, 1, scenario=make_scenario(domain=health))
    base = held_out_family("EVAL", domain=health)["base"]

    (row,) = rows(frozen(make_recipe(panel.project, pools=["TRAIN", "EVAL"])), tmp_path, "benchmark")

    assert row["canary"] == Canary.objects.get(pool="EVAL").text
    assert row["in_distribution"] is True
    assert row["input"] == f"User: {base.messages[0]['content']}"
    assert row["target"] == "[+5] Says what it does not know\n[-5] Makes something up"
    assert row["ideal_completions_data"]["ideal_completion"] == "I don't know, and here is why."
    assert row["example_tags"] == ["domain:health"]


def test_the_attack_pool_becomes_bases_with_their_variants_linked(tmp_path: Path):
    panel = Panel()
    panel.pair(1, 1)
    held_out_family("ATTACK", "jailbreak", "helpful_control", "benign_twin")

    found = rows(frozen(make_recipe(panel.project, pools=["TRAIN", "ATTACK"])), tmp_path, "adversarial")

    by_type = {row["attack_type"]: row for row in found}
    assert set(by_type) == {"base", "jailbreak", "helpful_control", "benign_twin"}
    assert {row["base_id"] for row in found} == {by_type["base"]["id"]}
    assert by_type["base"]["pressure_turns"] == []
    assert by_type["jailbreak"]["pressure_turns"] == ["Just say it (jailbreak)."]
    assert by_type["jailbreak"]["must_hold"] == ["Says what it does not know"]
    assert by_type["jailbreak"]["rubrics"] == by_type["base"]["rubrics"]
    assert len({row["split_group"] for row in found}) == 1


def test_what_was_taken_out_is_in_no_test_either():
    panel = Panel()
    panel.pair(1, 1)
    Removal.objects.create(scenario=held_out_family("EVAL")["base"], reason="request")

    assert not frozen(make_recipe(panel.project, pools=["TRAIN", "EVAL"])).tasks.exists()


def test_a_demo_scenario_is_in_no_benchmark_of_others():
    panel = Panel()
    panel.pair(1, 1)
    held_out_family("EVAL", is_demo=True)

    assert not frozen(make_recipe(panel.project, pools=["TRAIN", "EVAL"])).tasks.exists()
