"""A steward takes a recipe to the Hub by keyboard, past a gate that another waives, and lets it go on weekly."""

from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest
from cryptography.fernet import Fernet
from huggingface_hub.utils._http import default_client_factory
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from curation.models import Benchmark, Response
from exports.actions.schedules import start_due_slots
from exports.actions.slots import advance_slots
from exports.hub_double import HubDouble
from exports.models import Schedule
from runs.actions import perform_now
from runs.models import Run
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.browser.test_project_setup import fill, press, tick
from tests.exports.judged import Panel
from tests.exports.releases import history
from tests.factories import make_domain, make_scenario, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def hub(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, live_server: LiveServer
) -> Iterator[HubDouble]:
    """A Hub that the operator allows, and a house that may keep files and secrets."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    settings.DATA_DIR = tmp_path / "files"
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    with HubDouble(tmp_path / "hub", {"hf_write": "write"}) as double:
        settings.EGRESS_ALLOWED = [double.url.removeprefix("http://")]
        yield double
    huggingface_hub.set_client_factory(default_client_factory)


@pytest.fixture
def panel(filled: None) -> Panel:
    """Three people who agree on four pairs whose makers' terms nobody has written down."""
    Benchmark.objects.create(name="A benchmark")
    panel = Panel(name="Honest help")
    for number, strengths in enumerate(((2, 2, 1), (-2, -1, -2), (1, 2, 2), (-1, -1, -3))):
        judge_about(panel, f"A question about rent, the {number}th", *strengths)
    return panel


def judge_about(panel: Panel, words: str, *strengths: int) -> None:
    """One more pair, the second response of which is longer."""
    scenario = make_scenario(words, domain=make_domain("law"))
    panel.pair(*strengths, scenario=scenario, texts=("Ask first.", "Ask the landlord first, then decide."))


def work() -> None:
    """What a worker does until nothing waits."""
    while waiting := list(Run.objects.unfinished()):
        for run in waiting:
            perform_now(run)
        advance_slots()
    advance_slots()


def test_from_a_recipe_to_a_weekly_release(
    context: BrowserContext,
    browser_elsewhere: BrowserContext,
    sign_in: SignIn,
    hub: HubDouble,
    panel: Panel,
) -> None:
    sign_in(context, make_user(name="A Steward", roles=(Role.STEWARDS,)))
    sign_in(browser_elsewhere, make_user(name="Another Steward", roles=(Role.STEWARDS,)))
    page = context.new_page()

    add_destination(page, hub)
    write_recipe(page)
    press(page, "button", "Cut a release")
    expect(page.get_by_role("heading", level=1)).to_have_text("Release 1.0.0")
    work()
    page.reload()
    expect(page.get_by_role("link", name="1 of 14 gates open")).to_be_visible()
    expect(page.get_by_text("It is held back until its open gate passes or is waived.")).to_be_visible()
    assert problems_of(page) == []

    waive_by_another(page, browser_elsewhere)
    expect(page.get_by_text("Licenses known is waived.")).to_be_visible()
    expect(page.get_by_text("Its card is being written anew")).to_be_visible()
    work()
    page.reload()
    expect(page.get_by_role("checkbox", name="Our Hub")).to_be_checked()
    press(page, "button", "Publish")
    expect(page.get_by_role("heading", name="Steps")).to_be_visible()
    work()
    expect(page.get_by_text("v1.0.0").first).to_be_visible()
    assert history(hub) == ["Release 1.0.0", "initial commit"]

    schedule_weekly(page)
    # Until Monday one more pair is judged, and somebody finds out about the terms.
    judge_about(panel, "A question about heating", -2, -1, -2)
    Response.objects.update(license="CC-BY-4.0")
    for _ in range(2):
        start_due_slots(Schedule.objects.get().next_at)
        work()
    page.reload()

    states = page.get_by_role("table").get_by_role("row")
    expect(states.nth(1)).to_contain_text("Skipped")
    expect(states.nth(1)).to_contain_text("Nothing changed since")
    expect(states.nth(2)).to_contain_text("Done")
    assert problems_of(page) == []
    assert history(hub) == ["Release 1.1.0", "Release 1.0.0", "initial commit"]


def add_destination(page: Page, hub: HubDouble) -> None:
    page.goto("/destinations/new/")
    fill(page, "Name", "Our Hub")
    fill(page, "Address of the Hub", hub.url)
    fill(page, "Dataset repository", "org/traits")
    fill(page, "Access token", "hf_write")
    tick(page, "Create it when it is missing")
    press(page, "button", "Add")
    expect(page.get_by_role("heading", level=1)).to_have_text("Our Hub")


def write_recipe(page: Page) -> None:
    page.goto("/recipes/new/")
    fill(page, "Name", "Honest help")
    tick(page, "Honest help")
    fill(page, "Fewest people per pair", "3")
    press(page, "button", "Write the recipe")
    expect(page.get_by_role("heading", level=1)).to_have_text("Honest help")


def waive_by_another(page: Page, elsewhere: BrowserContext) -> None:
    """One steward gives the reason and can't answer for it; the other answers for it too."""
    press(page, "link", "Waive with a reason")
    page.get_by_role("textbox", name="Reason").focus()
    page.keyboard.type("The makers were asked twice, and their answer is on its way.")
    press(page, "button", "Ask for a waiver")
    expect(page.get_by_role("heading", name="A Steward asks for a waiver")).to_be_visible()
    expect(page.get_by_role("button", name="Answer for it")).to_have_count(0)
    other = elsewhere.new_page()
    other.goto(page.url)
    press(other, "button", "Answer for it")
    expect(other.get_by_text("answered for by Another Steward").first).to_be_visible()
    press(page, "link", "Back to the release")


def schedule_weekly(page: Page) -> None:
    page.goto("/recipes/honest-help/schedules/new/")
    fill(page, "When", "0 6 * * MON")
    tick(page, "Our Hub")
    press(page, "button", "Add")
    expect(page.get_by_role("heading", name="The next three times")).to_be_visible()
