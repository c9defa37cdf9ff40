"""A release by repository, config and revision."""

from pathlib import Path

from exports.hub_double import HubDouble
from tests.consumers.conftest import Reader, counts
from tests.exports.hub import REPO


def test_every_config_loads_at_its_tag_whole_and_streamed(reader: Reader, release: Path, hub: HubDouble):
    online = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_UPDATE_DOWNLOAD_COUNTS": "0"}

    found = reader("loads.py", REPO, "v1.0.0", **online).found

    assert found == {config: [splits, splits] for config, splits in counts(release).items()}


def test_croissant_is_valid(reader: Reader):
    found = reader("croissant.py").found

    assert found["errors"] == []
    assert "preference-train" in found["record_sets"]
