"""A person makes a token for a program, by keyboard, and takes it back."""

import httpx
import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.scene import Scene
from tests.browser.test_accessibility import problems_of

pytestmark = pytest.mark.browser


def test_a_token_is_made_used_and_revoked(page: Page, scene: Scene, live_server: LiveServer) -> None:
    page.goto("/me/")
    page.get_by_role("link", name="API tokens").press("Enter")
    found = problems_of(page)
    page.get_by_role("button", name="Make the token").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Give the token a name")
    found += problems_of(page)

    page.get_by_label("Name", exact=True).fill("مختبر laptop")
    page.get_by_label("Read what you may read").press("Space")
    page.get_by_label("Project", exact=True).select_option(label=scene.project.name)
    page.get_by_role("button", name="Make the token").press("Enter")
    token = page.locator("#token").input_value()
    found += problems_of(page)
    headers = {"Authorization": f"Bearer {token}"}
    before = httpx.get(f"{live_server.url}/api/v1/me", headers=headers)
    page.get_by_role("button", name="Revoke").press("Enter")
    expect(page.get_by_text("is revoked")).to_be_visible()
    after = httpx.get(f"{live_server.url}/api/v1/me", headers=headers)

    assert (before.status_code, after.status_code) == (200, 401)
    assert before.json()["scopes"] == ["read"]
    assert found == []
