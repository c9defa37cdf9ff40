"""What a device asks of pages: colors that the system chose, and no motion."""

import os
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from labeling.questions import Question
from runs.models import Run
from tests.browser.conftest import SignIn, fresh_profile
from tests.browser.scene import FOUR, Scene, ask, judge_by_keys

pytestmark = pytest.mark.browser
NO_RING = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(each => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.type !== 'hidden')
    .filter(each => {
        each.focus();
        if (document.activeElement !== each) return false;
        const near = [each, each.closest('label'), each.parentElement].filter(Boolean);
        return !near.map(one => getComputedStyle(one)).some(style =>
            style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
            && style.outlineColor !== getComputedStyle(document.body).backgroundColor);
    })
    .map(each => each.outerHTML.slice(0, 120))"""
"""Controls that get the focus and show nothing of it."""
MOVES = """() => [...document.querySelectorAll('*')].flatMap(each => ['', '::before', '::after'].map(part => {
    const style = getComputedStyle(each, part || undefined);
    const longest = text => Math.max(...text.split(', ').map(parseFloat));
    const moves = longest(style.transitionDuration) > 0.001
        || style.animationName !== 'none' && longest(style.animationDuration) > 0.001
        || style.scrollBehavior === 'smooth';
    return moves ? each.tagName + '.' + each.className + part : '';
})).filter(Boolean)"""
"""What would move for longer than a millisecond, or scroll softly."""
RUNNING = "document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 1).length"


def color(page: Page, selector: str, name: str = "background-color") -> str:
    return str(
        page.locator(selector).first.evaluate(
            "(each, name) => getComputedStyle(each).getPropertyValue(name)", name
        )
    )


def shot(page: Page, name: str) -> None:
    """Keep a picture for people to look at, where they ask for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture(params=["light", "dark"])
def forced(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, scene: Scene, sign_in: SignIn
) -> Iterator[Page]:
    """A page of the annotator, on a device that chooses the colors."""
    for context in fresh_profile(
        browser, live_server.url, forced_colors="active", color_scheme=request.param
    ):
        sign_in(context, scene.annotator)
        yield context.new_page()


@pytest.fixture
def still(browser: Browser, live_server: LiveServer, scene: Scene, sign_in: SignIn) -> Iterator[Page]:
    """A page of the annotator, on a device that wants no motion."""
    for context in fresh_profile(browser, live_server.url, reduced_motion="reduce"):
        sign_in(context, scene.annotator)
        yield context.new_page()


def test_in_forced_colors_answers_progress_errors_and_focus_are_seen(forced: Page, scene: Scene) -> None:
    page = forced
    ask(scene, Question.TRAITS, Question.CRITERIA, Question.RATINGS, texts=FOUR[:2])
    page.goto(scene.url)
    page.wait_for_timeout(520)
    page.keyboard.press("5")
    page.locator(".mark [value=unsure]").first.check(force=True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems")).to_be_visible()
    shot(page, "forced-session")

    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for kind in ("scale", "seg"):
        chosen, other = (
            color(page, f".{kind} label:{which}") for which in ("has(:checked)", "not(:has(:checked))")
        )
        assert chosen != other, kind
    assert color(page, "#progress > span") != color(page, "#progress")
    assert float(color(page, "#problems", "border-top-width").removesuffix("px")) >= 2
    assert color(page, "#problems", "border-top-style") == "solid"
    assert float(color(page, ".is-invalid", "border-inline-start-width").removesuffix("px")) >= 3
    page.keyboard.press("Tab")
    assert page.evaluate(NO_RING) == []


def test_in_forced_colors_forms_and_background_work_are_seen(forced: Page, scene: Scene) -> None:
    page = forced
    run = Run.objects.create(
        kind="labeling.import", created_by=scene.annotator, done=3, total=9, state="done",
        finished_at=timezone.now(),
    )  # fmt: skip
    page.goto(f"/runs/{run.pk}/")
    bar = color(page, ".progress > span"), color(page, ".progress")
    page.goto("/me/")
    page.locator("[name=name]").fill("")
    page.get_by_role("button", name="Save name").click()
    expect(page.locator(".error-summary")).to_be_visible()
    shot(page, "forced-form")

    assert bar[0] != bar[1]
    assert color(page, ".is-invalid .input", "border-top-style") == "solid"
    assert color(page, ".is-invalid .input", "border-top-width") == "2px"
    assert color(page, ".seg label:has(:checked)") != color(page, ".seg label:not(:has(:checked))")
    page.keyboard.press("Tab")
    assert page.evaluate(NO_RING) == []


def test_a_control_without_a_ring_would_be_found(forced: Page) -> None:
    forced.goto("/help/")
    forced.keyboard.press("Tab")
    forced.evaluate("document.querySelector('main a').style.outline = 'none'")

    assert len(forced.evaluate(NO_RING)) == 1


def test_with_reduced_motion_nothing_moves(still: Page, scene: Scene) -> None:
    page = still
    moving: list[str] = []
    for address in ("/", "/me/", scene.url):
        page.goto(address)
        moving += page.evaluate(MOVES)
    judge_by_keys(page, "46")
    page.locator("#judge").focus()
    page.keyboard.press("g")
    expect(page.get_by_role("heading", name="Guidelines")).to_be_visible()
    moving += page.evaluate(MOVES)

    assert page.evaluate(RUNNING) == 0
    assert moving == []


def test_without_the_wish_something_does(page: Page, scene: Scene) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.goto(scene.url)

    assert page.evaluate(MOVES) != []
