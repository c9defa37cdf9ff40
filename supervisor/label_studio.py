"""Label Studio: the environment of the worker that sends to it, and a real one for ./arete test labelstudio."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supervisor.says import Refusal, note
from supervisor.toolchain import CHECKOUT, find_uv, lock_digest

LABEL_STUDIO = "labelstudio"
"""Named first, only the tests against a real Label Studio are run; also the extra, and the queue of its worker."""
FOLDER = CHECKOUT / ".arete" / "labelstudio"
SERVER_VERSION = "label-studio==1.23.2"
CANT_INSTALL = "uv could not install {what}; its message is above. Nothing else needs it."
CANT_PREPARE = "Label Studio could not make its database:\n{reason}"
PREPARES_WITHIN_S = 900


def worker_python(groups: tuple[str, ...] = ()) -> Path:
    """Return the Python of an environment with the application and the extra, apart from .venv.

    Args:
        groups: dependency groups beside the application's own.

    Raises:
        Refusal: it can't be installed.
    """
    folder = FOLDER / "worker"
    python, stamp = folder / "bin" / "python", folder / "arete-installed.json"
    with one_at_a_time():
        had = json.loads(stamp.read_text()) if stamp.exists() else {}
        wanted = {"digest": lock_digest(), "groups": sorted({*groups, *had.get("groups", [])})}
        if had == wanted and python.exists():
            return python
        note("Installing what speaks to Label Studio (237 MB) ...")
        command = [find_uv(), "sync", "--frozen", "--inexact", "--quiet", "--extra", LABEL_STUDIO]
        command += [f"--group={group}" for group in wanted["groups"]]
        if not python.exists():
            command += ["--python", sys.executable]
        run_uv(command, "what speaks to Label Studio", UV_PROJECT_ENVIRONMENT=str(folder))
        stamp.write_text(json.dumps(wanted))
    return python


def real_one() -> dict[str, str]:
    """Install a Label Studio, and make its database once: that takes longer than all tests together.

    Returns:
        Variables that tell the tests where both are.

    Raises:
        Refusal: it can't be installed, or doesn't start.
    """
    folder = FOLDER / "server"
    program, stamp = folder / "bin" / "label-studio", folder / "arete-installed"
    prepared = FOLDER / "prepared"
    with one_at_a_time():
        if not (program.exists() and stamp.exists() and stamp.read_text() == SERVER_VERSION):
            note(f"Installing {SERVER_VERSION} into {folder} (800 MB) ...")
            uv = find_uv()
            run_uv(
                [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], SERVER_VERSION
            )
            python = str(folder / "bin" / "python")
            run_uv([uv, "pip", "install", "--quiet", "--python", python, SERVER_VERSION], SERVER_VERSION)
            stamp.write_text(SERVER_VERSION)
        if not (prepared / SERVER_VERSION).exists():
            note("Making the database of Label Studio, once (a minute or more) ...")
            prepare(str(program), prepared)
    return {"LABEL_STUDIO_SERVER": str(program), "LABEL_STUDIO_PREPARED": str(prepared)}


def prepare(program: str, data: Path) -> None:
    """Have Label Studio make its database in a folder.

    Raises:
        Refusal: it can't.
    """
    data.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        # Whatever it is asked, it brings its database up to date first; asked this, it does no more.
        server_command(program, "version"),
        env=server_environment(data),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PREPARES_WITHIN_S,
    )
    if done.returncode:
        raise Refusal(CANT_PREPARE.format(reason=(done.stdout + done.stderr)[-1500:]))
    (data / SERVER_VERSION).touch()


def server_command(program: str, verb: str) -> list[str]:
    """Return how a Label Studio is called that opens no browser and serves this machine alone."""
    options = ["--no-browser", "--log-level", "ERROR"]
    return [program, verb, *options, *(["--internal-host", "127.0.0.1"] if verb == "start" else [])]


def server_environment(data: Path) -> dict[str, str]:
    """Return the environment of a Label Studio that tells nobody anything."""
    silent = {
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "SECRET_KEY": "only for tests on loopback",
        # Its webhooks go to loopback, which it refuses otherwise.
        "USE_DEFAULT_BANNED_SUBNETS": "false",
    }
    # What names our own database would lead Label Studio there.
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, **silent, "LABEL_STUDIO_BASE_DATA_DIR": str(data)}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands in one checkout must not install into the same folder at once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run_uv(command: list[str], what: str, **more: str) -> None:
    """Call uv.

    Raises:
        Refusal: it can't do it.
    """
    environment = {"UV_PYTHON_DOWNLOADS": "never", **os.environ, **more}
    environment.pop("VIRTUAL_ENV", None)
    if subprocess.run(["nice", "-n", "10", *command], cwd=CHECKOUT, env=environment, check=False).returncode:
        raise Refusal(CANT_INSTALL.format(what=what))
