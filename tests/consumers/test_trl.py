"""TRL's trainers on a release, unchanged."""

import math
from typing import Any

import pytest

from tests.consumers.conftest import Reader

TRAINERS = ("dpo", "reward", "kto", "sft", "grpo")


@pytest.fixture(scope="module")
def trained(reader: Reader) -> dict[str, Any]:
    return reader("trl_trainers.py", *TRAINERS).found


@pytest.mark.parametrize("name", TRAINERS)
def test_a_trainer_takes_two_steps(trained: dict[str, Any], name: str):
    assert trained[name]["steps"] == 2
    assert all(math.isfinite(loss) for loss in trained[name]["losses"])


def test_grpo_is_rewarded_by_the_file_that_ships(trained: dict[str, Any]):
    rewards = [each for batch in trained["grpo"]["rewards"] for each in batch]

    assert len(rewards) == 4
    assert all(isinstance(each, float) for each in rewards)
    assert {"rubric/met_rate", "rubric/is_refusal"} <= set(trained["grpo"]["logged"])
