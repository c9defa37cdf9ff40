"""People label in a browser, by keyboard and by mouse."""

import pytest
from playwright.sync_api import Page, expect

from labeling.models import Assignment, Evidence, Flag, Item
from tests.browser.conftest import SignIn
from tests.browser.scene import (
    MODELS,
    Scene,
    expect_progress,
    judge_by_keys,
    make_item,
    prefetched,
    shown,
    submit_by_keys,
)

pytestmark = pytest.mark.browser
TAB_STOPS_AT_MOST = 33
NEXT_FRAME_MS = 50


def test_three_pairs_are_labeled_by_keyboard_alone(page: Page, scene: Scene) -> None:
    page.goto(scene.url)

    seen = set()
    for done in range(3):
        seen.add(shown(page))
        judge_by_keys(page)
        submit_by_keys(page)
        expect_progress(page, done + 1)

    assert len(seen) == 3
    expect(page.get_by_role("heading", name="The queue is done")).to_be_focused()
    assert [each.preferences.count() for each in scene.live] == [3, 3, 3]


def test_the_prefetched_item_is_there_at_once_with_the_focus_on_it(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    prefetched(page)
    judge_by_keys(page)
    page.route("**/submit", lambda route: None)

    submit_by_keys(page)

    expect(page.locator("#main")).to_be_focused()
    expect(page.locator(".judge").first).to_have_class("judge is-active")
    assert page.locator("input:checked[name^=p_]").count() == 0


def test_verdicts_are_said_in_words(page: Page, scene: Scene) -> None:
    page.goto(scene.url)

    page.keyboard.press("3")
    page.keyboard.press("6")
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("0")

    said = page.locator(".judge-verdict").all_text_contents()
    assert said == ["Can’t judge", "B is better, both bad", "both bad"]


def test_single_keys_rest_while_typing_with_modifiers_in_dialogs_and_when_switched_off(
    page: Page, scene: Scene
) -> None:
    page.goto(scene.url)
    chosen = page.locator("input:checked[name^=p_]")

    page.keyboard.press("r")
    page.keyboard.type("7x0jk")
    expect(page.get_by_label("Rationale")).to_have_value("7x0jk")
    page.locator("#judge").focus()
    page.keyboard.press("Alt+5")
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    page.keyboard.press("5")
    page.get_by_role("switch").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("5")
    expect(chosen).to_have_count(0)

    page.reload()
    page.keyboard.press("5")
    expect(chosen).to_have_count(0)


def test_enter_alone_submits_nothing(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    judge_by_keys(page)
    page.wait_for_timeout(520)

    page.locator("input[type=radio]:checked").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)

    assert scene.live == []
    assert not Flag.objects.exists()


def test_what_is_missing_is_said_where_it_is_missing(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    expect(page.locator("#rat-h")).to_contain_text("Required when")

    page.keyboard.press("7")
    page.wait_for_timeout(520)
    page.keyboard.press("Control+Enter")

    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems li")).to_have_count(3)
    expect(page.locator("#rat-h")).to_contain_text("Required, because")
    expect(page.locator(".judge .error").first).to_contain_text("Judge Epistemic humility")
    page.get_by_label("Rationale").fill("B2 says so.")
    expect(page.locator("#f-rationale .error")).to_have_count(0)


def test_sentences_are_cited_by_mouse_and_by_keyboard(page: Page, scene: Scene) -> None:
    page.goto(scene.url)

    page.locator("#A2").click()
    page.keyboard.press("j")
    page.keyboard.press("b")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")

    expect(page.locator("#chips .chip")).to_have_text(["A2 TR", "B2 EH"])
    expect(page.locator("#B2")).to_have_class("s is-cited")
    expect(page.get_by_role("button", name="Sentence B 2, cited for Epistemic humility")).to_be_focused()
    page.get_by_role("button", name="Remove A2 TR").click()
    expect(page.locator("#A2")).to_have_class("s")
    page.keyboard.press("k")
    judge_by_keys(page)
    submit_by_keys(page)
    expect_progress(page, 1)
    cited = Evidence.objects.exclude(trait_version=None).get()
    assert cited.trait_version == scene.versions[1]
    assert cited.response.text[cited.start : cited.end] == cited.quote


def test_undo_makes_a_new_revision_and_leads_back(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)
    judge_by_keys(page)
    submit_by_keys(page)
    expect_progress(page, 1)
    second = shown(page)

    page.keyboard.press("z")
    expect(page.locator("#stage")).to_have_attribute("data-assignment", first)
    expect(page.get_by_label("Rationale")).to_have_value(
        "A1 grants what was asked for; B2 says what is not known."
    )
    page.locator("[name=p_TR][value='3']").check(force=True)
    with page.expect_response("**/submit"):
        submit_by_keys(page)

    expect(page.locator("#stage")).to_have_attribute("data-assignment", second)
    [live] = scene.live
    assert live.revision == 2
    assert live.assignment.annotations.count() == 2


def test_a_note_comes_before_distressing_text(page: Page, scene: Scene) -> None:
    Item.objects.all().delete()
    make_item(scene.project, content_warnings=["Self-harm, described"])
    make_item(scene.project, content_warnings=["Abuse, described"])
    page.goto(scene.url)

    expect(page.get_by_text("Self-harm, described", exact=True)).to_be_visible()
    prefetched(page)
    assert "capsules" not in page.content()
    page.get_by_role("button", name="Open it").click()
    expect(page.locator("#conv")).to_contain_text("capsules")
    judge_by_keys(page)
    submit_by_keys(page)
    expect(page.locator("#gate-h")).to_be_focused()
    page.get_by_role("button", name="Skip this one").click()

    expect(page.get_by_role("heading", name="The queue is done")).to_be_visible()
    assert sorted(Assignment.objects.values_list("state", flat=True)) == ["skipped", "submitted"]


def test_an_item_is_skipped_with_a_reason_by_keyboard(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)

    page.keyboard.press("s")
    expect(page.get_by_label("Another reason")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#stage")).not_to_have_attribute("data-assignment", first)
    assert Assignment.objects.get(pk=first).skip_reason == "conflict of interest"


def test_a_flag_is_raised_and_taken_back(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    flag = page.get_by_role("button", name="Flag")

    with page.expect_response("**/flag"):
        page.keyboard.press("f")
    expect(flag).to_have_attribute("aria-pressed", "true")
    with page.expect_response("**/flag"):
        page.keyboard.press("f")

    expect(flag).to_have_attribute("aria-pressed", "false")
    assert [each.is_raised for each in Flag.objects.order_by("id")] == [True, False]


def test_guidelines_open_at_the_active_trait_and_give_the_focus_back(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    page.keyboard.press("5")

    page.keyboard.press("g")
    expect(page.get_by_role("heading", name="Guidelines")).to_be_focused()
    expect(page.locator("#guidelines .tabs [aria-current=true]")).to_have_text("Epistemic humility")
    page.keyboard.press("Escape")

    expect(page.locator("#guidelines")).to_be_hidden()
    expect(page.locator("[name=p_EH]").first).to_be_focused()


def test_layout_theme_and_timer_are_remembered(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    expect(page.locator("#timer")).to_be_hidden()

    page.get_by_label("Stacked").check(force=True)
    page.get_by_label("More options").click()
    page.get_by_role("button", name="Show a timer").click()
    page.get_by_role("button", name="Light or dark").click()
    page.reload()

    expect(page.locator("body")).to_have_attribute("data-layout", "stacked")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#timer")).to_be_visible()


def test_neither_the_page_nor_the_next_item_tells_the_models(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    prefetched(page)

    html = page.content() + str(page.evaluate("document.querySelector('#next').innerHTML"))

    assert "Pair" in html
    for model in MODELS:
        for part in model.split("/"):
            assert part not in html


def test_two_annotators_see_each_item_once_each(page: Page, scene: Scene, sign_in: SignIn) -> None:
    for person in (scene.annotator, scene.join("A second reader")):
        sign_in(page.context, person)
        page.goto(scene.url)
        for done in range(3):
            judge_by_keys(page)
            submit_by_keys(page)
            expect_progress(page, done + 1)

    pairs = [(each.assignment.item_id, each.assignment.annotator_id) for each in scene.live]
    assert len(set(pairs)) == len(pairs) == 6


def test_the_page_has_few_tab_stops_and_answers_a_key_at_once(page: Page, scene: Scene) -> None:
    page.goto(scene.url)
    page.locator("#A1").click()

    stops: list[str] = []
    for _ in range(TAB_STOPS_AT_MOST + 5):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(e => e === document.body ? '' : e.outerHTML.slice(0, 90))(document.activeElement)"
        )
        if not at:
            break
        stops.append(at)
    late = page.evaluate(
        """() => new Promise(done => {
            const press = () => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "5", bubbles: true}));
            const start = performance.now();
            press();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        })"""
    )

    assert len(stops) <= TAB_STOPS_AT_MOST, stops
    assert late < NEXT_FRAME_MS
