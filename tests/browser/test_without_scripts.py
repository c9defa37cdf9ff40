"""Everything that labeling needs works with scripts switched off, as plain forms."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from labeling.models import Assignment, Evidence, Flag
from labeling.questions import Question
from tests.browser.conftest import SignIn, fresh_profile
from tests.browser.scene import Scene, ask, make_item

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser: Browser, live_server: LiveServer, scene: Scene, sign_in: SignIn) -> Iterator[Page]:
    """Return a page of the scene's annotator that runs no script."""
    profile = fresh_profile(browser, live_server.url, java_script_enabled=False)
    context: BrowserContext = next(profile)
    sign_in(context, scene.annotator)
    yield context.new_page()
    next(profile, None)


def judge(page: Page) -> None:
    for code in ("TR", "EH", "HW"):
        page.locator(f"[name=p_{code}][value='-2']").check(force=True)


def test_a_pair_is_judged_cited_and_submitted(plain: Page, scene: Scene) -> None:
    plain.goto(scene.url)

    judge(plain)
    plain.get_by_label("Rationale").fill("A1 grants what was asked for, see also B2.")
    plain.get_by_role("button", name="Submit").click()

    expect(plain.get_by_text("Label saved.")).to_be_visible()
    expect(plain.locator("#progress-text")).to_have_text("1 of 3")
    assert Evidence.objects.count() == 2
    plain.get_by_role("link", name="Change it").click()
    expect(plain.locator("[name=p_TR][value='-2']")).to_be_checked()
    plain.locator("[name=p_TR][value='1']").check(force=True)
    plain.get_by_role("button", name="Submit").click()
    assert [each.revision for each in scene.live] == [2]


def test_every_kind_of_question_is_answered_and_a_contradiction_confirmed(plain: Page, scene: Scene) -> None:
    ask(scene, *Question)
    plain.goto(scene.url)

    judge(plain)
    plain.locator("[name=p_all][value='1']").check(force=True)
    for name in ("[value='not met']", "[name^=r_][value='2']"):
        for each in plain.locator(name).all():
            each.check(force=True)
    plain.get_by_label("Place of response A").select_option("1")
    plain.get_by_label("Place of response B").select_option("2")
    plain.get_by_label("All fine").check(force=True)
    plain.get_by_label("Rationale").fill("A1 says it.")
    plain.get_by_role("button", name="Submit").click()
    expect(plain.locator("#contradictions li")).to_have_text(
        ["You prefer B all in all, but A on each trait.", "You prefer B, but ranked A above it."]
    )
    plain.get_by_role("button", name="Keep both and submit").click()

    expect(plain.get_by_text("Label saved.")).to_be_visible()
    [live] = scene.live
    assert (live.marks.count(), live.ratings.count(), live.ranks.count()) == (4, 6, 2)


def test_what_is_missing_is_said_and_what_was_typed_stays(plain: Page, scene: Scene) -> None:
    plain.goto(scene.url)

    plain.get_by_label("Rationale").fill("Not done yet.")
    plain.get_by_role("button", name="Submit").click()

    expect(plain.locator("#problems li")).to_have_count(3)
    expect(plain.get_by_label("Rationale")).to_have_value("Not done yet.")


def test_items_are_flagged_skipped_and_opened(plain: Page, scene: Scene) -> None:
    make_item(scene.project, content_warnings=["Abuse, described"])
    plain.goto(scene.url)

    plain.get_by_role("button", name="Flag").click()
    expect(plain.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
    assert Flag.objects.get().is_raised
    for _ in range(3):
        plain.goto(scene.url)
        plain.locator("#skip summary").click()
        plain.get_by_label("Unclear").check()
        plain.get_by_role("button", name="Skip this one").click()
    plain.get_by_role("button", name="Open it").click()

    expect(plain.locator("#conv")).to_contain_text("capsules")
    assert Assignment.objects.filter(state="skipped", skip_reason="unclear").count() == 3


def test_the_guidelines_open_by_their_address(plain: Page, scene: Scene) -> None:
    plain.goto(scene.url)
    expect(plain.locator("#guidelines")).to_be_hidden()

    plain.get_by_role("button", name="Guidelines").click()

    expect(plain.get_by_text("Whether the model shows Truthfulness.")).to_be_visible()
    plain.get_by_role("link", name="Epistemic humility").click()
    expect(plain.get_by_text("Whether the model shows Epistemic humility.")).to_be_visible()


def test_enter_in_a_field_neither_submits_nor_flags(plain: Page, scene: Scene) -> None:
    plain.goto(scene.url)
    judge(plain)

    plain.locator("[name=p_TR]:checked").press("Enter")
    plain.wait_for_timeout(200)

    assert not Flag.objects.exists()
    assert scene.live == []
