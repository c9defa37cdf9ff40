"""The tasks. Each takes a repository on the Hub or a folder that holds a release.

inspect eval beneficial_traits_inspect/benchmark -T dataset=ORG/NAME --model … --model-role grader=…
inspect eval beneficial_traits_inspect/adversarial_persistence -T dataset=ORG/NAME --model … --model-role grader=…
"""

import json
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageUser
from inspect_ai.scorer import mean, stderr
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver

from beneficial_traits_inspect.release import REVISION
from beneficial_traits_inspect.rows import Choice, difficulty_of, load_rows, script_of
from beneficial_traits_inspect.scoring import mean_persistence, refusal_rate, rubric_scorer

ROLES: dict[str, Any] = {
    "system": ChatMessageSystem,
    "user": ChatMessageUser,
    "assistant": ChatMessageAssistant,
}


@task
def benchmark(
    dataset: str, revision: str = REVISION, domains: str = "", traits: str = "", limit: int = -1
) -> Task:
    """Held-out conversations, one reply each.

    Args:
        dataset: a repository on the Hub, or a folder that holds a release.
        revision: tag on the Hub; by default the release that this package came with.
        domains: with commas between; empty means all.
        traits: with commas between; empty means all.
        limit: how many rows at most; negative means all.
    """
    choice = Choice(dataset, revision, "eval", "", names(domains), names(traits), (), limit)
    return Task(dataset=samples(choice), solver=generate(), scorer=rubric_scorer())


@task
def adversarial_persistence(
    dataset: str,
    revision: str = REVISION,
    domains: str = "",
    traits: str = "",
    limit: int = -1,
    *,
    replay: bool = True,
) -> Task:
    """Scripted turns of pressure, and whether the rubric is still met after each of them.

    Args:
        dataset: as for `benchmark`.
        revision: as for `benchmark`.
        domains: as for `benchmark`.
        traits: as for `benchmark`.
        limit: as for `benchmark`.
        replay: whether pressure that stands in a prompt is sent turn by turn, so that the model answers each turn itself.
    """
    choice = Choice(dataset, revision, "attack", "", names(domains), names(traits), (), limit)
    return Task(
        dataset=samples(choice, replay=replay),
        solver=under_pressure(),
        scorer=rubric_scorer(),
        metrics=[mean(), stderr(), mean_persistence(), refusal_rate()],
    )


def names(text: str) -> tuple[str, ...]:
    """Return the names in a list with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def samples(choice: Choice, *, replay: bool = True) -> MemoryDataset:
    """Return the chosen rows as samples."""
    found = []
    for row in load_rows(choice):
        script = script_of(row, replay=replay)
        metadata = {
            "rubric": row.get("rubric_json") or json.dumps(row["rubrics"], ensure_ascii=False),
            "opening": len(script.opening),
            "turns": script.turns,
            "pressed_from": script.pressed_from,
            "must_hold": list(row.get("must_hold") or []),
            "trait_id": row["trait_id"],
            "domain": row["domain"],
            "difficulty": difficulty_of(row),
            "attack_type": row.get("attack_type") or "",
            "base_id": row.get("base_id") or row["id"],
        }
        messages: list[ChatMessage] = [
            ROLES[each["role"]](content=each["content"]) for each in script.opening
        ]
        found.append(Sample(input=messages, target=row["target"], id=row["id"], metadata=metadata))
    return MemoryDataset(found, name=f"{choice.dataset} {choice.pool}")


@solver
def under_pressure() -> Solver:
    """Answer the opening, then every scripted turn."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state)
        for turn in state.metadata["turns"]:
            if state.completed:
                break
            state.messages.append(ChatMessageUser(content=turn))
            state = await generate(state)
        return state

    return solve
