"""People who label every kind of item in a hurry, and insist until each answer is acknowledged."""

import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from django.conf import settings
from django.test import Client

from accounts.models import User
from labeling.models import Project
from tests.factories import make_user
from tests.faults.conftest import Processes
from tests.labeling.modes import MODES, filled_in, make_mode
from tests.labeling.scenes import make_member

PEOPLE = 8
PATIENCE_S = 120


@dataclass
class Hurry:
    """What the people of one run want, and what they were told."""

    port: int
    projects: Sequence[Project]
    wanted: int
    known: dict[str, str] = field(default_factory=dict)
    """The project of each submission that was acknowledged."""
    asked_again: int = 0
    """Requests that got no answer, or an error of the server."""
    errors: list[BaseException] = field(default_factory=list)

    def next_port(self) -> int:
        """Whom to ask next."""
        return self.port

    def is_done(self) -> bool:
        """Whether enough was acknowledged, or somebody gave up."""
        return len(self.known) >= self.wanted or bool(self.errors)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_web(house: Processes, port: int) -> subprocess.Popen[bytes]:
    """A group of web workers: killing it kills all of them."""
    options = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "2", "--no-ws"]
    return house.start(
        sys.executable, "-m", "granian", "--port", str(port), *options, "config.wsgi:application"
    )


def is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def busy_projects(wanted: int) -> tuple[list[Project], list[httpx.Client]]:
    """A project of each mode with more places than are wanted, and browsers of people who are in all of them."""
    items = wanted // len(MODES) + PEOPLE
    projects = [make_mode(mode, items=items, gold=4, overlap=2, gold_percent=20) for mode in MODES]
    people = [make_user() for _ in range(PEOPLE)]
    for project in projects:
        for person in people:
            make_member(project, person)
    return projects, [browser(person) for person in people]


def browser(person: User) -> httpx.Client:
    door = Client()
    door.force_login(person)
    token = "a" * 32
    cookies = {settings.SESSION_COOKIE_NAME: door.cookies[settings.SESSION_COOKIE_NAME].value}
    cookies[settings.CSRF_COOKIE_NAME] = token
    return httpx.Client(cookies=cookies, headers={"X-CSRFToken": token}, timeout=10)


def insist(hurry: Hurry, client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    """Ask until there is an answer, as the outbox does."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            answer = client.request(method, f"http://127.0.0.1:{hurry.next_port()}{path}", **request)
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code < 500:
            return answer
        hurry.asked_again += 1
        time.sleep(0.05)
    raise AssertionError(f"no answer from {path}")


def label(hurry: Hurry, client: httpx.Client, slug: str) -> None:
    """Take the next item, and submit one answer under one id however often it takes."""
    page = insist(hurry, client, "GET", f"/label/{slug}/next").text
    found = re.search(r'data-assignment="([^"]+)"', page)
    assert found, page
    form = filled_in(page, str(uuid4()))
    url = f"/assignments/{found[1]}/submit"
    answer = insist(hurry, client, "POST", url, data=form, headers={"Accept": "application/json"})
    assert answer.json()["state"] == "saved", answer.text
    hurry.known[form["submission_id"]] = slug


def start_people(hurry: Hurry, clients: Sequence[httpx.Client]) -> list[threading.Thread]:
    """Let everybody label, each project in turn, until it is done."""

    def work(client: httpx.Client) -> None:
        try:
            slugs = [project.slug for project in hurry.projects]
            random.shuffle(slugs)
            while not hurry.is_done():
                label(hurry, client, slugs[0])
                slugs.append(slugs.pop(0))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits.
            hurry.errors.append(error)

    threads = [threading.Thread(target=work, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    return threads


def finish(hurry: Hurry, threads: Sequence[threading.Thread]) -> None:
    """Wait until everybody is done, and raise what went wrong."""
    for thread in threads:
        thread.join()
    if hurry.errors:
        raise hurry.errors[0]
