"""Every config by repository, name and tag, whole and streamed; and the card as `mlcroissant` and Inspect would find it."""

import json
import sys
from typing import Any

from datasets import get_dataset_config_names, load_dataset

REPO, TAG = sys.argv[2:4]


def counts(config: str, *, streaming: bool) -> dict[str, int]:
    found = load_dataset(REPO, config, revision=TAG, streaming=streaming)
    return {str(split): sum(1 for _ in rows) for split, rows in found.items()}


if __name__ == "__main__":
    told: dict[str, Any] = {}
    for config in get_dataset_config_names(REPO, revision=TAG):
        told[config] = [counts(config, streaming=False), counts(config, streaming=True)]
    sys.stdout.write("\n" + json.dumps(told))
