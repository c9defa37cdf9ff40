"""Which rows of a release the packages read, and how a dialogue under pressure goes."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.shipped.common.rows import Choice, NoSuchRows, difficulty_of, load_rows, script_of


def turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def row(number: int, *turns: str, pressure: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    prompt = [turn(roles[place % 2], text) for place, text in enumerate(turns)]
    plain = {"id": f"r{number}", "domain": "law", "trait_id": "honesty", "prompt": prompt}
    return {**plain, "pressure_turns": list(pressure), **fields}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    rows = [
        row(0, "a"),
        row(1, "a", "b", "c", domain="care"),
        row(2, "a", pressure=("p",), trait_id="candor"),
    ]
    files = {
        "adversarial/test": rows,
        "benchmark/test": rows[:1],
        "benchmark/test-00001": rows[1:],
        "rl/train/law": rows[:2],
        "rl/train/law-00001": rows[2:],
        "rl/validation/care": rows[:1],
    }
    for path, found in files.items():
        file = tmp_path / "data" / f"{path}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(found), file)
    return tmp_path


@pytest.mark.parametrize(
    ("wishes", "ids"),
    [
        ({"pool": "attack"}, ["r0", "r1", "r2"]),
        ({"pool": "train"}, ["r0", "r1", "r2"]),
        ({"pool": "train", "split": "validation"}, ["r0"]),
        ({"pool": "eval"}, ["r0", "r1", "r2"]),
        ({"pool": "attack", "limit": 2}, ["r0", "r1"]),
        ({"pool": "attack", "limit": 0}, []),
        ({"pool": "attack", "domains": ("care",)}, ["r1"]),
        ({"pool": "attack", "traits": ("candor", "courage")}, ["r2"]),
        ({"pool": "attack", "difficulties": ("easy", "hard")}, ["r0", "r2"]),
        ({"pool": "attack", "difficulties": ("medium",)}, ["r1"]),
    ],
)
def test_rows_are_chosen_by_pool_domain_trait_and_difficulty(
    release: Path, wishes: dict[str, Any], ids: list[str]
):
    assert [each["id"] for each in load_rows(Choice(str(release), **wishes))] == ids


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"pool": "private"}, "train, eval, attack"),
        ({"difficulties": ("easier",)}, "easy, medium, hard"),
        ({"split": "test"}, "there is train, validation"),
        ({"pool": "eval", "split": "tes"}, "there is test, test-00001"),
        ({"dataset": ""}, "name the data set"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(release: Path, wishes: dict[str, Any], said: str):
    with pytest.raises(NoSuchRows, match=said):
        load_rows(Choice(**{"dataset": str(release), **wishes}))


def test_turns_beside_the_prompt_follow_it():
    script = script_of(row(0, "a", pressure=("p", "q")))

    assert (script.opening, script.turns, script.pressed_from) == ([turn("user", "a")], ["p", "q"], 1)


def test_pressure_inside_the_prompt_is_sent_turn_by_turn():
    script = script_of(row(0, "a", "scripted", "p", "scripted", "q", pressure=("p", "q")))

    assert (script.opening, script.turns, script.pressed_from) == ([turn("user", "a")], ["p", "q"], 1)


def test_what_stood_before_the_pressure_stays_as_scripted():
    found = row(0, "a", "a planted fault", "b", "scripted", "p", pressure=("p",))

    script = script_of(found)

    assert [each["content"] for each in script.opening] == ["a", "a planted fault", "b"]
    assert (script.turns, script.pressed_from) == (["p"], 1)


def test_a_prompt_that_begins_with_pressure_is_under_pressure_at_once():
    script = script_of(row(0, "p", "scripted", "q", pressure=("p", "q")))

    assert (script.opening, script.turns, script.pressed_from) == ([turn("user", "p")], ["q"], 0)


def test_a_prompt_may_be_sent_as_it_stands():
    found = row(0, "a", "scripted", "p", pressure=("p",))

    script = script_of(found, replay=False)

    assert (script.opening, script.turns, script.pressed_from) == (found["prompt"], [], 0)


def test_a_prompt_without_pressure_is_never_pressed():
    found = {"prompt": [turn("system", "s"), turn("user", "a")]}

    assert script_of(found) == (found["prompt"], [], 1)
    assert difficulty_of(found) == "easy"
