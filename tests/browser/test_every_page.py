"""axe finds nothing on any page of the access matrix. A page that no test looks at fails here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.actions.people import invite
from accounts.models import User
from labeling.models import Membership
from tests.browser.test_accessibility import BY_LINKS, MODES, problems_of
from tests.factories import make_user
from tests.labeling.scenes import signed_in
from tests.test_access import FOUND, ROUTES, address, make_world

pytestmark = pytest.mark.browser
CROSSED = (MODES[0], MODES[3])
"""Wide and light, narrow and dark: both sizes and both themes in half of the time."""
PASSWORD, SECRET = "seven green lamps", "JBSWY3DPEHPK3PXP"
NO_PAGES = {
    "metrics",
    "runs:readyz",
    "labeling:next",
    "labeling:hours_file",
    "labeling:belongings_file",
    "labeling:project_hours_file",
    "labeling:import_problems",
    "curation:healthbench",
    "curation:removals_file",
    "curation:trait_file",
    "curation:public_traits",
    "curation:public_trait",
    "curation:public_trait_version",
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "openid_connect_callback",
    "accounts:audit_file",
    "exports:release_file",
    "exports:release_csv",
    "exports:figure",
    "results:generalisation_csv",
    "curation:scenario_checks",
}
"""Files, parts of pages, and what programs read."""
IN_A_SESSION = {
    "labeling:session",
    "labeling:assignment",
    "labeling:reference",
    "labeling:qualification",
}
"""Looked at in all their states in test_accessibility."""
OF_STRANGERS = {
    "accounts:sign_in",
    "accounts:forgotten",
    "accounts:invitation",
    "accounts:reset",
    "labeling:join",
    "mfa_authenticate",
}
OF_SIGNING_IN = {
    "accounts:security",
    "accounts:address",
    "accounts:anew",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "exports:erase_me",
}
BY_JOURNEYS = {
    "mfa_reauthenticate_webauthn",
    "curation:policy_edit",
    "curation:policy_preview",
    "labeling:import_columns",
}
"""Looked at where what they show is made: test_sign_in, test_pools, and below."""
ELSEWHERE = BY_LINKS | IN_A_SESSION | OF_STRANGERS | OF_SIGNING_IN | BY_JOURNEYS


def name_of(page: Page) -> str:
    """The route that a browser is at."""
    try:
        return resolve(page.evaluate("location.pathname")).view_name
    except Resolver404:
        return ""


def pages() -> Iterator[str]:
    """Routes of the matrix that answer with a page, each once, also when it has several names."""
    for name, route in ROUTES.items():
        if route.method == "get" and name not in NO_PAGES and not name.startswith("api:"):
            yield name


@pytest.fixture
def person(filled: None, settings: Settings) -> User:
    """Somebody with a password, on a site that sends letters."""
    settings.EMAIL_HOST = "mail.example.org"
    made = make_user("nurse@example.org", name="Nurse")
    made.set_password(PASSWORD)
    made.save()
    return made


def come_in(page: Page, email: str) -> None:
    """Sign in on the page, so that nothing asks again whether it is still the same person."""
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in/"))


def look(page: Page, addresses: list[str]) -> tuple[list[str], set[str]]:
    """Open pages; return what is wrong with them, and which routes they were."""
    found, seen = [], set()
    for each in addresses:
        answer = page.goto(each)
        if answer is None or not answer.ok:
            found.append(f"{each}: {answer and answer.status}")
            continue
        seen.add(name_of(page))
        found += problems_of(page, CROSSED)
    return found, seen


def test_every_page_that_no_other_test_looks_at(
    page_of_nobody: Page, person: User, settings: Settings, tmp_path: Path
) -> None:
    settings.TRAITS_ARE_PUBLIC, settings.DATA_DIR = True, tmp_path
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    world = make_world(tmp_path)
    Membership.objects.create(project=world.project, user=person, role=Membership.Role.LEAD)
    wanted = {name: address(name, list(FOUND[name].pattern.converters), world) for name in pages()}
    # Some addresses have several names; the first that fits is the one that answers.
    wanted = {name: url for name, url in wanted.items() if resolve(url).view_name == name}
    come_in(page_of_nobody, person.email)

    found, seen = look(page_of_nobody, [url for name, url in wanted.items() if name not in ELSEWHERE])

    assert not found, "\n".join(found)
    assert set(wanted) - ELSEWHERE - seen == set()
    assert set(wanted) >= ELSEWHERE


def test_the_page_that_asks_for_the_columns_of_a_file(
    page_of_nobody: Page, person: User, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    rows = [{"question": "May I?", "answer_a": "No.", "answer_b": "Yes."}, {"question": ""}]
    file = SimpleUploadedFile("rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())
    answer: Any = signed_in(person).post("/imports/new/", {"source": "columns", "file": file})
    page = page_of_nobody
    come_in(page, person.email)

    found, seen = look(page, [answer["Location"]])
    page.get_by_role("button", name="Preview the first rows").click()
    expect(page.get_by_text("the text is empty")).to_be_visible()
    found += problems_of(page, CROSSED)

    assert found == []
    assert seen == {"labeling:import_columns"}


def test_the_ways_in(page_of_nobody: Page, person: User) -> None:
    invited = invite("new@example.org", name="New", invited_by=None)
    uid = urlsafe_base64_encode(str(person.pk).encode())
    addresses = [
        "/sign-in/forgotten/",
        f"/invitation/{invited.token}/",
        reverse("accounts:reset", args=[uid, default_token_generator.make_token(person)]),
        "/sign-in/",
    ]
    page = page_of_nobody
    found, seen = look(page, addresses)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    found += problems_of(page)
    answer = page.goto("/join/not-a-token/")
    assert answer is not None
    assert answer.status == 410
    found += problems_of(page)
    seen.add(name_of(page))
    TOTP.activate(person, SECRET)
    come_in(page, person.email)
    found += problems_of(page)
    seen.add(name_of(page))

    assert found == []
    assert seen == OF_STRANGERS


def test_how_one_signs_in(page_of_nobody: Page, person: User) -> None:
    page = page_of_nobody
    come_in(page, person.email)
    again = "/me/security/again/"
    before = ["/me/security/app/", "/me/security/passkeys/new/", "/me/security/anew/", "/me/address/none/"]
    found, seen = look(page, [*before, "/me/erase/", again])
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    key = Authenticator.objects.create(user=person, type="webauthn", data={"name": "Phone", "credential": {}})
    rooms = ["app/remove/", "codes/", "codes/new/", f"passkeys/{key.pk}/name/", f"passkeys/{key.pk}/remove/"]
    more, others = look(page, ["/me/security/", f"{again}code/", *(f"/me/security/{room}" for room in rooms)])

    assert found + more == []
    assert seen | others == OF_SIGNING_IN
