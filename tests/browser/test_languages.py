"""The session and one's own pages in other languages: read from the right, by keyboard, without fault in axe."""

import pytest
from playwright.sync_api import Page, expect

from accounts.actions.people import invite
from tests.browser.scene import FOUR, Scene, ask, judge_by_keys, make_item, submit_by_keys
from tests.browser.test_accessibility import NARROW, problems_of

pytestmark = pytest.mark.browser
DIRECTION = "getComputedStyle(document.querySelector('main')).direction"
LANGUAGES = [("ar", "rtl"), ("de", "ltr")]


def speak(page: Page, url: str, language: str) -> None:
    """Choose a language on this device."""
    page.context.add_cookies([{"name": "language", "value": language, "url": url}])


@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
def test_an_item_is_labeled_by_keyboard(
    page: Page, scene: Scene, live_server: object, language: str, direction: str
) -> None:
    speak(page, str(live_server), language)
    page.goto(scene.url)

    assert page.evaluate(DIRECTION) == direction
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".response").first.get_attribute("lang") == "en"
    found = problems_of(page)
    judge_by_keys(page)
    found += problems_of(page)
    submit_by_keys(page)

    expect(page.locator("#progress-text")).to_contain_text("1")
    assert [each.annotation.revision for each in scene.live[0].preferences.all()] == [1, 1, 1]
    assert [each.strength is None for each in scene.live[0].preferences.all()] == [False] * 3
    assert found == []


@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
def test_every_question_and_what_is_missing(
    page: Page, scene: Scene, live_server: object, language: str, direction: str
) -> None:
    ask(
        scene,
        "ranking",
        "criteria",
        "ratings",
        "rewrite",
        "reasons",
        "harm",
        "confidence",
        texts=FOUR[:3],
        items=1,
    )
    speak(page, str(live_server), language)
    page.goto(scene.url)
    page.wait_for_timeout(520)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems")).to_be_visible()
    found = problems_of(page)
    make_item(scene.project, content_warnings=["self-harm"], texts=FOUR[:3])
    page.goto("/")
    found += problems_of(page)

    assert page.evaluate(DIRECTION) == direction
    assert found == []


@pytest.mark.parametrize("language", [language for language, _ in LANGUAGES])
def test_ones_own_pages(page: Page, live_server: object, language: str) -> None:
    speak(page, str(live_server), language)
    found = []
    for url in ("/me/", "/me/care/", "/me/hours/", "/me/data/", "/me/withdraw/?scope=all", "/help/"):
        page.goto(url)
        found += problems_of(page)
    for url in ("/", "/me/security/", "/me/profile/", "/me/tokens/", "/me/consent/new/", "/me/erase/"):
        page.goto(url)
        found += problems_of(page, NARROW)

    assert found == []


@pytest.mark.parametrize("language", [language for language, _ in LANGUAGES])
def test_the_ways_in_on_a_phone(
    page_of_nobody: Page, filled: None, live_server: object, language: str
) -> None:
    page = page_of_nobody
    invited = invite("new@example.org", name="Nurse", invited_by=None)
    speak(page, str(live_server), language)
    found = []
    for url in (f"/invitation/{invited.token}/", "/sign-in/forgotten/", "/sign-in/"):
        page.goto(url)
        found += problems_of(page, NARROW)
    page.locator("form button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    found += problems_of(page, NARROW)

    assert page.locator("html").get_attribute("lang") == language
    assert found == []


def test_a_language_is_chosen_without_a_script(page: Page) -> None:
    page.goto("/help/")
    page.get_by_role("button", name="العربيّة").click()

    expect(page.get_by_role("heading", name="المساعدة")).to_be_visible()
    assert page.evaluate(DIRECTION) == "rtl"
