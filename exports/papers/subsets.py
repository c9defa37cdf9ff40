"""Ready-made subsets: one domain alone, or all but one, over the same files."""

from typing import Any

from exports.papers.facts import DataFile

PREFIXES = {"preference": "", "rl": "rl_"}
"""The configs that have subsets, and what stands before the subsets' names."""
TRAINED = ("train", "validation")


def subsets(files: list[DataFile]) -> list[dict[str, Any]]:
    """Return configs `only_<domain>` and `no_<domain>`, as the card lists them.

    What is held out stands in each of them: it is what they are compared by.
    """
    found = []
    for config, prefix in PREFIXES.items():
        mine = [file for file in files if file.config == config and file.domain]
        domains = sorted({file.domain for file in mine if file.split == "train"})
        for domain in domains if len(domains) > 1 else ():
            for name, is_in in (("only", True), ("no", False)):
                chosen = [
                    file for file in mine if file.split not in TRAINED or (file.domain == domain) is is_in
                ]
                found.append({"config_name": f"{prefix}{name}_{domain}", "data_files": data_files(chosen)})
    return found


def data_files(files: list[DataFile]) -> list[dict[str, Any]]:
    """Return the files of each split, as `datasets` reads them."""
    paths: dict[str, list[str]] = {}
    for file in files:
        paths.setdefault(file.split, []).append(file.path)
    return [{"split": split, "path": found if len(found) > 1 else found[0]} for split, found in paths.items()]
