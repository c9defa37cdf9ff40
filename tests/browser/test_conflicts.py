"""What the world did meanwhile never costs a person their words, whatever kind of item they answered."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from labeling.actions.moves import move_pin
from labeling.actions.withdrawals import withdraw
from labeling.models import Annotation, Project
from labeling.questions import Question
from tests.browser.scene import FOUR, Scene, ask, expect_progress, prefetched, shown, submit_by_keys
from tests.browser.test_modes import keys, order_of, press_submit
from tests.factories import make_trait_version

pytestmark = pytest.mark.browser
WORDS = "A1 hides the risk; the clinic knows more."


def grade(page: Page) -> None:
    keys(page, "1", "2", "1", "2")


def grades_stand(page: Page) -> None:
    expect(page.locator(".mark input:checked")).to_have_count(4)
    expect(page.locator("#grades ul")).to_be_visible()


def rank(page: Page) -> None:
    keys(page, "2", "1", "4", "3", "2")


def ranks_stand(page: Page) -> None:
    expect(page.get_by_label("Place of response A")).to_have_value("2")
    assert order_of(page) == ["B1", "A2", "D3", "C4"]
    expect(page.locator("input[name=cut]:checked")).to_have_value("2")


def rewrite(page: Page) -> None:
    page.get_by_label("Rewrite a response").focus()
    page.keyboard.type("Response A")
    words = page.get_by_label("The better wording")
    expect(words).not_to_have_value("")
    words.focus()
    keys(page, "Control+a")
    page.keyboard.type("Ask the clinic first.")


def rewrite_stands(page: Page) -> None:
    expect(page.get_by_label("The better wording")).to_have_value("Ask the clinic first.")


Act = Callable[[Page], None]
KINDS: dict[str, tuple[Question, int, Act, Act]] = {
    "criteria": (Question.CRITERIA, 2, grade, grades_stand),
    "ranking": (Question.RANKING, 4, rank, ranks_stand),
    "rewrite": (Question.REWRITE, 2, rewrite, rewrite_stands),
}


def answered(page: Page, scene: Scene, kind: str) -> str:
    """Open an item of a kind and answer it; return its assignment. The next one lies ready."""
    question, responses, act, _ = KINDS[kind]
    ask(scene, question, texts=FOUR[:responses])
    page.goto(scene.url)
    prefetched(page)
    act(page)
    page.locator("#rationale").focus()
    page.keyboard.type(WORDS)
    expect(page.locator("[data-save]")).to_contain_text("Draft saved")
    return shown(page)


@pytest.mark.parametrize("kind", KINDS)
def test_a_newer_definition_asks_to_judge_again_and_keeps_the_answer(
    page: Page, scene: Scene, kind: str
) -> None:
    first = answered(page, scene, kind)
    newer = make_trait_version(scene.versions[0].trait, meaning_changed=True)
    move_pin(scene.project, newer, actor=scene.annotator)

    submit_by_keys(page)

    expect(page.locator("#attention")).to_contain_text("Your words are below")
    page.locator("#attention summary").click()
    expect(page.locator("[data-words]")).to_contain_text(WORDS)
    page.get_by_role("button", name="Open it again").press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-assignment", first)
    expect(page.locator("#rationale")).to_have_value(WORDS)
    KINDS[kind][3](page)
    page.locator("#judge").focus()
    press_submit(page)
    expect_progress(page, 1)
    expect(page.locator("#attention")).to_be_hidden()
    [live] = scene.live
    assert (live.rationale, str(live.assignment_id)) == (WORDS, first)
    assert newer.pk in live.assignment.trait_versions


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_after_a_withdrawal_is_refused_and_its_words_can_be_copied(
    page: Page, scene: Scene, kind: str
) -> None:
    answered(page, scene, kind)
    withdraw(scene.annotator)

    submit_by_keys(page)

    expect(page.locator("#attention")).to_contain_text("You took your labels back after you got this item")
    expect(page.get_by_role("button", name="Open it again")).to_be_hidden()
    page.locator("#attention summary").click()
    expect(page.locator("[data-words]")).to_contain_text(WORDS)
    if kind == "rewrite":
        expect(page.locator("[data-words]")).to_contain_text("Ask the clinic first.")
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_begun_before_a_project_closed_is_kept(page: Page, scene: Scene, kind: str) -> None:
    answered(page, scene, kind)
    page.evaluate("document.querySelector('#next').content.replaceChildren()")
    Project.objects.update(state=Project.State.CLOSED)

    submit_by_keys(page)

    expect(page.get_by_role("heading", name="This project is closed")).to_be_visible()
    expect_progress(page, 1)
    expect(page.locator("#attention")).to_be_hidden()
    assert [each.rationale for each in scene.live] == [WORDS]
