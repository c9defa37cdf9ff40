"""Our Croissant against its makers' own reader. `./arete test oracles` installs it; other runs pass this by."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.arrow import arrow_schema
from exports.papers.croissant import croissant
from exports.papers.facts import DataFile, Facts, Position
from exports.schema import CONFIGS, MESSAGES, Column

mlcroissant: Any = pytest.importorskip("mlcroissant", reason="./arete test oracles installs it")
ROWS = 3
ONE: dict[str, Any] = {
    "string": "a", "int32": 1, "int64": 1, "float64": 0.5, "bool": True, "strings": ["a", "b"],
    "timestamp": datetime(2026, 1, 2, tzinfo=UTC),
}  # fmt: skip


def value_of(column: Column) -> Any:
    if column.type == MESSAGES:
        return [{"role": "user", "content": "Why?"}, {"role": "user", "content": "And how?"}]
    if column.type == "scores":
        return [{"annotator_id": "ann_1", "score": 2, "response1_shown_first": True, "reasoning": "So."}]
    return ONE.get(column.type)


def make_facts() -> Facts:
    return Facts(
        slug="traits", version="1.0.0", previous=None, cut_at=datetime(2026, 1, 2, tzinfo=UTC), digest="d" * 64,
        terms={
            "name": "Traits", "description": "Pairs.", "license": "cc-by-4.0", "minimum_annotators": 2, "is_demo": False,
        },
        counts={}, codebook=[], languages=["en", "ar"], sources=[], cells=[], n_annotators=3, position=Position(1, 2),
        changed_keys=[], withdrawn_keys=[], earlier=[], gates=[], waivers=[], measures={}, prompt_terms=[],
        output_terms=[],
    )  # fmt: skip


def write_release(folder: Path) -> list[DataFile]:
    """Files of every config, with the columns that releases promise, and their Croissant."""
    files = []
    for config in CONFIGS:
        path = folder / "data" / config.name / "train.parquet"
        path.parent.mkdir(parents=True)
        row = {column.name: value_of(column) for column in config.columns}
        pq.write_table(pa.Table.from_pylist([row] * ROWS, schema=arrow_schema(config)), path)
        digest = sha256(path.read_bytes()).hexdigest()
        name = str(path.relative_to(folder))
        files.append(DataFile(name, config.name, "train", ROWS, 1, path.stat().st_size, digest))
    (folder / "croissant.json").write_bytes(croissant(make_facts(), files))
    return files


def test_it_is_valid_and_all_rows_are_read_back(tmp_path: Path):
    files = write_release(tmp_path)

    dataset = mlcroissant.Dataset(tmp_path / "croissant.json")
    read = {file.config: list(dataset.records(f"{file.config}-train")) for file in files}

    assert not dataset.metadata.ctx.issues.errors
    assert {config: len(rows) for config, rows in read.items()} == {config.name: ROWS for config in CONFIGS}
