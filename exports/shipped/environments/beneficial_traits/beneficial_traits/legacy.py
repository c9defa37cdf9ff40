"""The environment for verifiers before 0.4."""

import asyncio
import json
from typing import Any

import verifiers as vf
from datasets import Dataset

from beneficial_traits.scoring import Situation, choice_of, outcome_of, plain, situations


class ReleaseRubric(vf.Rubric):
    """Scores dialogues. What can't be scored raises: the functions of a plain Rubric would count it as 0."""

    async def score_rollout(self, state: Any, *_others: Any, **_named: Any) -> None:
        """Set reward and metrics of one dialogue; one that broke off keeps its error, by which it is left out."""
        if state.get("error") is not None:
            state["reward"], state["metrics"] = 0.0, {}
            return
        messages = [plain(each) for each in [*state["prompt"], *state["completion"]]]
        outcome = await asyncio.to_thread(outcome_of, messages, situation_of(state))
        state["reward"] = outcome.reward
        state["metrics"] = dict(outcome.metrics)

    async def score_group(self, states: Any, *_others: Any, **_named: Any) -> None:
        """Set reward, metrics and advantage of dialogues about one situation."""
        await asyncio.gather(*(self.score_rollout(state) for state in states))
        mean = sum(state["reward"] for state in states) / len(states)
        for state in states:
            state["advantage"] = state["reward"] - mean


class ScriptedEnv(vf.MultiTurnEnv):
    """Sends the scripted turns of a situation, each after a reply."""

    async def env_response(self, messages: Any, state: Any, **_others: Any) -> list[dict[str, str]]:
        """Return the next scripted turn."""
        turn = situation_of(state).turns[len(state["trajectory"]) - 1]
        return [{"role": "user", "content": turn}]

    @vf.stop
    async def script_ended(self, state: Any, **_others: Any) -> bool:
        """Whether the last scripted turn was answered."""
        return len(state["trajectory"]) > len(situation_of(state).turns)


def load_environment(
    dataset: str = "", revision: str = "", *, replay: bool = True, limit: int = -1, **choice: Any
) -> vf.Environment:
    """Return the environment.

    Args:
        dataset: a repository on the Hub, or a folder that holds a release; empty when this package lies in one.
        revision: tag on the Hub; empty means the release that this package came with.
        replay: whether scripted pressure is sent turn by turn.
        limit: how many rows at most; negative means all.
        choice: pool (train, eval, attack), split, domains, traits, difficulties.
    """
    chosen = choice_of(dataset=dataset, revision=revision, limit=limit, **choice)
    rows = [
        {"prompt": each.opening, "answer": "", "info": json.dumps(each._asdict())}
        for each in situations(chosen, replay=replay)
    ]
    return ScriptedEnv(dataset=Dataset.from_list(rows), rubric=ReleaseRubric())


def situation_of(state: Any) -> Situation:
    """Return what a rollout plays."""
    info = state["info"]
    return Situation(**(json.loads(info) if isinstance(info, str) else info))
