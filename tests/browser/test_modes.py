"""Every kind of question is answered, taken back and changed by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from labeling.models import Annotation
from labeling.questions import Question
from tests.browser.scene import FOUR, Scene, ask, expect_progress, prefetched, shown, submit_by_keys

pytestmark = pytest.mark.browser


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def say(page: Page, name: str, key: str) -> None:
    """Walk to a question from the first one on, and answer it."""
    units = page.locator("[data-unit]")
    for _ in range(units.count()):
        page.keyboard.press("k")
    names = [
        each.get_attribute("id") or each.locator("input, select").first.get_attribute("name")
        for each in units.all()
    ]
    for _ in range(names.index(name)):
        page.keyboard.press("j")
    page.keyboard.press(key)


def submitted(page: Page, scene: Scene) -> Annotation:
    """Submit by keyboard, and return what was recorded."""
    with page.expect_response("**/submit"):
        submit_by_keys(page)
    [live] = scene.live
    return live


def undone(page: Page, first: str) -> None:
    """Take the last submission back, and wait until it is on the screen with its answers."""
    expect_progress(page, 1)
    page.keyboard.press("z")
    expect(page.locator("#stage")).to_have_attribute("data-assignment", first)


def test_all_in_all(page: Page, scene: Scene) -> None:
    ask(scene, Question.OVERALL, Question.TRAITS)
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)

    keys(page, "5", "4", "0", "j", "x")
    submitted(page, scene)
    undone(page, first)
    said = page.locator(".judge-verdict").all_text_contents()
    assert said == ["B is slightly better", "Tie: about equal", "Can’t judge", "Tie: about equal, both bad"]
    say(page, "f-p_all", "3")
    live = submitted(page, scene)

    assert live.revision == 2
    preference = live.preferences.get(trait_version=None)
    assert abs(preference.strength or 0) == 1


def test_criteria_are_graded_and_the_score_waits(page: Page, scene: Scene) -> None:
    ask(scene, Question.CRITERIA)
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)
    grades = page.locator("#grades ul")

    keys(page, "1", "3")
    expect(page.get_by_label("Why are you unsure?").nth(1)).to_be_focused()
    page.keyboard.type("It hints at it: 12.")
    keys(page, "Tab", "2")
    expect(grades).to_be_hidden()
    expect(page.locator("[data-graded]")).to_have_text("3")
    keys(page, "1")
    expect(grades.locator("li").first).to_contain_text("5 of 5 points")
    expect(grades.locator("li").last).to_contain_text("-3 of 5 points")
    keys(page, "k", "k", "b", "Space")
    expect(page.locator(".criterion").first.locator(".chip")).to_have_text("B1")
    live = submitted(page, scene)
    assert live.evidence.get().criterion_id == live.assignment.criteria[0]
    assert live.marks.get(value="unsure").unsure_because == "It hints at it: 12."

    undone(page, first)
    expect(grades.locator("li").first).to_contain_text("5 of 5 points")
    expect(page.locator(".criterion").first.locator(".chip")).to_have_text("B1")
    keys(page, "k", "k", "k", "k", "2")
    expect(grades.locator("li").first).to_contain_text("0 of 5 points")
    live = submitted(page, scene)

    assert live.revision == 2
    assert sorted(live.marks.values_list("value", flat=True)) == ["met", "not met", "not met", "unsure"]


def test_one_response_is_graded_alone(page: Page, scene: Scene) -> None:
    ask(scene, Question.CRITERIA, texts=FOUR[:1])
    page.goto(scene.url)
    expect(page.locator("main.bench-read .response")).to_have_count(1)

    page.wait_for_timeout(520)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems li")).to_have_text(["Grade every response by criterion 2."])
    page.keyboard.press("2")
    live = submitted(page, scene)

    assert live.marks.count() == 2


def test_four_responses_are_ranked_with_a_tie_and_one_left_out(page: Page, scene: Scene) -> None:
    ask(scene, Question.RANKING, texts=FOUR)
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)
    live_region = page.locator("#rank-live")

    keys(page, "2", "1", "2")
    expect(live_region).to_have_text("Response C is now in place 2 tied")
    page.get_by_label("Move C up").focus()
    page.keyboard.press("Enter")
    expect(live_region).to_have_text("Response C is now in place 2")
    expect(page.get_by_label("Move C up")).to_be_focused()
    assert order_of(page) == ["B1", "C2", "A3", "D"]
    page.get_by_label("Tie A with the one above").focus()
    page.keyboard.press("Enter")
    assert order_of(page) == ["B1", "A2", "C2", "D"]
    say(page, "f-cut", "1")
    live = submitted(page, scene)
    assert places_of(live) == {"A": (2, False), "B": (1, True), "C": (2, False)}

    undone(page, first)
    assert order_of(page) == ["B1", "A2", "C2", "D"]
    say(page, "place_D", "4")
    page.get_by_label("Move B down").focus()
    page.keyboard.press("Enter")
    live = submitted(page, scene)

    assert live.revision == 2
    assert places_of(live) == {"A": (1, True), "B": (3, False), "C": (1, True), "D": (4, False)}


def test_ratings(page: Page, scene: Scene) -> None:
    ask(scene, Question.RATINGS, texts=FOUR[:3])
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)

    keys(page, *"012340", "x", "4", "4")
    live = submitted(page, scene)
    given = live.ratings.values_list("value", flat=True)
    assert sorted(given, key=str) == [0, 0, 1, 2, 3, 4, 4, 4, None]

    undone(page, first)
    say(page, "r_A_TR", "4")
    live = submitted(page, scene)

    assert list(live.ratings.values_list("value", flat=True)).count(4) == 4


def test_rewrite_reasons_and_harm(page: Page, scene: Scene) -> None:
    ask(scene, Question.REWRITE, Question.REASONS, Question.HARM)
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)
    words = page.get_by_label("The better wording")

    page.get_by_role("checkbox", name="Response B").focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="Safer").focus()
    page.keyboard.press("Space")
    page.get_by_label("Rewrite a response").focus()
    page.keyboard.type("Response A")
    expect(words).not_to_have_value("")
    assert words.input_value() in FOUR
    words.focus()
    keys(page, "Control+a")
    page.keyboard.type("Ask the clinic first.")
    live = submitted(page, scene)
    assert (live.rewrite.text, live.reasons, live.harms.count()) == ("Ask the clinic first.", ["safer"], 1)

    undone(page, first)
    expect(words).to_have_value("Ask the clinic first.")
    page.get_by_role("checkbox", name="Response B").focus()
    page.keyboard.press("Space")
    live = submitted(page, scene)

    assert (live.revision, live.harms.count()) == (2, 0)


def test_all_questions_in_one_sitting_and_a_contradiction_that_is_meant(page: Page, scene: Scene) -> None:
    ask(scene, *Question)
    page.goto(scene.url)
    prefetched(page)
    first = shown(page)

    keys(page, "5", "4", "4", "4")
    keys(page, *"1121", *"222222", "1", "2", "2")
    press_submit(page)
    expect(page.get_by_role("heading", name="Do you mean both?")).to_be_focused()
    expect(page.locator("#doubts li")).to_have_text(
        ["You prefer B, but by the criteria A has more points.", "You prefer B, but ranked A above it."]
    )
    keys(page, "Tab", "Tab", "Enter")
    expect(page.locator("#stage")).to_have_attribute("data-assignment", first)
    press_submit(page)
    expect(page.get_by_role("heading", name="Do you mean both?")).to_be_focused()
    keys(page, "Tab", "Enter")
    expect_progress(page, 1)
    undone(page, first)
    expect(page.locator("#grades li").first).to_contain_text("5 of 5 points")
    say(page, "f-p_all", "4")
    live = submitted(page, scene)

    assert live.revision == 2
    counts = [each.count() for each in (live.preferences, live.marks, live.ratings, live.ranks)]
    assert counts == [4, 4, 6, 2]


def test_answers_of_every_kind_survive_a_reload(page: Page, scene: Scene) -> None:
    ask(scene, *Question)
    page.goto(scene.url)
    keys(page, "5", "4", "4", "4", *"1121", *"222222", "1", "2", "2")
    page.get_by_label("Rewrite a response").select_option("B")
    expect(page.locator("[data-save]")).to_contain_text("Draft saved")
    page.get_by_role("checkbox", name="Response B").check()

    page.reload()

    expect(page.get_by_role("checkbox", name="Response B")).to_be_checked()
    expect(page.get_by_label("Place of response B")).to_have_value("2")
    expect(page.locator("#grades li").first).to_contain_text("5 of 5 points")
    expect(page.get_by_label("The better wording")).not_to_have_value("")


def press_submit(page: Page) -> None:
    """Press submit once the page takes it."""
    page.wait_for_timeout(520)
    page.keyboard.press("Control+Enter")


def order_of(page: Page) -> list[str]:
    """Letters with their places, as the rows stand."""
    return [
        (row.get_attribute("data-r") or "").upper() + row.locator("select").input_value()
        for row in page.locator(".rank").all()
    ]


def places_of(live: Annotation) -> dict[str, tuple[int, bool]]:
    """Place and acceptability by the letter that was shown."""
    places = dict(live.assignment.item.places.values_list("response_id", "place"))
    letters = {place: "ABCD"[index] for index, place in enumerate(live.assignment.order_shown)}
    return {letters[places[each.response_id]]: (each.place, each.is_acceptable) for each in live.ranks.all()}
