"""Setting up a second step and a passkey in a real browser, and coming in by them."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.audit import record
from accounts.models import AuditEvent, Role, User
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_accessibility import problems_of
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "seven green lamps"


@pytest.fixture
def steward(settings: Settings) -> User:
    settings.SECOND_FACTOR_FOR = ["stewards", "administrators"]
    user = make_user("steward@example.org", roles=(Role.STEWARDS,), name="A steward")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer) -> Page:
    """A page on `localhost`: no passkey can be for an address made of numbers."""
    page = context.new_page()
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + "/sign-in/")
    page.set_default_timeout(PATIENCE_MS)
    return page


def knock(page: Page) -> None:
    page.get_by_label("Email").fill("steward@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="A steward").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def add_device(page: Page) -> None:
    """Plug a virtual authenticator in that knows its owner's finger."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_steward_sets_an_app_up_and_comes_back_by_its_code_and_by_a_recovery_code(
    page: Page, steward: User
):
    knock(page)
    expect(page.get_by_text("Your role asks for a second step.")).to_be_visible()
    found = problems_of(page)
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#secret").inner_text()
    found += problems_of(page)
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    found += problems_of(page)
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("This device")).to_be_visible()
    found += problems_of(page)
    sign_out(page)

    knock(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code does not fit").first).to_be_visible()
    found += problems_of(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Releases").first.click()
    expect(page.get_by_role("heading", name="Releases").first).to_be_visible()

    assert found == []


def test_a_passkey_is_added_and_lets_in_without_a_password(page: Page, steward: User):
    add_device(page)
    found = problems_of(page)
    knock(page)
    page.get_by_role("link", name="Add a passkey").click()
    found += problems_of(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("strong").filter(has_text="My laptop")).to_be_visible()
    sign_out(page)

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Releases").first).to_be_visible()
    sign_out(page)
    knock(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Releases").first).to_be_visible()
    page.goto(page.evaluate("location.origin") + "/me/security/again/passkey/")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    found += problems_of(page)

    assert found == []
    assert Authenticator.objects.get(type="webauthn").last_used_at
    begun = AuditEvent.objects.filter(act="session.begun").order_by("id").values_list("detail", flat=True)
    assert [each["by"] for each in begun] == [["password"], ["webauthn"], ["password", "webauthn"]]


def test_a_browser_that_gives_no_passkey_says_so(page: Page):
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert").get_by_text("This browser gave no passkey")).to_be_visible()


def test_the_pages_around_signing_in_and_of_the_trail_at_every_width(page: Page, settings: Settings):
    settings.EMAIL_HOST = "mail.example.org"
    known = {"provider_id": "oidc", "name": "The clinic", "client_id": "x", "secret": "x"}
    app = {**known, "settings": {"server_url": "https://login.example.org"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    head = make_user("steward@example.org", roles=(Role.ADMINISTRATORS,), name="A steward")
    head.set_password(PASSWORD)
    head.save()
    other = make_user("nurse@example.org", name="Nora Nurse")
    record(head, "roles.set", other, before=[], after=["curators"])
    found = []
    for url in ("/sign-in/forgotten/", "/sign-in/reset/x/y/", "/sign-in/"):
        page.goto(url)
        found += problems_of(page)
    knock(page)
    expect(page.get_by_role("link", name="Releases").first).to_be_visible()
    people = [f"/people/{other.pk}/", f"/people/{other.pk}/erase/"]
    for url in (
        "/audit/",
        "/me/",
        "/me/security/",
        "/me/security/anew/",
        "/me/address/x/",
        "/me/erase/",
        *people,
    ):
        page.goto(url)
        found += problems_of(page)
    # Django's own pages are not ours to mend, but our policy must not break them: the profile notes what it stops.
    for url in ("", "accounts/user/", f"accounts/user/{other.pk}/change/", "curation/domain/add/"):
        page.goto(f"/tables/{url}")
        expect(page.get_by_role("link", name="Back to Arete")).to_be_visible()

    assert found == []
