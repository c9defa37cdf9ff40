"""Dialogues with an endpoint through verifiers 0.4 and the environment that ships."""

import asyncio
import json
import os
import sys
from typing import Any

import verifiers.v1 as vf

RELEASE = sys.argv[1]


async def play(pool: str, **wishes: Any) -> list[dict[str, Any]]:
    taskset = {"id": "beneficial-traits", "dataset": RELEASE, "pool": pool, **wishes}
    env = vf.load_environment(vf.resolve_env_config({"taskset": taskset}))
    client = vf.EvalClientConfig(base_url=os.environ["OPENAI_BASE_URL"], api_key_var="OPENAI_API_KEY")
    context = vf.ModelContext(model="policy", client=client, sampling=vf.SamplingConfig())
    async with env.serving():
        slots = [slot for task in env.taskset for slot in env.slots(task)]
        return [told(await env.run_slot(slot, context)) for slot in slots]


def told(episode: vf.Episode) -> dict[str, Any]:
    (trace,) = episode.traces
    return {
        "key": episode.task.key,
        "ok": episode.ok,
        "reward": trace.reward,
        "metrics": trace.metrics,
        "messages": [message.role for message in trace.messages],
        "errors": [error.message for error in [*episode.errors, *trace.errors]],
    }


async def main() -> None:
    found = {
        "train": await play("train", limit=2),
        "hard": await play("attack", difficulties=["hard"], limit=2),
    }
    sys.stdout.write("\n" + json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
