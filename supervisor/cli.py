"""Reads the command line of ./arete and calls the command."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from supervisor.backing import backup, restore
from supervisor.benching import run_bench
from supervisor.check import check
from supervisor.folders import DataFolder, default_root
from supervisor.interrupts import Interrupts, Stopped
from supervisor.manage import manage
from supervisor.says import Refusal
from supervisor.testing import ORACLES, run_tests
from supervisor.toolchain import enter_environment
from supervisor.up import read_wishes, up

USAGE = """usage: ./arete COMMAND [--data DIR] ...

  up       start everything and print the address   (--port 8000, --bind 127.0.0.1, --no-demo, --no-hub)
  manage   run manage.py with this data folder's services, e.g. ./arete manage verify --json
  backup   write the whole house into one file: --to FOLDER or FILE, --encrypt, --key-file FILE; it may be up meanwhile
  restore  FILE: put a backup in the place of a house that is not up; --replace, --key-file FILE, --erasures FILE
  test     run the test suite; what follows goes to pytest; `test oracles` holds our statistics against others' programs,
           `test consumers` hands a release to TRL, verl, OpenRLHF, verifiers, Inspect and datasets,
           `test labelstudio` sends to a real Label Studio and fetches from it
  check    run every lint, the cheapest first
  bench    measure: label, claim, export or import; --json for machines

--data DIR names the data folder. Without it: .arete in the checkout, for root /var/lib/arete/<hash of its path>.
"""


def main(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: the command line without the program's name.

    Returns:
        The exit status.
    """
    data, rest = take_data(arguments)
    if not rest or rest[0] in {"-h", "--help", "help"}:
        print(USAGE, end="")
        return 0 if rest else 2
    name, rest = rest[0], rest[1:]
    if name not in COMMANDS:
        print(f"./arete has no command {name!r}.\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    if sys.platform != "linux":
        print(
            "./arete runs on Linux; on other systems, docker compose does (docker-compose.yml).",
            file=sys.stderr,
        )
        return 1
    groups, run = COMMANDS[name]
    if name == "test" and rest[:1] == [ORACLES]:
        groups = groups | {"oracles"}
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        groups = groups | {"otel"}
    interrupts = Interrupts()
    interrupts.install()
    try:
        enter_environment(groups)
        return run(data, rest, interrupts)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except Stopped:
        return 130


def take_data(arguments: list[str]) -> tuple[Path | None, list[str]]:
    """Take --data DIR out of a command line, wherever it stands before a lone `--`.

    Returns:
        The folder, None when it is not named, and the other arguments.
    """
    parser = argparse.ArgumentParser(prog="./arete", add_help=False, allow_abbrev=False)
    parser.add_argument("--data", type=Path)
    end = arguments.index("--") if "--" in arguments else len(arguments)
    found, rest = parser.parse_known_args(arguments[:end])
    return found.data, rest + arguments[end:]


def folder_at(data: Path | None) -> DataFolder:
    """Return the data folder that the operator named, or this checkout's own."""
    return DataFolder((data or default_root()).expanduser().absolute())


def run_up(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """./arete up."""
    return up(folder_at(data), read_wishes(arguments), interrupts)


def run_manage(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """./arete manage."""
    return manage(folder_at(data), arguments, interrupts)


def run_backup(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """./arete backup."""
    return backup(folder_at(data), arguments, interrupts)


def run_restore(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """./arete restore."""
    return restore(folder_at(data), arguments, interrupts)


def run_check(_data: Path | None, _arguments: list[str], _interrupts: Interrupts) -> int:
    """./arete check."""
    return check()


Command = Callable[[Path | None, list[str], Interrupts], int]
COMMANDS: dict[str, tuple[set[str], Command]] = {
    "up": ({"embedded"}, run_up),
    "bench": ({"bench", "dev", "embedded"}, run_bench),
    "check": ({"bench", "dev", "embedded"}, run_check),
    "test": ({"bench", "dev", "embedded"}, run_tests),
    "manage": ({"embedded"}, run_manage),
    "backup": ({"embedded"}, run_backup),
    "restore": ({"embedded"}, run_restore),
}
