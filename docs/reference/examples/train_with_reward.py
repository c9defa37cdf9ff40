"""GRPO on a release with the reward that ships with it.

python train_with_reward.py RELEASE MODEL STEPS

RELEASE is a folder: snapshot_download("ORG/NAME", repo_type="dataset", revision="v1.2.0") returns one. The judge is
named by RUBRIC_JUDGE_URL, RUBRIC_JUDGE_MODEL and RUBRIC_JUDGE_KEY.
"""

import sys
from pathlib import Path

from datasets import load_dataset
from trl import GRPOConfig, GRPOTrainer

release, model, steps = sys.argv[1:4]
sys.path.insert(0, str(Path(release) / "rewards"))

from rubric_reward import configure, rubric_reward  # noqa: E402 - it lies in the release.

configure(max_chars=8000, log="verdicts.jsonl")
trainer = GRPOTrainer(
    model=model,
    reward_funcs=rubric_reward,
    train_dataset=load_dataset(release, "rl", split="train"),
    args=GRPOConfig(
        output_dir="out",
        max_steps=int(steps),
        num_generations=2,
        per_device_train_batch_size=2,
        max_completion_length=16,
        report_to=[],
        use_cpu=True,
        bf16=False,
    ),
)
trainer.train()
