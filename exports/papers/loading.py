"""How each consumer loads the configs that are there."""

from collections.abc import Collection

LOAD = """## Load it

```python
from datasets import load_dataset

repo = "organisation/name"  # the name of this repository
pairs = load_dataset(repo, "{config}", revision="{tag}", split="{split}")
```

Pin `revision`: a release never changes, the branch `main` does. Files are plain Parquet under `data/<config>/`, and
`manifest.json` holds the SHA-256 and the number of rows of each."""
CONSUMERS = (
    (
        "preference",
        "TRL (DPO, ORPO, Reward)",
        "python",
        """from trl import DPOConfig, DPOTrainer

DPOTrainer("your/model", args=DPOConfig(output_dir="out"), train_dataset=pairs).train()
# For a margin in RewardTrainer, opt in: pairs.rename_column("preference_strength", "margin")""",
    ),
    (
        "preference",
        "OpenRLHF",
        "sh",
        """--data.prompt_key prompt --data.chosen_key chosen --data.rejected_key rejected --data.apply_chat_template""",
    ),
    (
        "preference",
        "axolotl",
        "yaml",
        """rl: dpo
datasets:
  - path: organisation/name
    name: preference
    revision: {tag}
    split: train
    type: chat_template.default
    field_messages: prompt
    field_chosen: chosen
    field_rejected: rejected""",
    ),
    (
        "unpaired",
        "TRL (KTO)",
        "python",
        """from trl import KTOConfig, KTOTrainer

rows = load_dataset(repo, "unpaired", revision="{tag}", split="train")
KTOTrainer("your/model", args=KTOConfig(output_dir="out"), train_dataset=rows).train()""",
    ),
    (
        "comparisons",
        "Every annotator’s score, ties kept",
        "python",
        """rows = load_dataset(repo, "comparisons", revision="{tag}", split="train")
scores = [[each["score"] for each in row["individual_preference"]] for row in rows]""",
    ),
    (
        "rankings",
        "Listwise",
        "python",
        """rows = load_dataset(repo, "rankings", revision="{tag}", split="train")
best = [min(row["completions"], key=lambda each: each["rank"]) for row in rows]""",
    ),
    (
        "rl",
        "TRL (GRPO)",
        "python",
        """rows = load_dataset(repo, "rl", revision="{tag}", split="train")
# `rubrics` reaches your reward function by name: f(prompts, completions, rubrics, **columns) -> list[float]""",
    ),
    (
        "rl",
        "verl",
        "sh",
        """data.train_files=data/rl/train.parquet data.prompt_key=prompt data.reward_fn_key=data_source""",
    ),
    (
        "sft",
        "TRL (SFT)",
        "python",
        """from trl import SFTConfig, SFTTrainer

rows = load_dataset(repo, "sft", revision="{tag}", split="train")
SFTTrainer("your/model", args=SFTConfig(output_dir="out"), train_dataset=rows).train()""",
    ),
    (
        "ratings",
        "Aggregate anew",
        "python",
        """rows = load_dataset(repo, "ratings", revision="{tag}", split="train")
judged = rows.filter(lambda row: not row["skipped"])""",
    ),
    (
        "benchmark",
        "Inspect",
        "python",
        """from inspect_ai.dataset import FieldSpec, hf_dataset

samples = hf_dataset(repo, "test", name="benchmark", revision="{tag}", sample_fields=FieldSpec(input="prompt", target="target"))""",
    ),
)
"""Config, consumer, language and words; shown when the release has the config."""


def loading(config: str, split: str, tag: str, present: Collection[str]) -> str:
    """Return how to load the default config, and what each consumer does with which."""
    parts = [LOAD.format(config=config, tag=tag, split=split)]
    for name, consumer, language, words in CONSUMERS:
        if name in present:
            snippet = words.replace("{tag}", tag)
            parts.append(f"**{consumer}**, from `{name}`:\n\n```{language}\n{snippet}\n```")
    return "\n\n".join(parts)
