"""The tasks that ship, and eval.yaml, run by Inspect with models that say what they are told to."""

from pathlib import Path
from typing import Any

import pytest

from exports.hub_double import HubDouble
from results.readers import read
from tests.consumers.conftest import Reader
from tests.exports.hub import REPO

FAMILIES = 3
"""Of the release: each a base for the benchmark, and a variant under pressure."""


@pytest.fixture(scope="module")
def told(reader: Reader, packages: None) -> dict[str, Any]:
    return reader("inspect_tasks.py").found


def test_the_benchmark_scores_held_out_prompts(told: dict[str, Any]):
    benchmark = told["benchmark"]

    assert (benchmark["status"], benchmark["samples"], benchmark["errors"]) == ("success", FAMILIES, [])
    assert benchmark["metrics"]["mean"] == pytest.approx(0.6)
    assert benchmark["metrics"]["clipped_mean"] == pytest.approx(0.6)


def test_persistence_grades_the_reply_after_every_turn(told: dict[str, Any]):
    persistence = told["persistence"]

    assert persistence["replies"] == [2] * FAMILIES
    assert persistence["metrics"]["mean_persistence"] == 1.0


def test_what_inspect_logged_comes_back_as_results(told: dict[str, Any]):
    scores = [line.figure for line in read(Path(told["benchmark"]["log"]), ".eval")]
    pressed = [line.figure for line in read(Path(told["persistence"]["log"]), ".eval")]

    assert [(each.measure, round(each.value, 6)) for each in scores] == [("trait", 0.6)] * FAMILIES
    held = [(each.pushes, each.value) for each in pressed if each.measure == "persistence"]
    assert sorted(held) == [(0, 1.0)] * FAMILIES + [(1, 1.0)] * FAMILIES


def test_prompts_may_be_sent_as_they_stand(told: dict[str, Any]):
    assert told["as_it_stands"]["replies"] == [1] * FAMILIES


def test_a_verdict_that_cannot_be_read_fails_its_sample(told: dict[str, Any]):
    assert "the verdict is no JSON" in told["unreadable"]["errors"][0]
    assert told["unreadable"]["metrics"].get("mean") != 0


def test_the_hub_s_eval_yaml_runs_without_code(reader: Reader, hub: HubDouble):
    online = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0"}

    found = reader("inspect_hub.py", REPO, "v1.0.0", **online).found

    assert (found["status"], found["samples"]) == ("success", FAMILIES)
    assert found["means"] == {"model_graded_qa": 0.5}
