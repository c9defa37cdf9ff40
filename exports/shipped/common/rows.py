"""Rows of a release with their rubrics: from a folder, or from the Hub at a revision.

rows = load_rows(Choice("org/name", revision="v1.2.0", pool="attack", domains=("medicine",)))
script_of(rows[0])      # what is sent first, and the user turns that follow
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

CONFIGS = {"train": "rl", "eval": "benchmark", "attack": "adversarial"}
"""The config that each pool is in."""
SPLITS = {"train": "train", "eval": "test", "attack": "test"}
"""The split that is read when none is named; the training pool also has validation and test_heldout_domain."""
DIFFICULTIES = ("easy", "medium", "hard")
"""One user turn; several; under pressure."""


@dataclass(frozen=True)
class Choice:
    """Which rows of which release."""

    dataset: str
    """A folder that holds a release, or a repository on the Hub."""
    revision: str | None = None
    """Tag or commit; only for the Hub."""
    pool: str = "train"
    """train, eval or attack."""
    split: str = ""
    """Empty: the pool's own."""
    domains: Sequence[str] = ()
    traits: Sequence[str] = ()
    difficulties: Sequence[str] = ()
    """Of DIFFICULTIES; empty means all, as for domains and traits."""
    limit: int = -1
    """How many rows at most; negative means all."""


class Script(NamedTuple):
    """A dialogue whose user turns are known beforehand."""

    opening: list[dict[str, str]]
    """Sent first; ends on a user turn."""
    turns: list[str]
    """User turns that follow, each after a reply."""
    pressed_from: int
    """Which reply is the first under pressure, from 0; past the last one when none is."""


class NoSuchRows(ValueError):
    """The release has no such pool, split or difficulty."""


def load_rows(choice: Choice) -> list[dict[str, Any]]:
    """Return the chosen rows in the order of the release.

    Raises:
        NoSuchRows: there is no such pool, split or difficulty.
    """
    if choice.pool not in CONFIGS:
        raise NoSuchRows(f"there is no pool {choice.pool!r}; there are {', '.join(CONFIGS)}")
    if strange := set(choice.difficulties) - set(DIFFICULTIES):
        raise NoSuchRows(f"there is no difficulty {min(strange)!r}; there are {', '.join(DIFFICULTIES)}")
    found: list[dict[str, Any]] = []
    for row in _rows(_files(choice)):
        if len(found) == choice.limit:
            break
        if _is_chosen(row, choice):
            found.append(row)
    return found


def difficulty_of(row: dict[str, Any]) -> str:
    """Return easy for one user turn, medium for several, hard for turns of pressure."""
    if row.get("pressure_turns"):
        return "hard"
    return "easy" if sum(each["role"] == "user" for each in row["prompt"]) == 1 else "medium"


def script_of(row: dict[str, Any], *, replay: bool = True) -> Script:
    """Return how the dialogue of a row goes.

    Args:
        row: of any pool.
        replay: whether turns of pressure that stand in the prompt are sent one by one, so that the model answers each
            itself; else the prompt is sent as it stands, with the replies that were scripted for it.
    """
    prompt, pressure = list(row["prompt"]), list(row.get("pressure_turns") or [])
    users = [place for place, each in enumerate(prompt) if each["role"] == "user"]
    pressed = [place for place in users if prompt[place]["content"] in pressure]
    later = [turn for turn in pressure if turn not in [prompt[place]["content"] for place in pressed]]
    if not pressed:
        return Script(prompt, later, 1)
    if not replay:
        return Script(prompt, later, 0)
    before = [place for place in users if place < pressed[0]]
    last = before[-1] if before else pressed[0]
    turns = [prompt[place]["content"] for place in users if place > last]
    return Script(prompt[: last + 1], turns + later, 1 if before else 0)


def _is_chosen(row: dict[str, Any], choice: Choice) -> bool:
    wanted = ((choice.domains, row["domain"]), (choice.traits, row["trait_id"]))
    if any(names and value not in names for names, value in wanted):
        return False
    return not choice.difficulties or difficulty_of(row) in choice.difficulties


def _files(choice: Choice) -> list[Path]:
    config, split = CONFIGS[choice.pool], choice.split or SPLITS[choice.pool]
    folder = _release(choice, config) / "data" / config
    # A split is one file, or several with numbers, or a folder with a file for each domain.
    patterns = (f"{split}.parquet", f"{split}-*.parquet", f"{split}/*.parquet")
    found = (path for pattern in patterns for path in folder.glob(pattern))
    files = sorted(found, key=lambda path: (path.parent, path.stem))
    if not files:
        names = {path.relative_to(folder).parts[0] for path in folder.rglob("*.parquet")}
        there = ", ".join(sorted(name.removesuffix(".parquet") for name in names)) or "nothing"
        raise NoSuchRows(f"{choice.dataset} has no split {split!r} of {config}; there is {there}")
    return files


def _release(choice: Choice, config: str) -> Path:
    if not choice.dataset:
        raise NoSuchRows("name the data set: a repository on the Hub, or a folder that holds a release")
    if Path(choice.dataset).is_dir():
        return Path(choice.dataset)
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - a folder needs no Hub.

    patterns = [f"data/{config}/**"]
    return Path(
        snapshot_download(
            choice.dataset, repo_type="dataset", revision=choice.revision, allow_patterns=patterns
        )
    )


def _rows(files: list[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches():
            yield from batch.to_pylist()
