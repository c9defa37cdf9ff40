"""A real Chromium against a real server: one browser for all tests, a fresh profile for each."""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from time import sleep
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.scene import Scene, make_scene

QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NETWORK = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest")
"""What the console says when a request got no answer, which tests do on purpose."""
PATIENCE_MS = 15_000
"""How long a busy machine may need to show something."""
SignIn = Callable[[BrowserContext, User], None]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return the driver. It runs a loop in this thread, which Django takes for an async view."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """Return the one browser; tests take profiles of it."""
    started = playwright.chromium.launch(executable_path=chromium, args=QUIET)
    yield started
    started.close()


@pytest.fixture(scope="session", autouse=True)
def statics_as_sent() -> Iterator[None]:
    """Let our middleware answer for static files, as it does in a deployment, and not the test server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "_should_handle", lambda handler, path: False)
        yield


@pytest.fixture(autouse=True)
def filled(transactional_db: None) -> None:
    """Bring back what migrations filled in: the test before emptied every table."""
    for name, fill in (("0002_roles", "add_roles"), ("0003_first_consent", "add_consent")):
        getattr(import_module(f"accounts.migrations.{name}"), fill)(apps, None)


@pytest.fixture
def scene(filled: None) -> Scene:
    """Return an open project with three traits, three items and one annotator."""
    return make_scene()


@pytest.fixture
def sign_in(live_server: LiveServer) -> SignIn:
    """Return a function that gives a browser the session of a person."""

    def give(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    return give


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Return a fresh profile. A script that broke, or that the policy stopped, fails the test at its end."""
    yield from fresh_profile(browser, live_server.url)


@pytest.fixture
def browser_elsewhere(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Return a second profile: another device."""
    yield from fresh_profile(browser, live_server.url)


def fresh_profile(browser: Browser, url: str, **options: Any) -> Iterator[BrowserContext]:
    """Yield a profile that nobody used; at its end, fail the test for what went wrong in its console."""
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in NETWORK):
            troubles.append(message.text)

    made = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900}, **options)
    made.set_default_timeout(PATIENCE_MS)
    made.on("console", note)
    made.on("weberror", lambda error: troubles.append(str(error.error)))
    yield made
    made.close()
    let_the_server_finish()
    assert troubles == []


def let_the_server_finish() -> None:
    """Wait for requests that the browser no longer waits for: emptying the tables would meet their locks."""
    busy = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
    for _ in range(100):
        sleep(0.03)
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return


@pytest.fixture
def page(context: BrowserContext, scene: Scene, sign_in: SignIn) -> Page:
    """Return a page of the scene's annotator."""
    sign_in(context, scene.annotator)
    return context.new_page()


@pytest.fixture
def page_of_nobody(context: BrowserContext) -> Page:
    """Return a page that nobody is signed in on."""
    return context.new_page()
