"""An adjudicator settles a disagreement by keyboard, opens an amendment, and an annotator reads what was decided."""

import pytest
from playwright.sync_api import BrowserContext, expect

from curation.models import TraitVersion
from labeling.models import Adjudication, Annotation, Membership
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.labeling.disagreeing import contested
from tests.labeling.scenes import make_member

pytestmark = pytest.mark.browser


def test_a_gap_is_settled_by_keyboard_and_opens_an_amendment(
    filled: None, context: BrowserContext, sign_in: SignIn
) -> None:
    found = contested()
    sign_in(context, make_member(found.item.project, role=Membership.Role.ADJUDICATOR))
    page = context.new_page()
    page.goto(f"/projects/{found.item.project.slug}/disagreements/")
    problems = problems_of(page)
    page.get_by_role("rowheader").get_by_role("link").press("Enter")

    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    problems += problems_of(page)
    page.get_by_label("A gap in the definition").focus()
    page.keyboard.press("Space")
    page.get_by_role("textbox", name="Reasons").focus()
    page.keyboard.type("Version 1 is silent about declining openly.")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(
        "Say what the next version of the definition should say."
    )
    problems += problems_of(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Reasons")).to_have_value(
        "Version 1 is silent about declining openly."
    )
    page.get_by_label("What the definition should say").focus()
    page.keyboard.type("Declining openly counts as candor.")
    page.get_by_role("button", name="Decide").press("Enter")

    expect(page.get_by_text("Your proposal stands on the draft of")).to_be_visible()
    assert Adjudication.objects.get().cause == "guideline gap"
    assert TraitVersion.objects.filter(state="draft", comments__text__contains="Declining openly").exists()
    person = Annotation.objects.earliest("created_at").assignment.annotator
    context.clear_cookies()
    sign_in(context, person)
    page.goto(f"/disagreements/{found.pk}/")
    expect(page.get_by_text("Version 1 is silent about declining openly.")).to_be_visible()
    problems += problems_of(page)
    assert problems == []
