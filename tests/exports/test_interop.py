"""Files in the shapes of other readers, subsets by domain, and tables for spreadsheets."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from django.urls import reverse

from accounts.models import Role
from exports.arrow import loaded_counts
from exports.models import Release, ReleaseFile
from exports.tables import csv_of
from tests.exports.judged import Panel, frozen, make_recipe, written
from tests.exports.sittings import full_sitting, held_out_family
from tests.factories import make_domain, make_scenario, make_user
from tests.labeling.scenes import signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]


def whole_release() -> Release:
    panel, sitting = Panel(), full_sitting()
    panel.pair(1, 2, scenario=make_scenario(domain=make_domain("health"), system_prompt="Be kind."))
    panel.pair(-1, -2, scenario=make_scenario(domain=make_domain("arts")))
    panel.pair(1, 1, scenario=make_scenario("Why?", domain=make_domain("law")))
    held_out_family("EVAL")
    recipe = make_recipe(panel.project, sitting.project, pools=["TRAIN", "EVAL"])
    recipe.heldout_domains.set([make_domain("law")])
    return frozen(recipe)


def read(folder: Path, path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "interop" / path).read_text().splitlines()]


def test_derived_files_have_the_shapes_of_their_readers(tmp_path: Path):
    written(whole_release(), tmp_path)

    llama = read(tmp_path, "llamafactory/preference_train.jsonl")
    assert {type(row["chosen"]) for row in llama} == {dict}
    assert {len(row["conversations"]) % 2 for row in llama if row["conversations"][0]["role"] == "user"} == {
        1
    }
    assert {row["conversations"][-1]["role"] for row in read(tmp_path, "llamafactory/kto_train.jsonl")} == {"assistant"}  # fmt: skip
    for row in read(tmp_path, "nemo_rl/preference_train.jsonl"):
        assert [each["rank"] for each in row["completions"]] == [0, 1]
    for row in read(tmp_path, "healthbench/rl_train.jsonl"):
        assert set(row) == {"example_tags", "ideal_completions_data", "prompt", "prompt_id", "rubrics"}
        assert set(row["rubrics"][0]) >= {"criterion", "points", "tags"}
    (held_out,) = read(tmp_path, "rewardbench2/test.jsonl")
    assert (held_out["prompt"], held_out["num_correct"], len(held_out["rejected"])) == ("Why?", 1, 1)
    for row in read(tmp_path, "openai_preference/train.jsonl"):
        assert set(row) == {"input", "preferred_output", "non_preferred_output"}
    (task,) = read(tmp_path, "openai_rft/train.jsonl")
    assert task["messages"][-1]["role"] == "user"
    assert json.loads(task["rubric"])


def test_each_derived_file_is_described_where_its_reader_looks(tmp_path: Path):
    tree = written(whole_release(), tmp_path)

    described = json.loads(tree.papers["interop/llamafactory/dataset_info.json"])
    assert described["preference_train"]["ranking"] is True
    for entry in described.values():
        assert (tmp_path / "interop/llamafactory" / entry["file_name"]).is_file()
    assert "item.rubric" in tree.papers["interop/openai_rft/grader.json"].decode()


def test_the_canary_is_in_files_for_tests_alone(tmp_path: Path):
    tree = written(whole_release(), tmp_path)

    texts = {
        file.path: str(pq.read_table(tmp_path / file.path).to_pylist())
        if file.config
        else (tmp_path / file.path).read_text()
        for file in tree.files
    }
    assert "canary GUID" in json.loads(tree.papers["manifest.json"])["canary"]
    assert {path for path, text in texts.items() if "canary GUID" in text} == {
        "data/benchmark/test.parquet",
        "interop/healthbench/benchmark.jsonl",
    }


def test_subsets_by_domain_are_configs_over_the_same_files(tmp_path: Path):
    release = whole_release()

    written(release, tmp_path)

    values = next(yaml.safe_load_all((tmp_path / "README.md").read_text()))
    names = [config["config_name"] for config in values["configs"]]
    assert [name for name in names if name.startswith(("only", "no_"))] == [
        "only_arts", "no_arts", "only_health", "no_health",
    ]  # fmt: skip
    assert loaded_counts(tmp_path, ["preference", "only_health", "no_health"]) == {
        "preference": {"train": 2, "test_heldout_domain": 1},
        "only_health": {"train": 1, "test_heldout_domain": 1},
        "no_health": {"train": 1, "test_heldout_domain": 1},
    }


def test_a_cell_is_never_a_formula(tmp_path: Path):
    texts = ["=1+1", "+1", "-1", "@x", " =1", "plain", '"quoted", twice\nover', None]
    pq.write_table(
        pa.table({"text": texts, "number": [-1] * 8, "list": [["=a"]] * 8}), tmp_path / "t.parquet"
    )

    rows = list(csv.reader(StringIO(b"".join(csv_of(tmp_path / "t.parquet")).decode())))

    assert rows[0] == ["text", "number", "list"]
    assert [row[0] for row in rows[1:]] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "' =1",
        "plain",
        '"quoted", twice\nover',
        "",
    ]
    assert {(row[1], row[2]) for row in rows[1:]} == {("-1", '["=a"]')}


def test_a_steward_downloads_a_table_as_csv():
    release = frozen(make_recipe(full_sitting().project))
    tree = written(release, release.folder)
    path = next(file.path for file in tree.files if file.config == "ratings")
    # A frozen release takes files, as a build records them.
    file = ReleaseFile.objects.create(release=release, path=path, sha256="0" * 64, size_bytes=1, rows=1)
    steward = signed_in(make_user(roles=(Role.STEWARDS,)))

    response = steward.get(reverse("exports:release_csv", args=[release.pk, file.pk]))

    rows = list(csv.reader(StringIO(b"".join(response).decode())))
    assert len(rows) == 1 + pq.read_metadata(release.folder / path).num_rows
    assert response["Content-Disposition"] == 'attachment; filename="traits-1.0.0-ratings-train-others.csv"'
