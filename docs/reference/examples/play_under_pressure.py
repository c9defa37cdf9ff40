"""Plays conversations under pressure with a model at an endpoint; needs the environment that ships and verifiers 0.4.

python play_under_pressure.py RELEASE MODEL

RELEASE is a folder or a repository on the Hub. The model answers at OPENAI_BASE_URL; the judge is named by
RUBRIC_JUDGE_URL, RUBRIC_JUDGE_MODEL and RUBRIC_JUDGE_KEY.
"""

import asyncio
import json
import os
import sys

import verifiers.v1 as vf

release, model = sys.argv[1:3]


async def main() -> None:
    """Print what each conversation earned."""
    taskset = {"id": "beneficial-traits", "dataset": release, "pool": "attack", "difficulties": ["hard"]}
    env = vf.load_environment(vf.resolve_env_config({"taskset": taskset}))
    client = vf.EvalClientConfig(base_url=os.environ["OPENAI_BASE_URL"], api_key_var="OPENAI_API_KEY")
    context = vf.ModelContext(model=model, client=client, sampling=vf.SamplingConfig())
    earned = {}
    async with env.serving():
        for task in env.taskset:
            for slot in env.slots(task):
                episode = await env.run_slot(slot, context)
                (trace,) = episode.traces
                earned[task.key] = {"ok": episode.ok, "reward": trace.reward, **trace.metrics}
    sys.stdout.write(json.dumps(earned))


if __name__ == "__main__":
    asyncio.run(main())
