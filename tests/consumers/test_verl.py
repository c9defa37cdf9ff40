"""verl's data sets and reward manager on a release."""

from pathlib import Path
from typing import Any

import pytest

from tests.consumers.conftest import Reader, counts


@pytest.fixture(scope="module")
def told(reader: Reader) -> dict[str, Any]:
    return reader("verl_data.py").found


def test_prompts_are_read_unchanged(told: dict[str, Any], release: Path):
    assert told["rows"] == counts(release)["rl"]["train"]
    assert told["first"][-1]["role"] == "user"


def test_the_reward_that_ships_goes_through_verl_s_manager(told: dict[str, Any]):
    assert told["rewards"] == pytest.approx([0.6, 0.6])
    assert told["extra"]["met_rate"] == pytest.approx([1 / 3, 1 / 3])


def test_pairs_are_read_once_their_conversation_is_text(told: dict[str, Any]):
    assert told["pair_tokens"] > 0
