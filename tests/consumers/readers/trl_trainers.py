"""Two steps of each of TRL's trainers on a release, with nothing renamed but what the text says."""

import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tiny
import trl
from datasets import load_dataset

RELEASE = Path(sys.argv[1])
WORDS = tiny.tokenizer(RELEASE)
MODEL = tiny.saved(WORDS, Path(tempfile.mkdtemp()))
STEPS = 2


def rows(config: str) -> Any:
    return load_dataset(str(RELEASE), config, split="train")


def settings(kind: Callable[..., Any], **fields: Any) -> Any:
    return kind(
        output_dir=tempfile.mkdtemp(),
        max_steps=STEPS,
        per_device_train_batch_size=2,
        logging_steps=1,
        report_to=[],
        use_cpu=True,
        bf16=False,
        save_strategy="no",
        disable_tqdm=True,
        **fields,
    )


def losses(trainer: Any) -> dict[str, Any]:
    trainer.train()
    history = trainer.state.log_history
    found = {
        "steps": trainer.state.global_step,
        "losses": [each["loss"] for each in history if "loss" in each],
    }
    found["logged"] = sorted({name for each in history for name in each})
    return found


def dpo() -> dict[str, Any]:
    return losses(
        trl.DPOTrainer(
            MODEL, args=settings(trl.DPOConfig), train_dataset=rows("preference"),
            processing_class=WORDS,
        )
    )  # fmt: skip


def reward() -> dict[str, Any]:
    pairs = rows("preference").rename_column("preference_strength", "margin")
    model = tiny.judge_of_pairs(WORDS)
    return losses(
        trl.RewardTrainer(model, args=settings(trl.RewardConfig), train_dataset=pairs, processing_class=WORDS)
    )


def kto() -> dict[str, Any]:
    return losses(
        trl.KTOTrainer(
            MODEL, args=settings(trl.KTOConfig), train_dataset=rows("unpaired"),
            processing_class=WORDS,
        )
    )  # fmt: skip


def sft() -> dict[str, Any]:
    return losses(
        trl.SFTTrainer(
            MODEL,
            args=settings(trl.SFTConfig),
            train_dataset=rows("sft"),
            processing_class=WORDS,
        )
    )


def grpo() -> dict[str, Any]:
    place = RELEASE / "rewards" / "rubric_reward.py"
    spec = importlib.util.spec_from_file_location("rubric_reward", place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    seen: list[list[float]] = []

    def rubric_reward(**given: Any) -> list[float]:
        seen.append(module.rubric_reward(**given))
        return seen[-1]

    args = settings(trl.GRPOConfig, num_generations=2, max_completion_length=8)
    trainer = trl.GRPOTrainer(
        MODEL, reward_funcs=rubric_reward, args=args, train_dataset=rows("rl"),
        processing_class=WORDS,
    )  # fmt: skip
    return {**losses(trainer), "rewards": seen}


if __name__ == "__main__":
    trainers = {"dpo": dpo, "reward": reward, "kto": kto, "sft": sft, "grpo": grpo}
    sys.stdout.write(json.dumps({name: run() for name, run in trainers.items() if name in sys.argv[2:]}))
