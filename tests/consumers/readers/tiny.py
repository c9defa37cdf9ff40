"""Models and a tokenizer of a few thousand weights, made of the data at hand: nothing is downloaded."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerFast,
)

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ["<|pad|>", "<|im_start|>", "<|im_end|>"]


def files(release: Path, config: str, split: str) -> list[Path]:
    """One file, or a folder with a file for each domain."""
    folder = release / "data" / config
    return sorted([*folder.glob(f"{split}.parquet"), *folder.glob(f"{split}/*.parquet")])


def tokenizer(release: Path) -> PreTrainedTokenizerFast:
    """A tokenizer trained on the release's prompts."""
    texts = [
        message["content"]
        for file in files(release, "preference", "train")
        for row in pq.read_table(file, columns=["prompt", "chosen"]).to_pylist()
        for message in [*row["prompt"], *row["chosen"]]
    ]
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=400, special_tokens=SPECIAL, initial_alphabet=alphabet)
    )
    whole = PreTrainedTokenizerFast(tokenizer_object=made, pad_token=SPECIAL[0], eos_token=SPECIAL[2])
    whole.chat_template = TEMPLATE
    return whole


def config(words: PreTrainedTokenizerFast, **fields: Any) -> LlamaConfig:
    """The smallest model that is one."""
    return LlamaConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        pad_token_id=words.pad_token_id,
        bos_token_id=None,
        eos_token_id=words.eos_token_id,
        **fields,
    )


def policy(words: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A model with random weights."""
    torch.manual_seed(0)
    return LlamaForCausalLM(config(words))


def saved(words: PreTrainedTokenizerFast, folder: Path) -> str:
    """The model and its tokenizer in a folder, as trainers want to be given one by name."""
    words.save_pretrained(folder)
    policy(words).save_pretrained(folder)
    return str(folder)


def judge_of_pairs(words: PreTrainedTokenizerFast) -> LlamaForSequenceClassification:
    """A reward model with random weights."""
    torch.manual_seed(0)
    return LlamaForSequenceClassification(config(words, num_labels=1))
