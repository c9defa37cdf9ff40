"""./arete backup and ./arete restore: the commands of manage.py, with the services of one data folder."""

import argparse
from pathlib import Path

from supervisor.folders import DataFolder
from supervisor.interrupts import Interrupts
from supervisor.manage import command, manage, run_to_end
from supervisor.services import open_house


def backup(folder: DataFolder, arguments: list[str], interrupts: Interrupts) -> int:
    """Back the house up, whether it is up or not.

    Returns:
        The exit status of manage.py.
    """
    return manage(folder, ["backup", *with_whole_paths(arguments)], interrupts)


def restore(folder: DataFolder, arguments: list[str], interrupts: Interrupts) -> int:
    """Restore a backup into a house that is not up.

    Returns:
        The exit status of manage.py.

    Raises:
        Refusal: another command holds the folder.
    """
    with open_house(folder, "restore", interrupts) as house:
        return run_to_end(house, command(["restore", *with_whole_paths(arguments)]))


def with_whole_paths(arguments: list[str]) -> list[str]:
    """Return a command line whose files are found from any folder: manage.py runs in the checkout."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in ("--to", "--key-file", "--erasures"):
        parser.add_argument(name, type=Path)
    found, rest = parser.parse_known_args(arguments)
    named = {"--to": found.to, "--key-file": found.key_file, "--erasures": found.erasures}
    paths = [f"{name}={path.expanduser().absolute()}" for name, path in named.items() if path]
    return [
        *paths,
        *(part if part.startswith("-") else str(Path(part).expanduser().absolute()) for part in rest),
    ]
