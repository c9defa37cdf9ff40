"""From the starter pack to a dataset that strangers load by its tag."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from exports.hub_double import HubDouble
from tests.exports.releases import TOKEN

LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
repo, tag = sys.argv[1:]
found = {}
names = get_dataset_config_names(repo, revision=tag)
# One subset stands for all of them: they are made of the same files.
wanted = [name for name in names if not name.removeprefix("rl_").startswith(("only_", "no_"))] + ["only_health"]
for config in wanted:
    whole, streamed = (load_dataset(repo, config, revision=tag, streaming=streaming) for streaming in (False, True))
    found[config] = {split: [rows.num_rows, sum(1 for _ in streamed[split])] for split, rows in whole.items()}
first = load_dataset(repo, "preference", revision=tag, split="train")[0]
print(json.dumps({"rows": found, "first": first}))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house_of_files")
def test_a_reader_who_was_let_in_loads_the_published_demo_by_its_tag(
    hub: HubDouble, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.hub.tokens["hf_demo_write"] = hub.hub.tokens.pop(TOKEN)
    settings.HUB_DOUBLE_URL = hub.url
    settings.EGRESS_ALLOWED = [hub.url.removeprefix("http://")]
    call_command("load_starter_pack")
    capsys.readouterr()

    call_command("release", "demo", "--json")
    release = json.loads(capsys.readouterr().out)
    call_command("publish", release["release"], "demo", "--json")
    published = json.loads(capsys.readouterr().out)
    loaded = load(hub.url, "arete-demo/beneficial-traits", published["tag"], tmp_path)

    manifest = json.loads((Path(release["path"]) / "manifest.json").read_text())
    promised = {path: file["rows"] for path, file in manifest["files"].items() if path.startswith("data/")}
    assert published["state"] == "done"
    assert promised
    health = promised["data/preference/train/health.parquet"]
    assert loaded["rows"].pop("only_health")["train"] == [health, health]
    sums = Counter[tuple[str, str]]()
    for path, rows in promised.items():
        config, split = path.removesuffix(".parquet").split("/")[1:3]
        sums[config, split.removesuffix("-others")] += rows
    assert {
        (config, split): counts
        for config, splits in loaded["rows"].items()
        for split, counts in splits.items()
    } == {place: [rows, rows] for place, rows in sums.items()}
    assert [message["role"] for message in loaded["first"]["chosen"]] == ["assistant"]
    assert loaded["first"]["prompt"][-1]["role"] == "user"


def load(endpoint: str, repo_id: str, tag: str, folder: Path) -> Any:
    """Load every config as somebody who has `datasets`, a token that the repository lets in, and nothing of ours."""
    environment = {
        "PATH": os.environ["PATH"],
        "HF_HOME": str(folder / "hf"),
        "HF_ENDPOINT": endpoint,
        "HF_TOKEN": "hf_demo_write",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD, repo_id, tag],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
