"""A release on a Hub double and in a folder, and what those who read it need. Other runs pass these tests by."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import huggingface_hub.constants
import pyarrow.parquet as pq
import pytest
import yaml
from django.conf import settings
from huggingface_hub import CommitOperationAdd, HfApi
from pytest_django.plugin import DjangoDbBlocker

from exports.actions.facts import facts_of
from exports.hub_double import HubDouble
from exports.models import Release
from exports.papers.facts import DataFile
from exports.papers.shipped import shipped
from tests.consumers.answering import answer
from tests.consumers.rows import missing, tables
from tests.curation.endpoint_double import EndpointDouble
from tests.exports.hub import REPO
from tests.exports.judged import Panel, frozen, make_recipe, written
from tests.factories import make_scenario

NOW, BEFORE = os.environ.get("CONSUMERS_NOW"), os.environ.get("CONSUMERS_BEFORE")
READERS = Path(__file__).parent / "readers"
LONGEST_S = 600

collect_ignore_glob = [] if NOW and BEFORE else ["test_*.py"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Without the mark no database is made, and the release comes from one."""
    item.add_marker(pytest.mark.django_db)


class Read(NamedTuple):
    """What one reader said, and what it was."""

    found: dict[str, Any]
    log: str


Reader = Callable[..., Read]


@pytest.fixture(scope="session")
def release(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of a release: built by the real code, and by hand what that doesn't build yet."""
    folder = tmp_path_factory.mktemp("release")
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock():
        panel = Panel()
        for number in range(6):
            text = f"Shall I tell them, {number}?"
            panel.pair(1, 2, 3 if number % 2 else -1, scenario=make_scenario(text))
        panel.pair(0, 0)
        made = frozen(make_recipe(panel.project))
        files = [*written(made, folder).files, *by_hand(folder)]
        add_papers(made, folder, files)
    return folder


def by_hand(folder: Path) -> list[DataFile]:
    """Write what the real code doesn't build yet."""
    found = []
    for config in missing():
        for split, table in tables(config).items():
            name = f"data/{config}/{split}.parquet"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, folder / name, compression="zstd", store_schema=False)
            size = (folder / name).stat().st_size
            found.append(DataFile(name, config, split, table.num_rows, table.nbytes, size, "0" * 64))
    return found


def add_papers(made: Release, folder: Path, files: list[DataFile]) -> None:
    """Write what ships with these files, and a card that names them all."""
    for path, content in shipped(facts_of(made), files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    if not missing():
        return
    splits: dict[str, list[dict[str, str]]] = {}
    for file in files:
        splits.setdefault(file.config, []).append({"split": file.split, "path": file.path})
    configs = [{"config_name": name, "data_files": found} for name, found in splits.items()]
    head = yaml.safe_dump({"license": "cc-by-4.0", "configs": configs}, sort_keys=False)
    (folder / "README.md").write_text(f"---\n{head}---\n# Traits\n")


@pytest.fixture(scope="session")
def hub(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubDouble]:
    """A Hub that holds the release under its tag."""
    patch = pytest.MonkeyPatch()
    patch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    with HubDouble(tmp_path_factory.mktemp("hub") / "hub", {"hf_write": "write"}) as double:
        api = HfApi(endpoint=double.url, token="hf_write")
        api.create_repo(REPO, repo_type="dataset")
        operations = [
            CommitOperationAdd(str(path.relative_to(release)), path.read_bytes())
            for path in sorted(release.rglob("*"))
            if path.is_file()
        ]
        api.create_commit(REPO, operations, commit_message="Release", repo_type="dataset")
        api.create_tag(REPO, tag="v1.0.0", repo_type="dataset")
        yield double
    patch.undo()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[EndpointDouble]:
    """Judge and policy in one, on loopback."""
    with EndpointDouble() as double:
        double.keys = set()
        double.usual = answer
        yield double


@pytest.fixture(scope="session")
def reader(release: Path, endpoint: EndpointDouble, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Return what runs a script of READERS in an environment of its own and returns the JSON of its last line."""
    home = tmp_path_factory.mktemp("home")

    def run(
        script: str, *arguments: str, python: str | None = NOW, parse: bool = True, **variables: str
    ) -> Read:
        assert python
        clean = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("HF_", "HUGGING", "DJANGO"))
        }
        environment = {
            **clean,
            "HF_HOME": str(home),
            "HF_HUB_OFFLINE": "1",
            "CUDA_VISIBLE_DEVICES": "",
            "TOKENIZERS_PARALLELISM": "false",
            "RUBRIC_JUDGE_URL": endpoint.url,
            "RUBRIC_JUDGE_MODEL": "judge",
            "OPENAI_BASE_URL": endpoint.url,
            "OPENAI_API_KEY": "none",
            "PATH": f"{Path(python).parent}:{os.environ['PATH']}",
            **variables,
        }
        done = subprocess.run(
            [python, str(READERS / script), str(release), *arguments],
            env=environment, cwd=home, capture_output=True, text=True, timeout=LONGEST_S, check=False,
        )  # fmt: skip
        log = done.stdout + done.stderr
        assert done.returncode == 0, log[-4000:]
        return Read(json.loads(done.stdout.strip().rpartition("\n")[2]) if parse else {}, log)

    return run


@pytest.fixture(scope="session")
def packages(release: Path) -> None:
    """Install the packages that ship as anybody would: Inspect looks for its tasks where pip puts them."""
    found = [str(project.parent) for project in sorted(release.glob("*/*/pyproject.toml"))]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall"]
    for python, wanted in ((NOW, found), (BEFORE, [each for each in found if "environments" in each])):
        assert python
        subprocess.run([python, "-m", "pip", "install", *options, *wanted], check=True, timeout=LONGEST_S)
