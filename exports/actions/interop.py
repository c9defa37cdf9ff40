"""Writes the files for readers who want another shape than the configs have, derived from the same frozen rows."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

from exports.actions.shards import Shard
from exports.actions.writing import Job
from exports.models import Release
from exports.papers.facts import DataFile
from exports.schema import SPLITS, TEST

QUERIES = Path(__file__).resolve().parent.parent / "interop"
CHUNK = 500
TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
GRADER = {
    "type": "score_model",
    "name": "rubric",
    "model": "gpt-4.1-2025-04-14",
    "range": [0, 1],
    "input": [
        {
            "role": "system",
            "content": "You hold a response against a rubric. For each criterion decide whether it is met; one with "
            "negative points is met when the undesirable thing happens. Answer with the points of all met criteria "
            "divided by the sum of all positive points, not below 0.",
        },
        {"role": "user", "content": "Rubric:\n{{ item.rubric }}\n\nResponse:\n{{ sample.output_text }}"},
    ],
    "sampling_params": {"temperature": 0, "seed": 0},
}


class Derived(NamedTuple):
    """One kind of derived file."""

    query: str
    config: str
    """The config whose rows it holds."""
    path: str
    splits: tuple[str, ...] = SPLITS


DERIVED = (
    Derived("llamafactory_preference", "preference", "llamafactory/preference_{split}.jsonl"),
    Derived("llamafactory_kto", "unpaired", "llamafactory/kto_{split}.jsonl"),
    Derived("nemo_rl", "preference", "nemo_rl/preference_{split}.jsonl"),
    Derived("healthbench_rl", "rl", "healthbench/rl_{split}.jsonl"),
    Derived("healthbench_benchmark", "benchmark", "healthbench/benchmark.jsonl", (TEST,)),
    Derived("rewardbench2", "preference", "rewardbench2/test.jsonl", ("test_heldout_domain",)),
    Derived("openai_preference", "preference", "openai_preference/{split}.jsonl"),
    Derived("openai_rft", "rl", "openai_rft/{split}.jsonl"),
)


def interop_jobs(release: Release, folder: Path, shards: list[Shard]) -> Iterator[Job]:
    """Yield what writes the derived files of those configs that have files of data.

    Args:
        release: a frozen release.
        folder: its folder.
        shards: its files of data.
    """
    rows: Counter[tuple[str, str]] = Counter()
    for shard in shards:
        rows[shard.config.name, shard.split] += shard.span
    for derived in DERIVED:
        for split in derived.splits:
            if count := rows[derived.config, split]:
                path = f"interop/{derived.path.format(split=split)}"
                yield Job(count, partial(write_derived, release, folder / path, path, (derived.query, split)))


def write_derived(release: Release, target: Path, path: str, wanted: tuple[str, str]) -> DataFile | None:
    """Write one derived file: a query, for a split. None, and no file, when it would be empty."""
    try:
        return write_lines(target, path, wanted[1], lines(release, *wanted))
    finally:
        # A thread of its own does it, and nobody else closes what that opened.
        connection.close()


def lines(release: Release, query: str, split: str) -> Iterator[list[str]]:
    """Yield the lines of one file, some at a time; the database keeps what was not asked for yet."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute((QUERIES / f"{query}.sql").read_text(), {"release": release.pk, "split": split})
        while rows := cursor.fetchmany(CHUNK):
            yield [line for (line,) in rows]


def write_lines(target: Path, path: str, split: str, found: Iterable[list[str]]) -> DataFile | None:
    """Write lines to a file, durably; None, and no file, when there are none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size, count = sha256(), 0, 0
    with target.open("wb") as file:
        for some in found:
            content = "\n".join([*some, ""]).encode()
            file.write(content)
            digest.update(content)
            size, count = size + len(content), count + len(some)
        file.flush()
        os.fsync(file.fileno())
    if not count:
        target.unlink()
        return None
    return DataFile(path, "", split, count, size, size, digest.hexdigest())


def described(files: list[DataFile]) -> dict[str, bytes]:
    """Return the content of those files that say how the derived ones are read, by path."""
    names = [file.path.rpartition("/")[2] for file in files if file.path.startswith("interop/llamafactory/")]
    llama = {name.removesuffix(".jsonl"): dataset_info(name) for name in names}
    found: dict[str, Any] = {}
    if llama:
        found["interop/llamafactory/dataset_info.json"] = llama
    if any(file.path.startswith("interop/openai_rft/") for file in files):
        found["interop/openai_rft/grader.json"] = GRADER
    return {
        path: f"{json.dumps(content, indent=2, sort_keys=True)}\n".encode() for path, content in found.items()
    }


def dataset_info(name: str) -> dict[str, Any]:
    """Return how LLaMA-Factory reads one file."""
    common = {"file_name": name, "formatting": "sharegpt", "tags": {**TAGS, "system_tag": "system"}}
    if name.startswith("kto"):
        return common | {"columns": {"messages": "conversations", "kto_tag": "kto_tag"}}
    columns = {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"}
    return common | {"ranking": True, "columns": columns}
