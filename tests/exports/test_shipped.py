"""What goes beside the data of a release."""

import tomllib
from datetime import UTC, datetime

import pytest
import yaml

from exports.papers.facts import DataFile, Facts, Position
from exports.papers.shipped import shipped

FACTS = Facts(
    slug="traits",
    version="1.2.0",
    previous=None,
    cut_at=datetime(2026, 1, 2, tzinfo=UTC),
    digest="d",
    terms={"name": "Traits: all", "description": ""},
    counts={},
    codebook=[],
    languages=["en"],
    sources=[],
    cells=[],
    n_annotators=3,
    position=Position(1, 2),
    changed_keys=[],
    withdrawn_keys=[],
    earlier=[],
    gates=[],
    waivers=[],
    measures={},
    prompt_terms=[],
    output_terms=[],
)
INSPECT = "evals/beneficial_traits_inspect"
ENVIRONMENT = "environments/beneficial_traits"


def files(*configs: str) -> list[DataFile]:
    return [DataFile(f"data/{name}/test.parquet", name, "test", 1, 1, 1, "0") for name in configs]


def tops(found: dict[str, bytes]) -> set[str]:
    return {"/".join(path.split("/")[:2]) for path in found}


@pytest.mark.parametrize(
    ("configs", "parts"),
    [
        (["preference", "ratings"], set()),
        (["preference", "rl"], {"rewards/rubric_reward.py", ENVIRONMENT}),
        (["adversarial"], {"rewards/rubric_reward.py", ENVIRONMENT, INSPECT}),
        (["rl", "benchmark"], {"rewards/rubric_reward.py", ENVIRONMENT, INSPECT, "eval.yaml"}),
    ],
)
def test_only_parts_whose_rows_are_there_ship(configs: list[str], parts: set[str]):
    assert tops(shipped(FACTS, files(*configs))) == parts


def test_the_same_facts_ship_the_same_bytes():
    assert shipped(FACTS, files("benchmark")) == shipped(FACTS, files("benchmark"))


def test_packages_carry_the_release_s_version_and_its_tag():
    found = shipped(FACTS, files("benchmark"))

    for folder in (ENVIRONMENT, INSPECT):
        project = tomllib.loads(found[f"{folder}/pyproject.toml"].decode())["project"]
        module = folder.rpartition("/")[2]
        assert (project["version"], project["name"]) == ("1.2.0", module.replace("_", "-"))
        assert b'REVISION = "v1.2.0"' in found[f"{folder}/{module}/release.py"]


def test_there_is_one_reward_in_three_places():
    found = shipped(FACTS, files("benchmark"))

    copies = {content for path, content in found.items() if path.endswith("rubric_reward.py")}

    assert len(copies) == 1
    assert sum(path.endswith("rubric_reward.py") for path in found) == 3


def test_nothing_ships_but_what_the_packages_need():
    found = shipped(FACTS, files("benchmark"))

    assert sorted(path.removeprefix(f"{ENVIRONMENT}/") for path in found if path.startswith(ENVIRONMENT)) == [
        "README.md",
        "beneficial_traits/__init__.py",
        "beneficial_traits/legacy.py",
        "beneficial_traits/release.py",
        "beneficial_traits/rows.py",
        "beneficial_traits/rubric_reward.py",
        "beneficial_traits/scoring.py",
        "beneficial_traits/taskset.py",
        "pyproject.toml",
    ]


def test_every_module_that_ships_can_be_compiled():
    for path, content in shipped(FACTS, files("benchmark")).items():
        if path.endswith(".py"):
            compile(content, path, "exec")


def test_the_benchmark_runs_without_code():
    found = yaml.safe_load(shipped(FACTS, files("benchmark"))["eval.yaml"])

    assert (found["name"], found["description"]) == ("Traits: all", "Traits: all")
    assert set(found["tasks"][0]) == {"id", "config", "split", "field_spec", "solvers", "scorers"}
