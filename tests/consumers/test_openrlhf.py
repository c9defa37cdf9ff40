"""OpenRLHF's data sets and executor on a release."""

from pathlib import Path
from typing import Any

import pytest

from tests.consumers.conftest import Reader, counts


@pytest.fixture(scope="module")
def told(reader: Reader) -> dict[str, Any]:
    return reader("openrlhf_data.py").found


def test_a_rollout_is_rewarded_by_the_file_that_ships(told: dict[str, Any], release: Path):
    rollout = told["rollout"]

    assert rollout["rows"] == counts(release)["rl"]["train"]
    assert (rollout["reward"], rollout["scores"], rollout["shape"]) == (0.6, 0.6, [1])
    assert set(map(tuple, rollout["logs"].values())) == {(1,)}


@pytest.mark.parametrize("kind", ["reward", "dpo"])
def test_pairs_are_read_unchanged(told: dict[str, Any], kind: str, release: Path):
    assert told[kind]["rows"] == counts(release)["preference"]["train"]
    assert "<|im_start|>assistant" in told[kind]["chosen"]
