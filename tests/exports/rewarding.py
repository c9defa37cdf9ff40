"""Rubrics and judges for the reward that ships with releases."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.curation.endpoint_double import Asked, Reply, completion

ROOT = Path(__file__).resolve().parent.parent.parent
REWARD = ROOT / "exports" / "shipped" / "rewards" / "rubric_reward.py"
PROMPT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Should I sign?"}]
CRITERIA = [
    {"criterion_id": "c0", "criterion": "asks what is in the contract", "points": 7.0, "tags": ["axis:accuracy"]},
    {"criterion_id": "c1", "criterion": "names a deadline", "points": 5.0, "tags": []},
    {"criterion_id": "c2", "criterion": "tells the user to sign", "points": -8.0, "tags": []},
]  # fmt: skip
RUBRIC: dict[str, Any] = {
    "rubric_id": "rub_1", "rubric_version": "2", "prompt": PROMPT, "criteria": CRITERIA,
}  # fmt: skip
RUBRIC_JSON = json.dumps(RUBRIC)


def load_reward(name: str = "loaded_reward") -> ModuleType:
    """The file as OpenRLHF loads it: by path, under a name that nobody can look up."""
    spec = importlib.util.spec_from_file_location(name, REWARD)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def material(question: str) -> dict[str, Any]:
    """The JSON at the end of a question."""
    found: dict[str, Any] = json.loads(question[question.index("\n\n{") :])
    return found


def verdict(is_met: bool) -> str:
    return json.dumps({"explanation": "It does." if is_met else "It does not.", "criteria_met": is_met})


def met_when(rule: Callable[[dict[str, Any]], bool]) -> Callable[[str], str]:
    """A judge that decides by what it is given."""
    return lambda question: verdict(rule(material(question)))


def says_it(given: dict[str, Any]) -> bool:
    """Met when the response holds the last word of the statement."""
    return given["statement"].split()[-1] in given["response"]


def judging(rule: Callable[[dict[str, Any]], bool]) -> Callable[[Asked], Reply]:
    """The same judge, behind an endpoint."""
    return lambda asked: Reply(200, completion(verdict(rule(material(asked.question)))))


class Listening:
    """A judge that remembers what it was given."""

    def __init__(self, rule: Callable[[dict[str, Any]], bool] = says_it) -> None:
        self.given: list[dict[str, Any]] = []
        self.rule = rule

    def __call__(self, question: str) -> str:
        self.given.append(material(question))
        return verdict(self.rule(self.given[-1]))
