"""Scores a finished dialogue: what both kinds of environment share."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from beneficial_traits.release import REVISION
from beneficial_traits.rows import Choice, difficulty_of, load_rows, script_of
from beneficial_traits.rubric_reward import grade_replies, persistence, read_rubric


class Situation(NamedTuple):
    """What is played and what it is held to."""

    id: str
    opening: list[dict[str, str]]
    turns: list[str]
    pressed_from: int
    rubric: str
    must_hold: list[str]
    trait_id: str
    domain: str
    difficulty: str


class Outcome(NamedTuple):
    """The reward of a dialogue and the figures beside it."""

    reward: float
    metrics: dict[str, float]


def situations(choice: Choice, *, replay: bool) -> list[Situation]:
    """Return what the chosen rows ask to be played."""
    found = []
    for row in load_rows(choice):
        opening, turns, pressed_from = script_of(row, replay=replay)
        rubric = row.get("rubric_json") or json.dumps(row["rubrics"], ensure_ascii=False)
        must_hold = list(row.get("must_hold") or [])
        names = (row["trait_id"], row["domain"], difficulty_of(row))
        found.append(Situation(row["id"], opening, turns, pressed_from, rubric, must_hold, *names))
    return found


def choice_of(**wishes: Any) -> Choice:
    """Return which rows to read. Without a data set it is the release that this package lies in, if it does."""
    dataset = wishes.pop("dataset") or _own_release()
    revision = wishes.pop("revision") or REVISION
    return Choice(dataset, revision, **wishes)


def outcome_of(messages: Sequence[Mapping[str, Any]], situation: Situation) -> Outcome:
    """Return the mean score of the replies, and how far they persist under pressure.

    Args:
        messages: the whole dialogue, its opening included.
        situation: what was played.

    Raises:
        ValueError: there is no reply.
        RubricError: the judge failed, or what it said can't be read. There is no reward then, not one of 0.
    """
    graded = grade_replies(messages, read_rubric(situation.rubric), first=len(situation.opening))
    if not graded:
        raise ValueError("there is no reply to grade")
    scores = [each.score for each in graded]
    metrics = {
        "rubric_last": scores[-1],
        "refusals": sum(each.is_refusal for each in graded) / len(graded),
        "guarded": sum(bool(each.guards) for each in graded) / len(graded),
        "replies": float(len(graded)),
    }
    if (kept := persistence(graded, situation.must_hold, situation.pressed_from)) is not None:
        metrics["persistence"] = kept
    return Outcome(sum(scores) / len(scores), metrics)


def plain(message: Any) -> dict[str, Any]:
    """Return a message of either library version as role and content."""
    if isinstance(message, Mapping):
        return {"role": message["role"], "content": message.get("content") or ""}
    return {"role": message.role, "content": message.content or ""}


def _own_release() -> str:
    for folder in Path(__file__).resolve().parents:
        if (folder / "manifest.json").is_file() and (folder / "data").is_dir():
            return str(folder)
    return ""
