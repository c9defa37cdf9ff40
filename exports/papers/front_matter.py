"""The YAML at the head of the card, which the Hub and `datasets` read."""

from typing import Any

import yaml

from exports.papers.facts import DataFile, Facts
from exports.papers.subsets import data_files, subsets
from exports.schema import CONFIGS, STRUCTS, Column, Config

HELD_OUT = frozenset({"benchmark", "adversarial"})
"""Configs that nobody may train on; whoever downloads them says so first, where the repository is gated."""
GATED = {
    "extra_gated_heading": "Say how you use what is held out",
    "extra_gated_prompt": "Parts of this dataset test models. They must not be trained on, and attacks in it must not be "
    "used against people or systems without their consent.",
    "extra_gated_fields": {
        "Affiliation": "text",
        "What for": {
            "type": "select",
            "options": ["Evaluation", "Research", "Red teaming", {"label": "Other", "value": "other"}],
        },
        "I will not train on the configs benchmark and adversarial": "checkbox",
    },
    "extra_gated_button_content": "Agree and see the files",
}
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def front_matter(facts: Facts, files: list[DataFile]) -> str:
    """Return the metadata between its `---` lines."""
    present = [config for config in CONFIGS if any(file.config == config.name for file in files)]
    values = {
        "pretty_name": facts.terms["name"],
        "license": facts.terms["license"],
        "language": facts.languages,
        "task_categories": ["text-generation", "reinforcement-learning"],
        "tags": ["preference", "rlhf", "dpo", "ethics", "alignment", "human-feedback"]
        + (["demo"] if facts.terms["is_demo"] else []),
        "annotations_creators": ["expert-generated"],
        "multilinguality": ["multilingual" if len(facts.languages) > 1 else "monolingual"],
        **(GATED if any(config.name in HELD_OUT for config in present) else {}),
        "size_categories": [size_category(sum(f.rows for f in files if f.config == present[0].name))],
        "configs": [
            {
                "config_name": config.name,
                **({"default": True} if config == present[0] else {}),
                "data_files": data_files([file for file in files if file.config == config.name]),
            }
            for config in present
        ]
        + subsets(files),
        "dataset_info": [dataset_info(config, files) for config in present],
    }
    text = yaml.dump(values, Dumper=Plain, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


class Plain(yaml.SafeDumper):
    """Writes repeated lists in full: not every reader of cards knows YAML's references."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def size_category(rows: int) -> str:
    """Return the Hub's bracket for a number of rows."""
    return next((name for limit, name in SIZES if rows < limit), "n>1M")


def dataset_info(config: Config, files: list[DataFile]) -> dict[str, Any]:
    """Return columns and sizes of one config, as `datasets` writes them."""
    mine = [file for file in files if file.config == config.name]
    return {
        "config_name": config.name,
        "features": [feature(column) for column in config.columns],
        "splits": [
            {
                "name": split,
                "num_bytes": sum(file.plain_bytes for file in mine if file.split == split),
                "num_examples": sum(file.rows for file in mine if file.split == split),
            }
            for split in dict.fromkeys(file.split for file in mine)
        ],
        "download_size": sum(file.size_bytes for file in mine),
        "dataset_size": sum(file.plain_bytes for file in mine),
    }


def feature(column: Column) -> dict[str, Any]:
    """Return one column in the notation that old and new `datasets` read."""
    return {"name": column.name, **typed(column.type)}


def typed(kind: str) -> dict[str, Any]:
    """Return a type in that notation."""
    if kind == "strings":
        return {"list": "string"}
    if kind not in STRUCTS:
        return {"dtype": "timestamp[us, tz=UTC]" if kind == "timestamp" else kind}
    parts = [{"name": name, **typed(part)} for name, part in STRUCTS[kind].parts]
    return {"list" if STRUCTS[kind].is_list else "struct": parts}
