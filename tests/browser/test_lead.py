"""A lead watches agreement and sends one item to adjudication; an adjudicator then finds it: by keyboard alone."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from config.invariants import violations
from labeling.models import Disagreement, Membership
from runs.actions import perform_now
from runs.models import Run
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.browser.test_project_setup import press
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.browser


def test_a_lead_watches_alpha_and_sends_an_item_to_adjudication(
    filled: None, context: BrowserContext, browser_elsewhere: BrowserContext, sign_in: SignIn
) -> None:
    project = make_labeling_project(items=3, traits=1, overlap=2)
    for strengths in ((2, 1, -1), (2, 2, 1)):
        member = make_member(project)
        for strength in strengths:
            assignment = take(project, member)
            submit(assignment, strength=strength if assignment.order_shown[0] == 0 else -strength)
    sign_in(context, make_member(project, make_user(name="Ada Lead"), role=Membership.Role.LEAD))
    page = context.new_page()

    page.goto(f"/projects/{project.slug}/dashboard/")
    found = problems_of(page)
    press(page, "button", "Measure the project")
    expect(page.get_by_role("status")).to_contain_text("Measuring")
    for run in Run.objects.unfinished():
        perform_now(run)
    page.reload()
    agreement = page.get_by_role("region", name="Agreement by trait")
    expect(agreement.get_by_role("row")).to_have_count(2)
    expect(agreement.get_by_role("img").first).to_be_attached()
    press(page, "link", "Choose gold items")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gold")
    page.go_back()

    page.get_by_role("region", name="Disagreement explorer").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("What people said"))
    found += problems_of(page)
    press(page, "button", "Send to adjudication")
    expect(page.get_by_text("You did not judge this item")).to_be_visible()
    found += problems_of(page)

    sent = Disagreement.objects.get()
    sign_in(browser_elsewhere, make_member(project, role=Membership.Role.ADJUDICATOR))
    other = browser_elsewhere.new_page()
    other.goto(f"/projects/{project.slug}/disagreements/")
    other.get_by_role("rowheader").get_by_role("link").press("Enter")
    expect(other.get_by_role("heading", name="Your decision")).to_be_visible()
    assert other.url.endswith(f"/disagreements/{sent.pk}/")
    assert sent.rule == "sent"
    assert found == []
    assert violations() == {}
