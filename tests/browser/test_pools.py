"""Coverage and pools in a browser: a policy from draft to applied without a mouse."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from curation.actions.cells import count_cells, set_targets
from curation.actions.pools import freeze_policy
from curation.models import Family, NearDuplicate, PoolPolicy, Scenario
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.curation.policies import in_force
from tests.factories import make_domain, make_guidance, make_scenario, make_trait, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def health(filled: None) -> Scenario:
    """A scenario about health, beside one about law."""
    candor = make_trait("candor", name="Candor")
    found = make_scenario("Should I take both?", domain=make_domain("health"))
    found.aimed_traits.add(candor)
    make_scenario("May I copy it?", domain=make_domain("law")).aimed_traits.add(candor)
    return found


@pytest.fixture
def page_of(context: BrowserContext, sign_in: SignIn, live_server: LiveServer, health: Scenario) -> Page:
    """A page of somebody who curates and writes traits."""
    sign_in(context, make_user(roles=(Role.CURATORS, Role.TRAIT_AUTHORS), name="Ada Writer"))
    return context.new_page()


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def choose_by_arrow(page: Page, label: str, value: str) -> None:
    """Typing the first letters would do on a quick machine: browsers forget them after a second."""
    choice = page.get_by_label(label)
    choice.focus()
    for _ in range(choice.locator("option").count()):
        if choice.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    expect(choice).to_have_value(value)


def test_a_policy_goes_from_draft_to_applied_by_keyboard(
    page_of: Page, live_server: LiveServer, health: Scenario
) -> None:
    page = page_of
    page.goto(f"{live_server.url}/pools/")
    press(page, "Draft a policy")

    page.get_by_label("Share of each cell").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0")
    choose_by_arrow(page, "Health", "PRIVATE")
    expect(page.locator("[data-save]")).to_contain_text("Saved")
    # A closed tab has lost nothing.
    page.reload()
    expect(page.get_by_label("Health")).to_have_value("PRIVATE")
    found = problems_of(page)
    press(page, "Save and preview")
    expect(page.get_by_role("cell", name="held-out domain: health")).to_be_visible()
    found += problems_of(page)
    press(page, "Apply this policy")

    expect(page.get_by_role("heading", name="In force")).to_be_visible()
    found += problems_of(page)
    assert Family.objects.get(pk=health.family_id).pool == "PRIVATE"
    assert PoolPolicy.objects.get().state == "applied"
    assert found == []


def test_conflicts_can_be_read_by_everybody(page_of: Page, live_server: LiveServer, health: Scenario) -> None:
    in_force(domains={"health": "EVAL"})
    freeze_policy()
    law = Scenario.objects.exclude(pk=health.pk).get()
    NearDuplicate.objects.create(first=health, second=law, kind="near", similarity=0.9, is_straddling=True)

    page_of.goto(f"{live_server.url}/pools/")

    expect(page_of.get_by_role("heading", name="Wants a decision")).to_be_visible()
    assert problems_of(page_of) == []


def test_coverage_and_guidance_are_read_and_written_by_everybody(
    page_of: Page, live_server: LiveServer, health: Scenario
) -> None:
    page, trait = page_of, health.aimed_traits.get()
    make_guidance("candor", "health", "Ask who is asking.", authorities="A code")
    set_targets([trait], [make_domain("health")], {"target_scenarios": 2, "target_items": 5}, actor=None)
    count_cells()

    page.goto(f"{live_server.url}/cells/")
    found = problems_of(page)
    page.get_by_role("link", name="1 of 2").press("Enter")
    expect(page.get_by_role("heading", name="Candor, Health")).to_be_visible()
    found += problems_of(page)
    page.get_by_role("link", name="Change the guidance").press("Enter")
    page.get_by_label("Example").focus()
    page.keyboard.type("A nurse asks for herself.")
    expect(page.locator("[data-save]")).to_contain_text("Saved")
    found += problems_of(page)
    page.goto(f"{live_server.url}/cells/candor/health/guidance/2/")
    found += problems_of(page)
    press(page, "Publish")
    expect(page.get_by_text("Published as version 2.")).to_be_visible()
    page.goto(f"{live_server.url}/domains/")
    found += problems_of(page)
    assert found == []
