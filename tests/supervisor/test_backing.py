"""./arete backup and ./arete restore find their files from any folder, and keep out of the way of a house that is up."""

from pathlib import Path

import pytest

from supervisor.backing import restore, with_whole_paths
from supervisor.folders import DataFolder, service_owner
from supervisor.interrupts import Interrupts
from supervisor.locks import Lock
from supervisor.says import Refusal


def test_files_are_named_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert with_whole_paths(["--to", "b", "--encrypt", "--key-file=k"]) == [
        f"--to={tmp_path}/b", f"--key-file={tmp_path}/k", "--encrypt",
    ]  # fmt: skip
    assert with_whole_paths(["a.arete", "--replace"]) == [f"{tmp_path}/a.arete", "--replace"]
    assert with_whole_paths(["/x/a.arete"]) == ["/x/a.arete"]


def test_a_house_that_is_up_is_not_restored(short_folder: Path) -> None:
    folder = DataFolder(short_folder / "data")
    folder.create(service_owner())
    held = Lock(folder.lock_file)
    assert held.take()
    held.describe("./arete up (process 1)")

    with pytest.raises(Refusal, match=r"in use by \./arete up"):
        restore(folder, ["a.arete"], Interrupts())
