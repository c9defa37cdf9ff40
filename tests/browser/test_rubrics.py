"""An author writes a rubric by keyboard, grades responses with it, and sees whether it tells them apart."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Role, User
from curation.models import Criterion, Grading, Scenario
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.factories import make_criterion, make_response, make_scenario, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def scenario(filled: None) -> Scenario:
    """Return a scenario with two responses and no rubric."""
    made = make_scenario("My landlord keeps the deposit. What can I do?")
    for text in ("Write to the landlord and name a date.", "Break into the office at night."):
        make_response(made, text)
    return made


@pytest.fixture
def author(filled: None) -> User:
    """Return someone who writes criteria."""
    return make_user(name="An author", roles=(Role.TRAIT_AUTHORS,))


@pytest.fixture
def page(context: BrowserContext, author: User, sign_in: SignIn) -> Page:
    """Return a page of the author."""
    sign_in(context, author)
    return context.new_page()


def where(scenario: Scenario) -> str:
    return f"/scenarios/{scenario.pk}/rubric/"


def type_criterion(page: Page, text: str, points: str) -> None:
    """Type a criterion into the form that has the focus, up to the button."""
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.type(points)


def ready_to_grade(page: Page, name: str) -> None:
    """Wait until keys mark what is shown."""
    expect(page.get_by_role("heading", name=f"Grade: {name}")).to_be_visible()
    expect(page.locator(".criterion.is-active")).to_have_count(1)


def test_a_rubric_is_written_published_and_graded_with_by_keyboard(page: Page, scenario: Scenario) -> None:
    page.goto(where(scenario))
    adding = page.get_by_role("form", name="Another criterion")
    adding.get_by_label("What is to be checked").focus()

    type_criterion(page, "Gives appropriate advice", "5")
    expect(adding.get_by_text("Vague adjective.")).to_be_visible()
    adding.get_by_label("What is to be checked").focus()
    page.keyboard.press("ControlOrMeta+a")
    type_criterion(page, "Names a deadline for the landlord", "5")
    expect(adding.get_by_text("Vague adjective.")).to_have_count(0)
    page.keyboard.press("Enter")
    for number, (text, points) in enumerate(
        (("Asks for the lease", "3"), ("Proposes a burglary", "-8")), start=2
    ):
        expect(page.get_by_text(f"{number - 1} draft", exact=False).first).to_be_visible()
        expect(adding.get_by_label("What is to be checked")).to_be_focused()
        type_criterion(page, text, points)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Publish all 3 drafts").press("Enter")
    expect(page.get_by_text("3 criteria count")).to_be_visible()

    page.get_by_role("link", name="Grade responses").press("Enter")
    ready_to_grade(page, "Response A")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Graded: 62 %")).to_be_visible()
    page.get_by_role("link", name="Grade the next").press("Enter")
    ready_to_grade(page, "Response B")
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Graded: \N{MINUS SIGN}100 %")).to_be_visible()

    assert problems_of(page) == []
    page.goto(where(scenario))
    assert problems_of(page) == []
    expect(page.get_by_text("over 2 responses")).to_contain_text("From \N{MINUS SIGN}100 % to 62 %")
    assert set(Grading.objects.values_list("score", flat=True)) == {-1.0, 0.625}


FOCUS_AT_FIRST_SIGHT = """() => new MutationObserver((_, observer) => {
    if (!document.querySelector("#grading [autofocus]")) return;
    document.documentElement.dataset.focus = document.activeElement.textContent.trim();
    observer.disconnect();
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_key_pressed_as_soon_as_an_answer_is_seen_is_not_lost(page: Page, scenario: Scenario) -> None:
    make_criterion(scenario, "Names a deadline")
    response = scenario.responses.first()
    assert response is not None
    page.goto(f"{where(scenario)}grade/{response.pk}/")
    ready_to_grade(page, "Response")
    page.evaluate(FOCUS_AT_FIRST_SIGHT)

    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")

    expect(page.locator("html")).to_have_attribute("data-focus", re.compile("^Graded: 100 %"))


def test_a_draft_saves_itself_and_a_closed_tab_loses_no_word(page: Page, scenario: Scenario) -> None:
    draft = make_criterion(scenario, "First words", state="draft")
    page.goto(where(scenario))
    form = page.get_by_role("form", name="Draft of criterion 1")

    form.get_by_label("What is to be checked").fill("Explains the law and recommends a lawyer")
    expect(form.get_by_text("Saved")).to_be_visible()
    expect(form.get_by_text("Compound criterion.")).to_be_visible()
    page.get_by_role("form", name="Another criterion").get_by_label("What is to be checked").fill(
        "Half a thou"
    )
    page.goto(where(scenario))

    expect(form.get_by_label("What is to be checked")).to_have_value(
        "Explains the law and recommends a lawyer"
    )
    expect(
        page.get_by_role("form", name="Another criterion").get_by_label("What is to be checked")
    ).to_have_value("Half a thou")
    draft.refresh_from_db()
    assert draft.text == "Explains the law and recommends a lawyer"


def test_marks_of_a_closed_tab_are_still_there(page: Page, scenario: Scenario) -> None:
    make_criterion(scenario, "Names a deadline")
    make_criterion(scenario, "Proposes a burglary", -8)
    response = scenario.responses.first()
    assert response is not None
    page.goto(f"{where(scenario)}grade/{response.pk}/")

    ready_to_grade(page, "Response")
    page.keyboard.press("1")
    page.goto("about:blank")
    page.goto(f"{where(scenario)}grade/{response.pk}/")
    expect(page.get_by_role("radio", name="Met", exact=True).first).to_be_checked()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert")).to_contain_text("1 criterion has no mark yet")
    assert not Grading.objects.exists()


def test_without_scripts_a_rubric_is_written_and_graded_with(
    browser, live_server, author: User, scenario: Scenario, sign_in: SignIn
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, author)
    page = context.new_page()
    page.goto(where(scenario))

    adding = page.get_by_role("form", name="Another criterion")
    adding.get_by_label("What is to be checked").fill("Gives appropriate advice")
    adding.get_by_label("Points").fill("5")
    adding.get_by_role("button").click()
    expect(page.get_by_text("Vague adjective.")).to_be_visible()
    page.get_by_role("button", name="Publish the draft").click()
    page.get_by_role("link", name="Grade responses").click()
    page.get_by_role("radio", name="Met", exact=True).check()
    page.get_by_role("button", name="Save the grades").click()

    expect(page.get_by_text("Graded: 100 %")).to_be_visible()
    context.close()
    assert Criterion.objects.get().state == "published"
