"""Benchmarks: read from files, kept as hashes, and what stands in them."""

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from curation.actions.benchmarks import (
    BenchmarkFacts,
    add_benchmark,
    folder_of,
    newest_load,
)
from curation.actions.contamination import KIND, start_contaminate
from curation.models import Benchmark, Contamination
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_scenario

pytestmark = pytest.mark.django_db
QUESTION = "What should a nurse do when a brother asks about the diagnosis of somebody asleep"
OTHER = "Which of the following statements about the ethics of placebos is held by most physicians today"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(content: str | bytes, name: str = "bench.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def add(content: str | bytes, name: str = "bench.txt", **facts: Any) -> tuple[Benchmark, Run]:
    """Add a benchmark and read it, but hold nothing against it yet."""
    whole = BenchmarkFacts(**{"name": f"Benchmark {Benchmark.objects.count()}", **facts})
    benchmark = add_benchmark(whole, upload(content, name), actor=None)
    run = newest_load(benchmark)
    assert run
    run = perform_now(run)
    benchmark.refresh_from_db()
    return benchmark, run


def contaminate() -> Run:
    return perform_now(start_contaminate())


def findings() -> dict[str, float]:
    return {each.scenario.messages[0]["content"]: each.coverage for each in Contamination.objects.all()}


def test_only_hashes_of_a_benchmark_are_kept() -> None:
    benchmark, run = add(f"{QUESTION}?\n\n{OTHER}.\n{QUESTION.upper()}")

    assert (run.state, run.result) == ("done", {"entries": 3, "grams": 17})
    # Fifteen words hold eight runs of eight, sixteen hold nine; the third line says the first again.
    assert (benchmark.entries, benchmark.grams_total, benchmark.grams.count()) == (3, 17, 17)
    assert benchmark.is_active
    assert not folder_of(benchmark).exists()
    assert Run.objects.get(kind=KIND).state == "queued"


@pytest.mark.parametrize(
    ("name", "content", "column"),
    [
        ("bench.txt", f"{QUESTION}\n{OTHER}", ""),
        ("bench.txt.gz", gzip.compress(f"{QUESTION}\n{OTHER}".encode()), ""),
        ("bench.txt", f"{QUESTION}\r\n{OTHER}\r\n".encode("utf-16"), ""),
        ("bench.csv", f"id,question\n1,{QUESTION}\n2,{OTHER}\n", ""),
        ("bench.csv", f"stem,question\n{QUESTION},no\n{OTHER},no\n", "stem"),
        ("bench.jsonl", "\n".join(json.dumps({"prompt": each}) for each in (QUESTION, OTHER)), ""),
        (
            "bench.json",
            json.dumps([{"messages": [{"role": "user", "content": q}]} for q in (QUESTION, OTHER)]),
            "",
        ),
        ("bench.jsonl", json.dumps({"goal": [QUESTION, OTHER]}), ""),
    ],
)
def test_texts_come_in_many_formats(name: str, content: str | bytes, column: str) -> None:
    benchmark, run = add(content, name, column=column)

    assert (run.state, run.error) == ("done", "")
    assert benchmark.grams_total == 17


def test_texts_come_as_parquet(tmp_path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - slow to load.
    import pyarrow.parquet as pq  # noqa: PLC0415

    pq.write_table(pa.table({"question": [QUESTION, OTHER]}), tmp_path / "made.parquet")

    benchmark, _ = add((tmp_path / "made.parquet").read_bytes(), "bench.parquet")

    assert benchmark.grams_total == 17


def test_hashes_can_be_handed_in_instead_of_texts() -> None:
    words = QUESTION.lower().split()
    runs = [" ".join(words[start : start + 8]) for start in range(8)]
    make_scenario(QUESTION)

    benchmark, run = add("\n".join(sha256(each.encode()).hexdigest() for each in runs), is_hashed=True)
    contaminate()

    assert (run.state, benchmark.grams_total) == ("done", 8)
    assert findings() == {QUESTION: 1.0}
