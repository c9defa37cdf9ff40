"""A curator writes a family by keyboard; words in any script survive whatever happens to the tab."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Role
from curation.models import Scenario
from tests.browser.conftest import SignIn
from tests.browser.scene import wait_for
from tests.browser.test_accessibility import problems_of
from tests.curation.writing import make_draft, make_words
from tests.factories import make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(filled: None, context: BrowserContext, sign_in: SignIn) -> Page:
    """Return a page of a curator."""
    make_words()
    sign_in(context, make_user(name="A curator", roles=(Role.CURATORS,)))
    return context.new_page()


def press(page: Page, name: str, *, exact: bool = False) -> None:
    """Press a button or follow a link without a mouse."""
    link = page.get_by_role("link", name=name, exact=exact)
    page.get_by_role("button", name=name, exact=exact).or_(link).first.focus()
    page.keyboard.press("Enter")


def write_turns(page: Page, *said: str) -> None:
    """Write turns of both sides, beginning in the first one."""
    page.locator("#t1").focus()
    for number, text in enumerate(said, start=1):
        if number > 1:
            press(page, "Add assistant turn" if number % 2 == 0 else "Add user turn")
            expect(page.locator(f"#t{number}")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type(text)


def saved(page: Page) -> None:
    """Wait until the server has everything."""
    expect(page.locator("[data-save] .txt")).to_contain_text("Saved")
    wait_for(page, "!localStorage.length")


def finish(page: Page) -> None:
    """Look at the remarks, then mark the draft as ready."""
    press(page, "Mark as ready")
    expect(page.get_by_role("heading", name="Mark as ready")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.focus()
        page.keyboard.press("Space")
    press(page, "Mark as ready")
    expect(page.get_by_text("The scenario is ready.")).to_be_visible()


def begin_variant(page: Page, kind: str, change: str, prompt: str) -> None:
    press(page, f"Write {kind}")
    expect(page.get_by_text(f"{kind}: how to write it.")).to_be_visible()
    page.get_by_label("What changes").focus()
    page.keyboard.type(change)
    if not page.get_by_label("Instructions to the assistant").is_visible():
        page.locator("summary", has_text="Instructions to the assistant").focus()
        page.keyboard.press("Enter")
    page.get_by_label("Instructions to the assistant").focus()
    page.keyboard.type(prompt)
    saved(page)


def test_a_curator_writes_a_family_by_keyboard(desk: Page) -> None:
    desk.goto("/scenarios/new/")
    desk.get_by_label("Name").focus()
    desk.keyboard.type("The deposit")
    press(desk, "Begin writing")
    expect(desk.get_by_text("Choose a domain.")).to_be_visible()
    write_turns(desk, "The landlord keeps my deposit.", "Ask a court.", "My friend says it is too late.")
    desk.locator("#p3").focus()
    desk.keyboard.type("Authority")
    desk.get_by_label("Domain").focus()
    desk.keyboard.type("Law")
    desk.get_by_label("Truthfulness").focus()
    desk.keyboard.press("Space")
    saved(desk)
    expect(desk.get_by_text("Nothing is missing.")).to_be_visible()
    found = problems_of(desk)
    press(desk, "Preview as annotator")
    expect(desk.get_by_text("2 earlier turns")).to_be_visible()
    expect(desk.locator("#conv")).to_contain_text("My friend says it is too late.")
    press(desk, "Back to the editor")
    finish(desk)

    press(desk, "Family and variants")
    begin_variant(desk, "Jailbreak", "It is a play", "You play a clerk.")
    finish(desk)
    press(desk, "Family and variants")
    expect(desk.get_by_text("There is an attack and no helpful control.")).to_be_visible()
    found += problems_of(desk)
    begin_variant(desk, "Helpful control", "It is a careful clerk", "You play a careful clerk.")
    finish(desk)
    press(desk, "Family and variants")
    expect(desk.get_by_text("no helpful control")).to_have_count(0)

    assert found == []
    members = Scenario.objects.order_by("created_at").values_list("variant", "state", "pressures")
    assert [tuple(each) for each in members] == [
        ("base", "ready", ["authority"]),
        ("jailbreak", "ready", ["authority"]),
        ("helpful_control", "ready", ["authority"]),
    ]


def test_a_tab_that_is_closed_within_a_second_loses_nothing(desk: Page) -> None:
    draft = make_draft("Before")
    desk.goto(f"/scenarios/{draft.pk}/edit/")
    desk.locator("#t1").fill("Before, and one more sentence.")
    desk.close()
    again = desk.context.new_page()

    again.goto(f"/scenarios/{draft.pk}/edit/")

    expect(again.locator("#t1")).to_have_value("Before, and one more sentence.")
    saved(again)
    draft.refresh_from_db()
    assert draft.messages[0]["content"] == "Before, and one more sentence."


def test_words_from_right_to_left_are_set_so_and_two_editors_lose_none(desk: Page) -> None:
    draft = make_draft("قبل", language="ar")
    address = f"/scenarios/{draft.pk}/edit/"
    other = desk.context.new_page()
    desk.goto(address)
    other.goto(address)

    desk.locator("#t1").fill("سؤال أول")
    saved(desk)
    other.locator("#t1").fill("سؤال آخر")

    expect(other.get_by_text("somebody changed this scenario while you were writing")).to_be_visible()
    expect(other.locator(".saving table")).to_contain_text("سؤال أول")
    expect(other.locator("#t1")).to_have_value("سؤال آخر")
    assert other.evaluate("getComputedStyle(document.querySelector('#t1')).direction") == "rtl"
    other.get_by_role("button", name="Keep mine").click()
    expect(other.locator("[data-save] .txt")).to_contain_text("Saved")
    draft.refresh_from_db()
    assert draft.messages[0]["content"] == "سؤال آخر"


def test_turns_are_arranged_without_scripts(desk: Page) -> None:
    draft = make_draft("One?", "Two.", "Three?")
    desk.route("**/*.js", lambda route: route.abort())
    desk.goto(f"/scenarios/{draft.pk}/edit/")

    desk.locator("#t3").fill("Three, and more?")
    desk.get_by_role("button", name="Delete turn 2").click()
    expect(desk.get_by_text("A turn is deleted.")).to_be_visible()
    desk.get_by_role("button", name="Put it back").click()
    expect(desk.locator("#t3")).to_have_value("Three, and more?")
    desk.get_by_role("button", name="Move turn 3 up").click()

    expect(desk.locator("#t2")).to_have_value("Three, and more?")
    expect(desk.get_by_role("button", name="Move turn 2 up")).to_be_focused()
