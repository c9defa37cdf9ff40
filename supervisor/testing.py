"""./arete test: the whole suite on services of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from supervisor.children import end_with_parent
from supervisor.consumers import CONSUMERS, consumer_environments
from supervisor.folders import throwaway_folder
from supervisor.interrupts import Interrupts
from supervisor.label_studio import LABEL_STUDIO, real_one, worker_python
from supervisor.manage import run_to_end
from supervisor.says import note
from supervisor.services import open_house
from supervisor.toolchain import CHECKOUT, PYTHON

ORACLES = "oracles"
"""Named first, only the tests that hold our statistics against other people's programs are run."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
DRIVING = ("browser", "faults", "supervisor", "backups", "client", "label_studio")
"""The folders of tests that drive browsers and whole processes. They take as long as all others together."""


def run_tests(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """Run pytest on a throwaway data folder, or on the one that was named.

    Returns:
        pytest's exit status.
    """
    if arguments[:1] == [ORACLES]:
        return run_oracles(arguments[1:])
    if arguments[:1] == [CONSUMERS]:
        return run_consumers(data, arguments[1:], interrupts)
    if arguments[:1] == [LABEL_STUDIO]:
        return run_label_studio(data, arguments[1:], interrupts)
    if (CHECKOUT / "tests" / "browser").exists():
        provide_chromium()
    if not arguments:
        return run_halves(data, interrupts)
    return run_pytest(data, arguments, interrupts)


def run_pytest(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """Run pytest with services of its own and return its exit status."""
    with throwaway_folder(data) as folder, open_house(folder, "test", interrupts) as house:
        return run_to_end(house, [str(PYTHON), "-m", "pytest", *arguments])


def run_halves(data: Path | None, interrupts: Interrupts) -> int:
    """Run the whole suite as two halves side by side, which share nothing; the second one is printed at the end.

    Returns:
        The exit status of a half that failed, else 0.
    """
    folders = [f"tests/{name}" for name in DRIVING if (CHECKOUT / "tests" / name).exists()]
    with tempfile.TemporaryFile() as said:
        second = subprocess.Popen(
            [sys.executable, str(CHECKOUT / "arete"), "test", *folders],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent(),
        )
        try:
            status = run_pytest(data, [f"--ignore={folder}" for folder in folders], interrupts)
            if status not in (0, 1):
                # It was interrupted, or never ran.
                second.terminate()
            return second.wait() or status
        finally:
            second.terminate()
            second.wait()
            said.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(said, sys.stdout.buffer)


def run_oracles(arguments: list[str]) -> int:
    """Run the tests that need other people's programs, and no services.

    Returns:
        pytest's exit status.
    """
    environment = {**os.environ, "SECRET_KEY": "only for arithmetic"}
    command = [str(PYTHON), "-m", "pytest", str(CHECKOUT / "tests" / "oracles"), *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


def run_consumers(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """Run the tests that hand a release to those who train and evaluate on it.

    Returns:
        pytest's exit status.

    Raises:
        Refusal: what they need can't be installed.
    """
    pythons = consumer_environments()
    with throwaway_folder(data) as folder, open_house(folder, "test", interrupts) as house:
        tests = str(CHECKOUT / "tests" / "consumers")
        return run_to_end(house, [str(PYTHON), "-m", "pytest", tests, *arguments], **pythons)


def run_label_studio(data: Path | None, arguments: list[str], interrupts: Interrupts) -> int:
    """Run the tests that send to a real Label Studio and fetch from it, with the SDK that its worker has.

    Returns:
        pytest's exit status.

    Raises:
        Refusal: what they need can't be installed.
    """
    variables = real_one()
    python = worker_python(("dev", "embedded"))
    with throwaway_folder(data) as folder, open_house(folder, "test", interrupts) as house:
        tests = str(CHECKOUT / "tests" / "label_studio")
        return run_to_end(house, [str(python), "-m", "pytest", tests, *arguments], **variables)


def provide_chromium() -> None:
    """Install Debian's Chromium where that is allowed; the browser tests report when there is none."""
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    if not may_install or any(shutil.which(name) for name in CHROMIUM_NAMES):
        return
    note("Installing Chromium for the browser tests ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *step], env=environment, stdin=subprocess.DEVNULL, check=False)
