"""Signing a trait off in a browser: an author, two reviewers, and a panel."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from curation.models import DelphiVote, TraitVersion
from tests.browser.conftest import SignIn, fresh_profile
from tests.browser.test_accessibility import problems_of
from tests.curation.drafts import address, make_author, make_draft
from tests.curation.panels import begin, make_panel, say_all
from tests.factories import make_trait

pytestmark = pytest.mark.browser
Desk = Callable[[User], Page]


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, sign_in: SignIn) -> Iterator[Desk]:
    """Give each person a browser of their own."""
    open_ones: list[Iterator[BrowserContext]] = []

    def sit_down(person: User) -> Page:
        open_ones.append(fresh_profile(browser, live_server.url))
        context = next(open_ones[-1])
        sign_in(context, person)
        return context.new_page()

    yield sit_down
    for each in open_ones:
        next(each, None)


@pytest.fixture
def draft(filled: None) -> TraitVersion:
    ada = make_author("Ada Author")
    trait = make_trait("candour", name="Candour")
    return make_draft(trait=trait, author=ada, definition="Whether the model is open.")


def test_an_author_and_two_reviewers_take_a_trait_from_draft_to_published_with_a_dissent(
    desk: Desk, draft: TraitVersion, settings: Settings
) -> None:
    settings.TRAITS_ARE_PUBLIC = True
    assert draft.author
    author, reviewer, lawyer = desk(draft.author), desk(make_author("Rae")), desk(make_author("Tom"))
    author.goto(address("trait_version", draft))
    author.get_by_role("button", name="Submit for review").click()
    expect(author.get_by_text("Submitted. Its words stay")).to_be_visible()

    reviewer.goto("/traits/")
    reviewer.get_by_role("link", name="Review Candour, version 1").click()
    reviewer.get_by_role("link", name="Comment on the definition").press("Enter")
    expect(reviewer.get_by_label("Your remark")).to_be_focused()
    reviewer.get_by_label("The words you mean").fill("open")
    reviewer.get_by_label("Your remark").fill("Open to whom?")
    reviewer.get_by_role("button", name="Comment", exact=True).press("Enter")
    expect(reviewer.get_by_text("Your remark is added.")).to_be_focused()
    found = problems_of(reviewer)
    reviewer.get_by_label("Approve", exact=False).first.check()
    reviewer.get_by_role("button", name="Give the review").click()
    expect(reviewer.get_by_text("Your review is recorded.")).to_be_visible()

    lawyer.goto(address("trait_version", draft))
    lawyer.get_by_label("Approve with dissent").check()
    lawyer.get_by_role("button", name="Give the review").click()
    expect(lawyer.get_by_text("Give your reason")).to_be_visible()
    found += problems_of(lawyer)
    lawyer.get_by_label("Reason", exact=True).fill("It leaves out children.")
    lawyer.reload()
    expect(lawyer.get_by_label("Reason", exact=True)).to_have_value("It leaves out children.")
    lawyer.get_by_role("button", name="Give the review").click()
    expect(lawyer.get_by_text("2 of 2 approvals")).to_be_visible()

    author.reload()
    author.get_by_role("button", name="Resolve").click()
    expect(author.get_by_text("Resolved by Ada Author")).to_be_visible()
    author.get_by_role("link", name="Publish").last.click()
    found += problems_of(author)
    author.get_by_role("button", name="Publish version 1").click()
    expect(author.get_by_text("Version 1 is in force.")).to_be_visible()
    expect(author.get_by_role("heading", name="Dissent")).to_be_visible()
    author.goto("/public/traits/candour/")
    expect(author.get_by_text("It leaves out children.")).to_be_visible()
    found += problems_of(author)

    draft.refresh_from_db()
    assert draft.state == "published"
    assert found == []


def test_a_panelist_rates_by_keyboard_and_loses_no_word(desk: Desk, draft: TraitVersion) -> None:
    panel = make_panel(draft, "", "", "", "")
    asked = begin(draft)
    say_all(asked, panel[1:], 9, 8, 3)
    page = desk(panel[0].person)
    page.goto("/traits/")
    page.get_by_role("link", name="Rate the statements of Candour").click()
    first = page.get_by_role("region", name="Statement 1", exact=True)
    expect(first.get_by_text("Median")).to_have_count(0)

    first.get_by_role("radio", name="1", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    first.get_by_label("Your reason").press_sequentially("Too wide.")
    page.reload()
    expect(first.get_by_role("radio", name="2", exact=True)).to_be_checked()
    expect(first.get_by_label("Your reason")).to_have_value("Too wide.")
    found = problems_of(page)
    first.get_by_label("Publish my reason").check()
    first.get_by_role("button", name="Give this rating").press("Enter")

    expect(first.get_by_text("You rated it 2.")).to_be_focused()
    expect(first.get_by_text("7 to 9: 2 of 4 (50 %)")).to_be_visible()
    expect(page.get_by_text("You have rated 1 of 6 statements.")).to_be_visible()
    found += problems_of(page)
    page.reload()
    expect(first.get_by_text("You rated it 2.")).to_be_visible()
    page.goto(address("delphi", draft))
    found += problems_of(page)
    vote = DelphiVote.objects.get(panelist=panel[0])
    assert (vote.rating, vote.reason, vote.is_dissent) == (2, "Too wide.", True)
    assert found == []
