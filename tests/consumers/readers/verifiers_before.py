"""Dialogues with an endpoint through verifiers 0.3.1 and the environment that ships."""

import json
import os
import sys
from typing import Any

import verifiers as vf
from verifiers.types import ClientConfig

RELEASE = sys.argv[1]


def play(pool: str, **wishes: Any) -> list[dict[str, Any]]:
    env = vf.load_environment("beneficial-traits", dataset=RELEASE, pool=pool, **wishes)
    client = ClientConfig(api_base_url=os.environ["OPENAI_BASE_URL"], api_key_var="OPENAI_API_KEY")
    done = env.evaluate_sync(client=client, model="policy", num_examples=-1, rollouts_per_example=2)
    return [told(each) for each in done["outputs"]]


def told(output: Any) -> dict[str, Any]:
    names = ("reward", "metrics", "error")
    return {name: output.get(name) for name in names} | {"turns": len(output["completion"])}


if __name__ == "__main__":
    found = {"train": play("train", limit=1), "hard": play("attack", difficulties=["hard"], limit=1)}
    sys.stdout.write("\n" + json.dumps(found, default=str))
