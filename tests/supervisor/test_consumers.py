"""The environments that hold other people's trainers."""

import json
import sys
from pathlib import Path

import pytest

from supervisor import consumers
from supervisor.says import Refusal


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(consumers, "FOLDER", tmp_path / "made")
    monkeypatch.setattr(consumers, "LISTS", tmp_path)
    monkeypatch.setattr(consumers, "ENVIRONMENTS", {"now": (["-r", "list.txt"],)})
    (tmp_path / "list.txt").write_text("trl==1.16.0\n")
    return tmp_path


def test_an_environment_is_left_alone_while_its_lists_stay(lists: Path) -> None:
    python = lists / "made" / "now" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (lists / "made" / "now" / "arete-installed.json").write_text(
        json.dumps({"digest": consumers.digest("now")})
    )

    assert consumers.consumer_environments() == {"CONSUMERS_NOW": str(python)}


def test_another_list_makes_another_environment(lists: Path) -> None:
    before = consumers.digest("now")

    (lists / "list.txt").write_text("trl==1.17.0\n")

    assert consumers.digest("now") != before


def test_what_cannot_be_installed_is_named_with_a_way_out(lists: Path) -> None:
    # Our own environment has no pip.
    with pytest.raises(Refusal) as refusal:
        consumers.install(Path(sys.executable), ["torch==2.13.0"])

    assert "torch==2.13.0" in str(refusal.value)
    assert "No module named pip" in str(refusal.value)
    assert "PIP_INDEX_URL" in str(refusal.value)
