"""OpenRLHF's data sets and its executor, which loads and calls the reward, on a release."""

import asyncio
import json
import sys
from pathlib import Path
from types import SimpleNamespace as Box
from typing import Any

import tiny
import torch
from datasets import load_dataset
from openrlhf.datasets import PromptDataset, RewardDataset
from openrlhf.utils.agent import SingleTurnAgentExecutor

RELEASE = Path(sys.argv[1])
WORDS = tiny.tokenizer(RELEASE)
SAID = "It speaks against it."


def strategy(**names: str) -> Any:
    data = Box(apply_chat_template=True, tokenizer_chat_template=None, **names)
    return Box(args=Box(data=data), is_rank_0=lambda: False)


class Engine:
    """Says the same to everything, as vLLM would say it."""

    async def generate(self, *_given: Any, **_named: Any) -> Any:
        tokens = WORDS(SAID + "<|im_end|>")["input_ids"]
        return Box(outputs=[Box(token_ids=tokens, text=SAID, finish_reason="stop", logprobs=None)])


def rollout(rubric_key: str) -> dict[str, Any]:
    """One rollout through the executor; it swallows what the reward raises."""
    rows = load_dataset(str(RELEASE), "rl", split="train")
    prompts = PromptDataset(rows, WORDS, strategy(input_key="prompt", label_key=rubric_key))
    _, prompt, label, _ = prompts[1]
    executor = SingleTurnAgentExecutor(str(RELEASE / "rewards" / "rubric_reward.py"))
    wishes = Box(max_tokens=32, logprobs=None)
    done = asyncio.run(executor.execute(prompt, label, wishes, 1024, WORDS, Engine()))
    # What OpenRLHF does with it next.
    tensors = {name: torch.tensor([value]).shape for name, value in done["extra_logs"].items()}
    return {
        "rows": len(prompts),
        "reward": done["reward"],
        "scores": done["scores"],
        "shape": list(torch.tensor([done["reward"]]).shape),
        "logs": {name: list(shape) for name, shape in tensors.items()},
    }


def pairs(*, is_dpo: bool) -> dict[str, Any]:
    rows = load_dataset(str(RELEASE), "preference", split="train")
    keys = {"prompt_key": "prompt", "chosen_key": "chosen", "rejected_key": "rejected"}
    found = RewardDataset(rows, WORDS, 256, strategy(**keys), is_dpo=is_dpo, num_processors=1)
    batch = found.collate_fn([found[0], found[1]])
    texts = WORDS.batch_decode(batch[0][0])
    return {"rows": len(found), "chosen": texts[0], "extra": list(batch[4])}


if __name__ == "__main__":
    told = {"rollout": rollout("rubric_json"), "reward": pairs(is_dpo=False), "dpo": pairs(is_dpo=True)}
    sys.stdout.write("\n" + json.dumps(told))
