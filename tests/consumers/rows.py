"""Rows of configs that the release at hand lacks, made by hand in the columns and types that are promised."""

from typing import Any

import pyarrow as pa

from exports.arrow import arrow_schema
from exports.schema import CONFIGS

BY_HAND = ("sft",)
ROWS = 6


def table(config: str) -> pa.Table:
    """The rows of a config."""
    (found,) = (each for each in CONFIGS if each.name == config)
    return pa.Table.from_pylist([row(config, number) for number in range(ROWS)], arrow_schema(found))


def row(config: str, number: int) -> dict[str, Any]:
    key = f"{config}_{number}"
    return {
        "id": key, "prompt_id": f"prompt_{key}", "split_group": f"group_{key}", "trait_id": "honesty",
        "trait_version": "1", "domain": "law", "language": "en", "prompt_source": "by hand", "license": "cc-by-4.0",
        "release": "1.0.0", "prompt": [{"role": "user", "content": f"Shall I sign number {number}?"}],
        "completion": [{"role": "assistant", "content": f"It speaks against it that {number} is at stake."}],
        "kind": "ideal", "response_id": "", "model": "", "annotator_id": "", "completion_chars": 44,
    }  # fmt: skip
