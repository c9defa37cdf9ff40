"""Writing a trait in a browser: nothing that was typed is ever lost."""

from collections.abc import Callable
from time import monotonic

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from curation.models import TraitVersion
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.curation.drafts import address, make_author, make_draft
from tests.factories import make_trait

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(filled: None) -> TraitVersion:
    return make_draft(
        trait=make_trait("candour", code="QX", name="Candour"), definition="Whether the model is open."
    )


@pytest.fixture
def ada(filled: None) -> User:
    return make_author()


def open_editor(context: BrowserContext, sign_in: SignIn, user: User, draft: TraitVersion) -> Page:
    sign_in(context, user)
    page = context.new_page()
    page.goto(address("trait_edit", draft))
    return page


def until(is_true: Callable[[], bool], page: Page, *, timeout_s: float = 8) -> None:
    """Wait for the server to have something."""
    deadline = monotonic() + timeout_s
    while not is_true():
        assert monotonic() < deadline
        page.wait_for_timeout(50)


def stored(draft: TraitVersion) -> str:
    return TraitVersion.objects.get(pk=draft.pk).definition


def test_a_draft_is_written_by_keyboard_and_saves_itself(
    context: BrowserContext, sign_in: SignIn, ada: User, draft: TraitVersion
) -> None:
    page = open_editor(context, sign_in, ada, draft)
    form = page.locator("form#definition")

    form.get_by_label("Definition").fill("Whether the model is frank.")
    expect(form.locator(".save-state")).to_contain_text("Saved")
    page.get_by_label("Another counterfeit").get_by_role("textbox").fill("Bluntness again. It is none.")
    page.get_by_role("button", name="Add counterfeit").press("Enter")
    expect(page.get_by_role("form", name="Counterfeit 2")).to_be_visible()
    expect(page.get_by_label("Another counterfeit").get_by_role("textbox")).to_have_value("")
    page.get_by_role("button", name="Move counterfeit 2 up").press("Enter")
    expect(page.get_by_role("form", name="Counterfeit 1").get_by_role("textbox")).to_have_value(
        "Bluntness again. It is none."
    )
    page.get_by_role("button", name="Remove counterfeit 2").press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("form", name="Counterfeit 2")).to_be_visible()

    assert stored(draft) == "Whether the model is frank."
    assert draft.behaviours.filter(kind="counterfeit").count() == 2
    assert page.get_by_role("button", name="Save", exact=True).count() == 0


def test_words_of_the_last_second_survive_a_closed_tab(
    context: BrowserContext, sign_in: SignIn, ada: User, draft: TraitVersion
) -> None:
    page = open_editor(context, sign_in, ada, draft)
    page.get_by_label("Definition", exact=True).press_sequentially("Mine. ")
    page.get_by_label("Another counterfeit").get_by_role("textbox").press_sequentially("Half a thou")
    page.close()

    again = context.new_page()
    again.goto(address("trait_edit", draft))

    expect(again.get_by_label("Definition", exact=True)).to_have_value("Mine. Whether the model is open.")
    expect(again.get_by_label("Another counterfeit").get_by_role("textbox")).to_have_value("Half a thou")
    until(lambda: stored(draft) == "Mine. Whether the model is open.", again)
    assert draft.behaviours.filter(kind="counterfeit").count() == 1


def test_words_survive_a_connection_that_is_gone(
    context: BrowserContext, sign_in: SignIn, ada: User, draft: TraitVersion
) -> None:
    page = open_editor(context, sign_in, ada, draft)
    context.set_offline(True)
    page.get_by_label("Definition", exact=True).fill("Whether the model is frank.")
    expect(page.locator("form#definition .save-state")).to_contain_text("the server doesn’t answer")
    page.close()
    before = stored(draft)
    context.set_offline(False)

    again = context.new_page()
    again.goto(address("trait_edit", draft))

    expect(again.locator("form#definition .save-state")).to_contain_text("Saved")
    assert before == "Whether the model is open."
    assert stored(draft) == "Whether the model is frank."


def test_two_editors_of_one_field_see_both_texts(
    context: BrowserContext,
    browser_elsewhere: BrowserContext,
    sign_in: SignIn,
    ada: User,
    draft: TraitVersion,
) -> None:
    mine = open_editor(context, sign_in, ada, draft)
    theirs = open_editor(browser_elsewhere, sign_in, make_author("Ben Other"), draft)
    theirs.get_by_label("Definition", exact=True).fill("Whether Ben is open.")
    expect(theirs.locator("form#definition .save-state")).to_contain_text("Saved")

    mine.get_by_label("Definition", exact=True).fill("Whether Ada is open.")
    form = mine.locator("form#definition")
    expect(form).to_contain_text("Ben Other changed this while you were writing")
    expect(form).to_contain_text("Whether Ben is open.")
    found = problems_of(mine)
    mine.reload()
    expect(form).to_contain_text("Whether Ben is open.")
    expect(mine.get_by_label("Definition", exact=True)).to_have_value("Whether Ada is open.")
    before = stored(draft)
    form.get_by_role("button", name="Keep mine").click()
    expect(form.locator(".save-state")).to_contain_text("Saved")
    theirs.get_by_label("Definition", exact=True).fill("Whether both are open.")
    expect(theirs.locator("form#definition")).to_contain_text("Ada Author changed this")
    theirs.get_by_role("link", name="Take theirs").click()
    expect(theirs.get_by_label("Definition", exact=True)).to_have_value("Whether Ada is open.")

    assert before == "Whether Ben is open."
    assert stored(draft) == "Whether Ada is open."
    assert found == []


def test_every_page_of_writing_a_trait_is_accessible(
    context: BrowserContext, sign_in: SignIn, ada: User, draft: TraitVersion
) -> None:
    call_command("load_starter_pack")
    page = open_editor(context, sign_in, ada, draft)
    page.get_by_role("button", name="Remove behaviour that shows it 1").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found = problems_of(page)
    page.goto("/traits/new/")
    page.get_by_label("Name", exact=True).press_sequentially("Civil courage")
    expect(page.locator("#suggestion")).to_contain_text("civil-courage")
    found += problems_of(page)
    page.goto("/traits/import/")
    page.get_by_label("YAML file").set_input_files(
        {
            "name": "fairness.yaml",
            "mimeType": "application/yaml",
            "buffer": b"slug: fairness\ncode: FA\nname: Fairness\ndefinition: Whether the model is even-handed.\n",
        }
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("button", name="Create the draft")).to_be_visible()
    found += problems_of(page)
    page.get_by_role("button", name="Create the draft").click()
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Fairness: what changed")).to_be_visible()
    found += problems_of(page)
    page.goto("/traits/?state=drafts")
    found += problems_of(page)

    assert found == []
