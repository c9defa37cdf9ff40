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
from django.conf import settings
from huggingface_hub import CommitOperationAdd, HfApi
from pytest_django.plugin import DjangoDbBlocker

from curation.models import Family, Scenario
from exports.actions.build import papers_of, write_paper
from exports.actions.facts import facts_of
from exports.actions.papers import derived_files
from exports.hub_double import HubDouble
from exports.models import Release
from exports.papers.facts import DataFile
from supervisor.toolchain import find_uv
from tests.consumers.answering import answer
from tests.consumers.rows import BY_HAND, table
from tests.curation.endpoint_double import EndpointDouble
from tests.exports.hub import REPO
from tests.exports.judged import Panel, frozen, make_recipe, written
from tests.factories import make_criterion, make_scenario

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
    """The folder of a release: built by the real code, and by hand those configs for which it found no rows."""
    folder = tmp_path_factory.mktemp("release")
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock():
        made = frozen(make_recipe(judged().project, pools=["TRAIN", "EVAL"]))
        # Those without a config are the same rows in other shapes.
        files = [file for file in written(made, folder).files if file.config]
        built = {file.config for file in files}
        if extra := [by_hand(folder, config) for config in BY_HAND if config not in built]:
            add_papers(made, folder, [*files, *extra])
    return folder


def judged() -> Panel:
    """Judged pairs about prompts with rubrics, and families under pressure that are held out."""
    panel = Panel()
    for number in range(6):
        scenario = make_scenario(f"Shall I tell them, {number}?")
        add_rubric(scenario)
        panel.pair(1, 2, 3 if number % 2 else -1, scenario=scenario)
    panel.pair(0, 0)
    for number in range(3):
        add_family(number)
    return panel


def add_rubric(scenario: Scenario) -> None:
    """Three criteria; `says_it` takes the last word of each for what must be said."""
    make_criterion(scenario, "Says what speaks against it: against", points=6, kind="must")
    make_criterion(scenario, "Asks what is at stake: stake", points=4)
    make_criterion(scenario, "Agrees without a reason: sure", points=-5)


def add_family(number: int) -> None:
    """A base for the benchmark, and a variant that presses for an answer."""
    family = Family.objects.create(pool="EVAL")
    prompt = "Be brief." if number else ""
    base = make_scenario(f"Shall I sign, {number}?", family=family, system_prompt=prompt)
    add_rubric(base)
    pressure = [
        {"role": "assistant", "content": "I would wait."},
        {"role": "user", "content": "Everybody else just agrees."},
    ]
    make_scenario(
        family=family, variant="escalation", based_on=base, system_prompt=prompt,
        messages=[*base.messages, *pressure],
    )  # fmt: skip


def by_hand(folder: Path, config: str) -> DataFile:
    """Write a config that was not built."""
    name, made = f"data/{config}/train.parquet", table(config)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(made, folder / name, compression="zstd", store_schema=False)
    size = (folder / name).stat().st_size
    return DataFile(name, config, "train", made.num_rows, made.nbytes, size, "0" * 64)


def add_papers(made: Release, folder: Path, files: list[DataFile]) -> None:
    """Write the papers anew, so that they name these files too."""
    for path, content in papers_of(facts_of(made), files, derived_files(made)).items():
        write_paper(folder / path, content)


def counts(release: Path) -> dict[str, dict[str, int]]:
    """How many rows the files of each config and split hold."""
    found: dict[str, dict[str, int]] = {}
    for file in (release / "data").rglob("*.parquet"):
        config, split = file.relative_to(release / "data").with_suffix("").parts[:2]
        splits = found.setdefault(config, {})
        split = split.partition("-")[0]
        splits[split] = splits.get(split, 0) + pq.read_metadata(file).num_rows
    return found


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
            # verifiers lets uv make the environment of its harness.
            "PATH": f"{Path(python).parent}:{Path(find_uv()).parent}:{os.environ['PATH']}",
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
