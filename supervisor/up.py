"""./arete up: everything that one machine needs, until Ctrl-C."""

import argparse
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from supervisor import programs
from supervisor.children import end_with_parent
from supervisor.folders import DataFolder
from supervisor.interrupts import Interrupts, Stopped
from supervisor.label_studio import worker_python
from supervisor.says import Refusal, say
from supervisor.services import House, open_house, tail
from supervisor.toolchain import CHECKOUT, PYTHON


@dataclass(frozen=True)
class Wishes:
    """What the operator asked for."""

    port: int
    bind: str
    has_demo: bool
    has_hub: bool
    has_label_studio: bool = False

    @property
    def address(self) -> str:
        """Where this machine reaches the site."""
        return programs.web_address(self.bind, self.port)


def read_wishes(arguments: list[str]) -> Wishes:
    """Read the flags of ./arete up."""
    parser = argparse.ArgumentParser(prog="./arete up", allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
    parser.add_argument("--bind", default="127.0.0.1", help="address of the web server (127.0.0.1)")
    parser.add_argument("--no-demo", action="store_true", help="load no starter pack and start no demo Hub")
    parser.add_argument("--no-hub", action="store_true", help="start no demo Hub")
    parser.add_argument(
        "--label-studio", action="store_true", help="install and start the worker that speaks to Label Studio"
    )
    found = parser.parse_args(arguments)
    has_hub = not (found.no_demo or found.no_hub)
    return Wishes(found.port, found.bind, not found.no_demo, has_hub, found.label_studio)


def up(folder: DataFolder, wishes: Wishes, interrupts: Interrupts) -> int:
    """Run everything until the operator stops it.

    Returns:
        0 after an orderly stop.
    """
    try:
        with running(folder, wishes, interrupts) as (house, link):
            say(f"Arete is ready: {wishes.address}")
            if link:
                say(f"Sign in: {link}")
            house.watch()
    except Stopped:
        pass
    say("Stopped.")
    return 0


@contextmanager
def running(folder: DataFolder, wishes: Wishes, interrupts: Interrupts) -> Iterator[tuple[House, str]]:
    """Give a house in which pages are served, and the sign-in link, empty when nobody needs one."""

    def look_at_port() -> None:
        programs.refuse_busy_port(wishes.bind, wishes.port)

    # Installed before anything starts: it takes a minute the first time, and may fail.
    python = worker_python() if wishes.has_label_studio else None
    with open_house(folder, "up", interrupts, look_at_port) as house, announced_stop():
        house.environment.setdefault("BASE_URL", wishes.address)
        house.environment.setdefault("ALLOWED_HOSTS", programs.allowed_hosts(wishes.bind))
        if wishes.has_hub:
            house.add(programs.hub(house))
        link = prepare(house, wishes)
        house.add(programs.worker(house))
        if python:
            house.add(programs.label_studio_worker(house, python))
        house.add(programs.beat(house))
        web = house.add(programs.web(house, wishes.bind, wishes.port))
        house.wait_for(web, lambda: programs.web_answers(wishes.bind, wishes.port))
        house.publish()
        yield house, link


@contextmanager
def announced_stop() -> Iterator[None]:
    """Tell the person who pressed Ctrl-C that it was heard."""
    try:
        yield
    except Stopped:
        say("Stopping ... (Ctrl-C again hastens it)")
        raise


def prepare(house: House, wishes: Wishes) -> str:
    """Bring the database up to date; return the sign-in link.

    Raises:
        Refusal: a migration or the starter pack failed.
    """
    log = house.folder.logs / "prepare.log"
    command = [str(PYTHON), "-m", "supervisor.prepare", *([] if wishes.has_demo else ["--no-demo"])]
    with log.open("wb") as errors:
        outcome = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=house.child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            preexec_fn=end_with_parent(),
            check=False,
        )
    if outcome.returncode:
        raise Refusal(f"The database could not be brought up to date:\n{tail(log)}")
    return outcome.stdout.decode(errors="replace").strip()
