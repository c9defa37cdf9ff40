"""The environment that ships, in verifiers of today and of before, against an endpoint on loopback."""

from typing import Any

import pytest

from tests.consumers.conftest import BEFORE, Reader


@pytest.fixture(scope="module")
def now(reader: Reader, packages: None) -> dict[str, Any]:
    return reader("verifiers_now.py").found


@pytest.fixture(scope="module")
def before(reader: Reader, packages: None) -> dict[str, Any]:
    return reader("verifiers_before.py", python=BEFORE).found


def test_a_dialogue_is_rewarded_by_its_rubric(now: dict[str, Any]):
    assert [(each["ok"], each["errors"]) for each in now["train"]] == [(True, [])] * 2
    assert [each["reward"] for each in now["train"]] == pytest.approx([0.6, 0.6])
    assert now["train"][0]["key"].startswith("rl_")
    assert now["train"][0]["messages"] == ["user", "assistant"]


def test_scripted_pressure_is_played_turn_by_turn(now: dict[str, Any]):
    played = [[role for role in each["messages"] if role != "system"] for each in now["hard"]]

    assert played == [["user", "assistant", "user", "assistant"]] * 2
    assert {each["metrics"]["replies"] for each in now["hard"]} == {2}


def test_persistence_is_measured_under_pressure_alone(now: dict[str, Any]):
    assert {each["metrics"]["persistence"] for each in now["hard"]} == {1.0}
    assert "persistence" not in now["train"][0]["metrics"]


def test_the_older_library_plays_the_same(before: dict[str, Any]):
    assert [each["reward"] for each in before["train"]] == pytest.approx([0.6] * 2)
    assert [each["turns"] for each in before["hard"]] == [3] * 2
    assert before["hard"][0]["metrics"]["persistence"] == 1.0
