"""Environments with other people's trainers in them, for ./arete test consumers. Made by pip, apart from ours."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supervisor.says import Refusal, note
from supervisor.toolchain import CHECKOUT

CONSUMERS = "consumers"
"""Named first, only the tests that hand our releases to their consumers are run."""
LISTS = CHECKOUT / "tests" / "consumers"
FOLDER = CHECKOUT / ".arete" / "consumers"
ENVIRONMENTS: dict[str, tuple[list[str], ...]] = {
    # torch alone and first: left to trl, pip may take the build for graphics cards in its stead.
    "now": (
        ["torch==2.13.0"],
        ["-r", "requirements.txt"],
        ["--no-deps", "-r", "requirements-no-deps.txt"],
    ),
    # The last verifiers whose environments are functions; it can't stand beside the next one.
    "before": (["-r", "requirements-before.txt"],),
}
"""What pip installs, in steps, by environment."""
CANT_MAKE = "{python} cannot make virtual environments. Install its venv package (on Debian: apt install python3-venv)."
CANT_INSTALL = """pip could not install what reads our releases ({what}):

{reason}

These tests need about 3 GB on disk and a package index that has torch 2.13, trl, verl, OpenRLHF, verifiers and
inspect-ai. PIP_INDEX_URL and PIP_EXTRA_INDEX_URL name another one. No other test needs any of it."""


def consumer_environments() -> dict[str, str]:
    """Install what is missing.

    Returns:
        Variables that tell the tests where each environment's Python is.

    Raises:
        Refusal: pip can't install something; the text says what.
    """
    with one_at_a_time():
        return {f"CONSUMERS_{name.upper()}": str(provide(name)) for name in ENVIRONMENTS}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two runs in one checkout must not install into the same folder at once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def provide(name: str) -> Path:
    """Return the Python of an environment, made anew when its lists changed."""
    folder = FOLDER / name
    python, stamp = folder / "bin" / "python", folder / "arete-installed.json"
    wanted = {"digest": digest(name)}
    if python.exists() and stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return python
    note(f"Installing what reads our releases into {folder} ...")
    try:
        venv.create(folder, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        raise Refusal(CANT_MAKE.format(python=sys.executable)) from None
    for step in ENVIRONMENTS[name]:
        install(python, step)
    stamp.write_text(json.dumps(wanted))
    return python


def digest(name: str) -> str:
    """Return the fingerprint of everything that decides what belongs into an environment."""
    lists = [
        (LISTS / word).read_text() for step in ENVIRONMENTS[name] for word in step if word.endswith(".txt")
    ]
    said = json.dumps([sys.version, ENVIRONMENTS[name], lists, str(FOLDER)])
    return hashlib.sha256(said.encode()).hexdigest()


def install(python: Path, step: list[str]) -> None:
    """Let pip install one step, with as little of the machine as it gets along with."""
    command = ["nice", "-n", "10", str(python), "-m", "pip", "install", "--quiet", *step]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, cwd=LISTS, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = "\n".join(errors[-3:]) or done.stderr[-1000:]
        raise Refusal(CANT_INSTALL.format(what=" ".join(step), reason=reason))
