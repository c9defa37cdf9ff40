"""Which files of a dataset repository hold the data. Knows no Django, and speaks to nobody."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml

from config.wording import words
from curation.sources.opening import EXTENSIONS

MOST_FILES = 500
NAMED = 12
DEFAULT = "default"
FIRST_SPLIT = "train"


class RemoteFile(NamedTuple):
    """A file of a repository."""

    path: str
    size: int


class NothingChosen(ValueError):
    """No file answers what was asked for; the text is said to people."""


class Config(NamedTuple):
    """A config that a card declares: patterns of paths by split."""

    name: str
    is_default: bool
    patterns: Mapping[str, tuple[str, ...]]


def chosen(files: Iterable[RemoteFile], card: str, config: str, split: str) -> list[RemoteFile]:
    """Return the files of a config's split, in the order of their names.

    Args:
        files: all files of the repository.
        card: its README, empty when it has none.
        config: empty for the default one, or for a repository without configs.
        split: empty for `train`, or for all files when none is called so.

    Raises:
        NothingChosen: there are no such files; the text names those there are.
    """
    data = sorted(each for each in files if kind_of(each.path))
    if not data:
        raise NothingChosen(words("The repository holds no Parquet, JSON, JSON lines or CSV file."))
    declared = configs_in(card)
    found = by_card(data, declared, config, split) if declared else by_name(data, config, split)
    if len(found) > MOST_FILES:
        raise NothingChosen(
            words(
                "{count} files answer that; at most {most_files} are read. Name a split.",
                count=f"{len(found):,}",
                most_files=MOST_FILES,
            )
        )
    return found


def kind_of(path: str) -> str:
    """Return the format that a name says, empty when it is none of ours."""
    name = path.lower().removesuffix(".gz")
    return next((kind for kind, endings in EXTENSIONS.items() if name.endswith(endings)), "")


def configs_in(card: str) -> list[Config]:
    """Return the configs with data files that the card's YAML declares; none when it can't be read."""
    if not card.startswith("---"):
        return []
    try:
        front = yaml.safe_load(card.removeprefix("---").split("\n---", 1)[0])
    except (yaml.YAMLError, RecursionError, ValueError):
        return []
    listed = front.get("configs") if isinstance(front, dict) else None
    entries = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [
        Config(str(each.get("config_name", DEFAULT)), each.get("default") is True, patterns)
        for each in entries
        if (patterns := patterns_in(each.get("data_files")))
    ]


def patterns_in(declared: Any) -> dict[str, tuple[str, ...]]:
    """Return patterns by split: one pattern, a list of them, a mapping, or a list of mappings."""
    if isinstance(declared, str | list) and not any(isinstance(each, dict) for each in declared):
        return {FIRST_SPLIT: strings(declared)}
    if isinstance(declared, dict):
        return {str(split): strings(paths) for split, paths in declared.items()}
    entries = declared if isinstance(declared, list) else []
    return {str(each.get("split")): strings(each.get("path")) for each in entries if isinstance(each, dict)}


def strings(value: Any) -> tuple[str, ...]:
    """Return the texts of a text or a list."""
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(each for each in values if isinstance(each, str))


def by_card(
    data: Sequence[RemoteFile], declared: Sequence[Config], config: str, split: str
) -> list[RemoteFile]:
    """Return the files that the card gives to a config's split."""
    found = named_config(declared, config)
    wanted = split or (FIRST_SPLIT if FIRST_SPLIT in found.patterns else next(iter(found.patterns)))
    if wanted not in found.patterns:
        raise NothingChosen(
            words(
                "The config “{name}” has no split “{split}”. It has: {patterns}.",
                name=found.name,
                split=split,
                patterns=", ".join(found.patterns),
            )
        )
    patterns = found.patterns[wanted]
    files = [each for each in data if any(matches(each.path, pattern) for pattern in patterns)]
    if not files:
        raise NothingChosen(
            words(
                "No file answers what the card says of “{name}”: {names}.",
                name=found.name,
                names=", ".join(patterns),
            )
        )
    return files


def named_config(declared: Sequence[Config], name: str) -> Config:
    """Return the config of that name, or the default one."""
    if not name:
        default = (each for each in declared if each.is_default or each.name == DEFAULT)
        return next(default, declared[0])
    found = next((each for each in declared if each.name == name), None)
    if found is None:
        names = ", ".join(each.name for each in declared)
        raise NothingChosen(
            words("There is no config “{name}”. The configs are: {names}.", name=name, names=names)
        )
    return found


def matches(path: str, pattern: str) -> bool:
    """Whether a path answers a pattern of a card."""
    plain = pattern.removeprefix("./").replace("**/", "*")
    return fnmatchcase(path, plain)


def by_name(data: Sequence[RemoteFile], config: str, split: str) -> list[RemoteFile]:
    """Return the files of one format whose paths speak of the config and the split."""
    found = list(data)
    if config:
        found = [each for each in found if config in PurePosixPath(each.path).parts[:-1]]
    if split or any(speaks_of(each.path, FIRST_SPLIT) for each in found):
        found = [each for each in found if speaks_of(each.path, split or FIRST_SPLIT)]
    kinds = {kind_of(each.path) for each in found}
    # The same data often lies there in several formats.
    best = next((kind for kind in ("parquet", "jsonl", "json", "csv") if kind in kinds), "")
    found = [each for each in found if kind_of(each.path) == best]
    if not found:
        raise NothingChosen(
            words(
                "No file is named after that. The files with data are: {names}.", names=", ".join(names(data))
            )
        )
    return found


def speaks_of(path: str, split: str) -> bool:
    """Whether a path names a split as a word of its own."""
    return bool(re.search(rf"(^|[/._-]){re.escape(split)}([/._-]|$)", path))


def names(files: Sequence[RemoteFile]) -> Iterator[str]:
    """Yield the first names, and how many more there are."""
    yield from (each.path for each in files[:NAMED])
    if len(files) > NAMED:
        yield f"and {len(files) - NAMED} more"
