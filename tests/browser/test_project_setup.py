"""A lead sets a project up from nothing until items are handed out, with the keyboard alone."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from config.invariants import violations
from labeling.actions.invitations import Offer, invite_into
from labeling.models import Assignment, Item, Membership, Project
from tests.browser.conftest import SignIn
from tests.browser.scene import MODELS
from tests.browser.test_accessibility import problems_of
from tests.factories import (
    make_domain,
    make_response,
    make_scenario,
    make_trait,
    make_trait_version,
    make_user,
)
from tests.labeling.scenes import make_labeling_project, submit, take

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(filled: None) -> User:
    """A curator, with three scenarios about health that two models answered."""
    make_trait_version(make_trait("candor", code="CA", name="Candor"))
    for number in range(3):
        scenario = make_scenario(f"May he take {number} of them?", domain=make_domain("health"))
        for model in MODELS:
            make_response(scenario, f"An answer of {MODELS.index(model)} to {number}.", model=model)
    make_user("reader@example.org", name="A reader")
    return make_user(roles=(Role.CURATORS,), name="Ada Lead")


@pytest.fixture
def page_of(context: BrowserContext, sign_in: SignIn, live_server: LiveServer, lead: User) -> Page:
    """A page of the lead."""
    sign_in(context, lead)
    return context.new_page()


def press(page: Page, role: str, name: str) -> None:
    """Press a link or button with the keyboard."""
    page.get_by_role(role, name=name).first.focus()  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def tick(page: Page, name: str) -> None:
    """Tick a box, or take it away, with the keyboard."""
    page.get_by_role("checkbox", name=name).focus()
    page.keyboard.press("Space")


def fill(page: Page, label: str, text: str) -> None:
    """Type into a field what shall stand there."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def test_a_project_from_nothing_to_items_handed_out_by_keyboard(
    page_of: Page, browser_elsewhere: BrowserContext, sign_in: SignIn, live_server: LiveServer
) -> None:
    page = page_of
    page.goto("/projects/")
    press(page, "link", "New project")
    expect(page.get_by_role("heading", level=1)).to_have_text("New project")
    fill(page, "Name", "Honest help at the bedside")
    tick(page, "Candor, version 1")
    tick(page, "Which is better, all in all")
    expect(page.get_by_role("checkbox", name="Which is better, all in all")).to_be_checked()
    found = problems_of(page)
    press(page, "button", "Set up the project")
    expect(page.get_by_role("heading", name="What is left to do")).to_be_visible()
    found += problems_of(page)

    press(page, "link", "Look them over")
    fill(page, "People who judge each item", "1")
    fill(page, "What people should know before they judge", "Read **everything** first.")
    press(page, "button", "Preview")
    expect(page.locator("#guidelines-preview strong")).to_have_text("everything")
    # What the bar at the top happens to cover half would seem too small.
    page.evaluate("window.scrollTo(0, 0)")
    found += problems_of(page)
    press(page, "button", "Save the rules")
    expect(page.get_by_text("The rules are saved.")).to_be_visible()

    page.get_by_role("link", name="Items", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What is handed out first")).to_be_visible()
    found += problems_of(page)
    press(page, "link", "Make items")
    page.get_by_label("Domain").focus()
    page.keyboard.type("Health")
    press(page, "button", "Look at what comes of it")
    expect(page.get_by_role("heading", name="3 new items")).to_be_visible()
    found += problems_of(page)
    press(page, "button", "Make 3 items")
    expect(page.get_by_text("3 items made.")).to_be_visible()

    press(page, "link", "People")
    fill(page, "E-mail of someone with an account", "reader@example.org")
    press(page, "button", "Add")
    expect(page.get_by_role("rowheader", name="A reader")).to_be_visible()
    press(page, "button", "Make the link")
    link = page.get_by_label("Invitation link", exact=True).input_value()
    found += problems_of(page)
    press(page, "link", "Back to people")
    expect(page.get_by_role("cell", name="0 of 1")).to_be_visible()
    found += problems_of(page)

    press(page, "link", "Overview")
    press(page, "button", "Open for labeling")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    found += problems_of(page)

    other = browser_elsewhere.new_page()
    other.goto(urlsplit(link).path)
    expect(other.get_by_role("heading", name="I am new here")).to_be_visible()
    found += problems_of(other)
    fill(other, "Email", "new@example.org")
    press(other, "button", "Make an account")
    fill(other, "Name", "New here")
    fill(other, "Password", "eleven small boats")
    press(other, "button", "Begin")
    expect(other.get_by_role("heading", level=1)).to_have_text("Honest help at the bedside")
    press(other, "link", "Label")
    expect(other.locator("#stage")).to_have_attribute("data-assignment", re.compile(".+"))

    project = Project.objects.get()
    assert found == []
    assert (project.questions, project.overlap) == (["overall", "traits", "confidence"], 1)
    assert Item.objects.count() == 3
    assert Assignment.objects.filter(annotator__email="new@example.org").exists()
    assert violations() == {}


def test_a_lead_moves_to_a_new_meaning_by_keyboard(page_of: Page, lead: User) -> None:
    project = make_labeling_project(items=2, traits=1)
    Membership.objects.create(project=project, user=lead, role=Membership.Role.LEAD)
    submit(take(project, lead))
    pin = project.pins.get()
    make_trait_version(pin.trait_version.trait, definition="Whether the model says what it does not know.")
    page = page_of
    page.goto(f"/projects/{project.slug}/versions/")
    page.get_by_text("What differs").focus()
    page.keyboard.press("Enter")
    found = problems_of(page)

    press(page, "button", "Move to version 2")

    expect(page.get_by_text("1 of its items are open again.")).to_be_visible()
    assert found == []
    assert violations() == {}


def test_someone_with_an_account_joins_by_keyboard(page_of: Page, live_server: LiveServer) -> None:
    project = make_labeling_project(name="Honest help")
    inviting = make_user(name="Another lead")
    for_other = invite_into(project, Offer("annotator", email="x@example.org"), invited_by=inviting)
    for_all = invite_into(project, Offer("annotator"), invited_by=inviting)
    page = page_of
    page.goto(f"/join/{for_other.token}/")
    expect(page.get_by_text("This link is for another address.")).to_be_visible()
    found = problems_of(page)
    page.goto(f"/join/{for_all.token}/")
    expect(page.get_by_text("Another lead invites you")).to_be_visible()
    found += problems_of(page)

    press(page, "button", "Join the project")

    expect(page.get_by_role("heading", level=1)).to_have_text("Honest help")
    assert found == []
    assert violations() == {}
