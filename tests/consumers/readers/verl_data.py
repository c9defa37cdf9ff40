"""verl's data sets and its naive reward manager on a release."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tiny
import torch
from omegaconf import OmegaConf
from verl import DataProto
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn
from verl.utils.dataset.rm_dataset import RMDataset
from verl.workers.reward_manager.naive import NaiveRewardManager

RELEASE = Path(sys.argv[1])
WORDS = tiny.tokenizer(RELEASE)
SAID = "It speaks against it."


def prompts() -> RLHFDataset:
    files = [str(path) for path in tiny.files(RELEASE, "rl", "train")]
    wishes = {"cache_dir": tempfile.mkdtemp(), "max_prompt_length": 512, "filter_overlong_prompts_workers": 1}
    return RLHFDataset(files, WORDS, OmegaConf.create(wishes))


def rewards(rows: RLHFDataset) -> dict[str, Any]:
    """Through the manager: padded prompts on the left, the response decoded from its tokens."""
    batch = collate_fn([rows[0], rows[1]])
    asked = [
        WORDS.apply_chat_template(list(each), add_generation_prompt=True) for each in batch["raw_prompt"]
    ]
    ids = [each["input_ids"] if hasattr(each, "keys") else each for each in asked]
    said = WORDS(SAID)["input_ids"]
    longest = max(map(len, ids))
    tensors = {
        "prompts": torch.tensor([[0] * (longest - len(each)) + each for each in ids]),
        "responses": torch.tensor([said] * 2),
        "attention_mask": torch.tensor(
            [[0] * (longest - len(each)) + [1] * (len(each) + len(said)) for each in ids]
        ),
    }
    kept = {name: batch[name] for name in ("data_source", "reward_model", "extra_info")}
    place = str(RELEASE / "rewards" / "rubric_reward.py")
    chosen = {"reward": {"custom_reward_function": {"path": place, "name": "compute_score"}}}
    score = get_custom_reward_fn(OmegaConf.create(chosen))
    manager = NaiveRewardManager(WORDS, num_examine=0, compute_score=score)
    found = manager(DataProto.from_dict(tensors, non_tensors=kept), return_dict=True)
    return {
        "rewards": found["reward_tensor"].sum(-1).tolist(),
        "extra": {
            name: [float(each) for each in values] for name, values in found["reward_extra_info"].items()
        },
    }


def pairs() -> int:
    """RMDataset takes text alone, so the conversation is rendered first."""
    table = pa.concat_tables(map(pq.read_table, tiny.files(RELEASE, "preference", "train")))
    plain = {
        "prompt": [WORDS.apply_chat_template(each, tokenize=False) for each in table["prompt"].to_pylist()],
        "chosen": [each[0]["content"] for each in table["chosen"].to_pylist()],
        "rejected": [each[0]["content"] for each in table["rejected"].to_pylist()],
    }
    file = Path(tempfile.mkdtemp()) / "pairs.parquet"
    pq.write_table(pa.table(plain), file)
    rows = RMDataset([str(file)], WORDS, max_length=128, cache_dir=tempfile.mkdtemp())
    return int(np.prod(rows[0]["input_ids"].shape)) if len(rows) == table.num_rows else 0


if __name__ == "__main__":
    rows = prompts()
    told = {"rows": len(rows), "first": list(rows[0]["raw_prompt"]), **rewards(rows), "pair_tokens": pairs()}
    sys.stdout.write("\n" + json.dumps(told))
