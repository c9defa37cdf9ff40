"""What a release carries beside its data: reward, environment, evaluation. Which of them depends on its configs."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from exports.papers.facts import DataFile, Facts

SHIPPED = Path(__file__).resolve().parent.parent / "shipped"
REWARD = "rewards/rubric_reward.py"
ROWS = "common/rows.py"
ENVIRONMENT = "environments/beneficial_traits"
EVALUATION = "evals/beneficial_traits_inspect"
SCORED = {"rl", "benchmark", "adversarial"}
"""Configs whose rows hold rubrics."""
TESTS = {"benchmark", "adversarial"}
NO_VERSION = b'version = "0.0.0"'
RELEASE = '''"""The release that this package came with."""

NAME = "{slug}"
VERSION = "{version}"
REVISION = "{tag}"
'''


def shipped(facts: Facts, files: Iterable[DataFile]) -> dict[str, bytes]:
    """Return what goes beside the data, by path; nothing for a release without rubrics."""
    configs = {file.config for file in files}
    found: dict[str, bytes] = {}
    if configs & SCORED:
        found[REWARD] = source(REWARD)
        found |= package(ENVIRONMENT, facts)
    if configs & TESTS:
        found |= package(EVALUATION, facts)
    if "benchmark" in configs:
        found["eval.yaml"] = eval_yaml(facts)
    return found


def package(folder: str, facts: Facts) -> dict[str, bytes]:
    """Return the files of a Python package: its own, and copies of what all of them use."""
    root = SHIPPED / folder
    own = [path for path in sorted(root.rglob("*")) if path.suffix in {".py", ".toml", ".md"}]
    found = {f"{folder}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in own}
    project = f"{folder}/pyproject.toml"
    found[project] = found[project].replace(NO_VERSION, f'version = "{facts.version}"'.encode())
    inside = f"{folder}/{root.name}"
    found[f"{inside}/rubric_reward.py"] = source(REWARD)
    found[f"{inside}/rows.py"] = source(ROWS)
    release = RELEASE.format(slug=facts.slug, version=facts.version, tag=facts.tag)
    found[f"{inside}/release.py"] = release.encode()
    return found


def source(path: str) -> bytes:
    """Return a file that ships as it stands."""
    return (SHIPPED / path).read_bytes()


def eval_yaml(facts: Facts) -> bytes:
    """Return eval.yaml, by which the Hub and Inspect run the benchmark without code: one grade per conversation."""
    values = {
        "name": facts.terms["name"],
        "description": facts.terms["description"] or facts.terms["name"],
        "evaluation_framework": "inspect-ai",
        "tasks": [
            {
                "id": "benchmark",
                "config": "benchmark",
                "split": "test",
                "field_spec": {"input": "prompt", "target": "target", "metadata": ["id"]},
                "solvers": [{"name": "generate"}],
                "scorers": [{"name": "model_graded_qa", "args": {"partial_credit": True}}],
            }
        ],
    }
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=1000).encode()
