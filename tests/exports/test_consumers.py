"""A release that was cut and published here, loaded by the unmodified `datasets` from the Hub."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCard

from exports.actions.releases import cut_release
from exports.hub_double import HubDouble
from exports.models import Publication
from runs.actions import perform_now
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.hub import REPO
from tests.exports.judged import Panel, make_recipe
from tests.exports.releases import make_destination, publish
from tests.factories import make_domain, make_scenario

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]

LOAD = f"""
import json
from datasets import load_dataset
whole = load_dataset("{REPO}", revision="v1.0.0")
found = {{"default": {{split: len(rows) for split, rows in whole.items()}}}}
found["first"] = whole["train"][0]
for config in ("comparisons", "ratings", "responses"):
    streamed = load_dataset("{REPO}", config, revision="v1.0.0", streaming=True)
    found[config] = {{split: sum(1 for row in rows) for split, rows in streamed.items()}}
print(json.dumps(found))
"""


def test_every_config_loads_at_its_tag_whole_and_streamed(hub: HubDouble, tmp_path: Path):
    panel = Panel()
    law = make_domain("law")
    for number in range(4):
        panel.pair(1, 2, -1 if number else 1, scenario=make_scenario(domain=law if number == 0 else None))
    panel.pair(0, 0)
    recipe = make_recipe(panel.project)
    recipe.heldout_domains.set([law])
    release, run = cut_release(recipe)
    assert perform_now(run).state == Run.State.DONE
    release.refresh_from_db()
    pass_gates(release)
    publication, _ = publish(release, make_destination(hub))
    assert publication.state == Publication.State.DONE
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "HUGGING"))}
    there = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "HF_UPDATE_DOWNLOAD_COUNTS": "0"}

    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=clean | there, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["default"] == {"train": 3, "test_heldout_domain": 1}
    assert found["comparisons"] == {"train": 4, "test_heldout_domain": 1}
    assert found["ratings"] == {"train": 11, "test_heldout_domain": 3}
    assert found["responses"] == {"train": 8, "test_heldout_domain": 2}
    assert [message["role"] for message in found["first"]["prompt"]] == ["user"]
    assert {key: type(found["first"][key]) for key in ("chosen", "agreement", "n_ties")} == {
        "chosen": list, "agreement": float, "n_ties": int,
    }  # fmt: skip
    card = DatasetCard.load(release.folder / "README.md")
    configs = MetadataConfigs.from_dataset_card_data(card.data)
    assert (list(configs), configs.get_default_config_name()) == (
        ["preference", "unpaired", "comparisons", "ratings", "responses", "annotators"],
        "preference",
    )
