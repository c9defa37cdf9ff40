"""A release by repository, config and revision."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exports.hub_double import HubDouble
from tests.consumers.conftest import Reader
from tests.exports.hub import REPO


def test_every_config_loads_at_its_tag_whole_and_streamed(reader: Reader, release: Path, hub: HubDouble):
    online = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_UPDATE_DOWNLOAD_COUNTS": "0"}

    found = reader("loads.py", REPO, "v1.0.0", **online).found

    expected: dict[str, dict[str, int]] = {}
    for file in (release / "data").glob("*/*.parquet"):
        expected.setdefault(file.parent.name, {})[file.stem] = pq.read_metadata(file).num_rows
    assert found == {config: [rows, rows] for config, rows in expected.items()}


def test_croissant_is_valid(reader: Reader, release: Path):
    if not (release / "croissant.json").exists():
        pytest.skip("releases hold no croissant.json yet")

    found = reader("croissant.py").found

    assert found["errors"] == []
    assert "preference" in found["record_sets"]
