"""A whole working day of an annotator, by keyboard alone."""

from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from config.invariants import violations
from labeling.models import Annotation, Assignment, Project, Qualification
from tests.browser.conftest import SignIn
from tests.browser.scene import prefetched, shown, submit_by_keys
from tests.browser.test_conflicts import grade, rank, rewrite
from tests.browser.test_modes import keys
from tests.factories import make_user
from tests.labeling.calibrating import qualify_by
from tests.labeling.modes import make_mode
from tests.labeling.scenes import make_member

pytestmark = pytest.mark.browser


def compare(page: Page) -> None:
    keys(page, "5", "4")


def rate(page: Page) -> None:
    keys(page, "4", "3", "2")


TEN = 10
OTHERS: dict[str, Callable[[Page], None]] = {
    "criteria": grade,
    "ranking": rank,
    "ratings": rate,
    "rewrite": rewrite,
}


@pytest.fixture
def annotator(filled: None) -> User:
    """Return somebody who is in a project of each mode, and has to qualify in the one that compares."""
    person = make_user(name="An annotator")
    compared = make_mode("preference", items=TEN + 2, gold=1, name="Compare")
    qualify_by(compared, list(compared.items.filter(is_gold=True)), pass_percent=0)
    for project in (compared, *(make_mode(mode, items=TEN, name=mode) for mode in OTHERS)):
        make_member(project, person)
    return person


def tab_to(page: Page, name: str) -> None:
    """Walk by Tab from the top of the page to what has this name."""
    page.locator("body").press("Control+Home")
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.replace(/\\s+/g, ' ').trim()").startswith(name):
            return
    raise AssertionError(f"no way by keyboard to {name}")


def enter(page: Page, name: str) -> None:
    """Go from home into a project."""
    page.goto("/")
    tab_to(page, name)
    page.keyboard.press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-state", "item")
    # Before the script has seen the item, keys go to nobody.
    expect(page.locator("#stage")).to_have_attribute("data-seen", "1")


def submit(page: Page) -> str:
    """Say why, submit, wait until it is acknowledged, and return the assignment."""
    done = shown(page)
    keys(page, "r")
    page.keyboard.type("It says what it does not know.")
    with page.expect_response("**/submit") as answer:
        submit_by_keys(page)
    assert answer.value.ok
    return done


def test_a_day_by_keyboard(context: BrowserContext, annotator: User, sign_in: SignIn) -> None:
    sign_in(context, annotator)
    page = context.new_page()

    enter(page, "Begin: Compare")
    expect(page.locator("#qualify")).to_contain_text("Qualify first: 1 item.")
    compare(page)
    submit(page)
    expect(page.locator("#stage")).to_have_attribute("data-state", "item")
    assert Qualification.objects.get().has_passed

    prefetched(page)
    compare(page)
    first = submit(page)
    keys(page, "z")
    expect(page.locator("#stage")).to_have_attribute("data-assignment", first)
    keys(page, "3")
    with page.expect_response("**/submit"):
        submit_by_keys(page)

    prefetched(page)
    skipped = shown(page)
    keys(page, "s", "ArrowUp", "Tab", "Enter")
    expect(page.locator("#stage")).not_to_have_attribute("data-assignment", skipped)

    prefetched(page)
    context.set_offline(True)
    compare(page)
    keys(page, "r")
    page.keyboard.type("Written without a network.")
    submit_by_keys(page)
    expect(page.locator("#offline")).to_contain_text("Labels stored in this browser: 1")
    context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()

    for _ in range(TEN - 3):
        compare(page)
        submit(page)
    for mode, act in OTHERS.items():
        enter(page, f"Start {mode}")
        for _ in range(TEN):
            act(page)
            submit(page)

    assert Assignment.objects.get(pk=skipped).state == "skipped"
    assert Annotation.objects.live().get(assignment_id=first).revision == 2
    assert Annotation.objects.filter(rationale="Written without a network.").count() == 1
    live = Annotation.objects.live().values_list("assignment__item__project__name", flat=True)
    assert Counter(live) == dict.fromkeys(Project.objects.values_list("name", flat=True), TEN)
    assert violations() == {}
