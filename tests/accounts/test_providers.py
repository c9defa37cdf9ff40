"""Signing in by an OpenID provider, honest and not."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from accounts.actions import deactivate, invite, revoke_links
from accounts.models import AuditEvent, Role, User
from tests.accounts.oidc_double import CLIENT, SECRET, STRANGERS_KEY, Double, serve
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/sign-in/by/oidc/"
REFUSED = "did not tell us who you are"


@pytest.fixture
def double(settings: Settings) -> Iterator[Double]:
    double = Double()
    server = serve(double)
    settings.EGRESS_ALLOWED = [f"127.0.0.1:{double.port}"]
    app = {
        "provider_id": "oidc",
        "name": "The clinic",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": double.issuer},
    }
    providers = {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile", "email"], "APPS": [app]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": providers}
    yield double
    server.shutdown()
    server.server_close()


def agree(url: str) -> str:
    """Go to the provider as a browser would, and return where it sends back to."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    location = connection.getresponse().getheader("Location")
    connection.close()
    assert location
    back = urlsplit(location)
    return f"{back.path}?{back.query}"


def come(client: Client, **query: str) -> Any:
    begun = client.post(LOGIN, query)
    return client.get(agree(begun.context["url"]))


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.fixture
def invited() -> User:
    return invite("nurse@example.org", roles=[Role.CURATORS], invited_by=None).invitation.user


def test_the_page_leads_to_the_provider_with_state_nonce_and_challenge(client: Client, double: Double):
    page = client.post(LOGIN)

    sent = parse_qs(urlsplit(page.context["url"]).query)
    assert 'http-equiv="refresh"' in page.text
    assert {"state", "nonce", "code_challenge", "scope"} <= set(sent)
    assert sent["code_challenge_method"] == ["S256"]


def test_an_invited_person_comes_in_with_their_roles(client: Client, double: Double, invited: User):
    answer = come(client, next="/help/")

    invited.refresh_from_db()
    assert answer["Location"] == "/me/consent/new/?next=%2Fhelp%2F", "they are asked about releases first"
    assert is_in(client)
    assert (invited.name, invited.roles, invited.has_come_in) == ("A nurse", ["curators"], True)
    assert "invitation.accepted" in AuditEvent.objects.values_list("act", flat=True)


def test_they_come_again_by_what_the_provider_calls_them(client: Client, double: Double, invited: User):
    come(client)
    client.post("/sign-out/")
    double.person["email"] = "married@example.org"

    come(client)

    assert is_in(client)
    assert SocialAccount.objects.count() == 1


def test_somebody_with_a_password_is_linked_by_a_verified_address(client: Client, double: Double):
    user = make_user("nurse@example.org")
    user.set_password("seven green lamps")
    user.save()

    come(client)

    user.refresh_from_db()
    assert is_in(client)
    assert user.check_password("seven green lamps")


@pytest.mark.parametrize("said", [False, None, "no"])
def test_an_unverified_address_opens_nobodys_account(client: Client, double: Double, said: object):
    user = make_user("nurse@example.org", roles=(Role.ADMINISTRATORS,))
    user.set_password("seven green lamps")
    user.save()
    double.person["email_verified"] = said

    answer = come(client)

    assert answer.status_code == 403
    assert "not verified" in answer.text
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_somebody_who_is_not_invited_is_told_so(client: Client, double: Double):
    answer = come(client)

    assert answer.status_code == 403
    assert "nobody here is invited under this address" in answer.text
    assert not User.objects.exists()


def test_an_invitation_that_was_revoked_lets_nobody_in(client: Client, double: Double, invited: User):
    revoke_links(invited, None)

    assert come(client).status_code == 403
    assert not is_in(client)


def test_somebody_who_was_let_go_stays_out(client: Client, double: Double, invited: User):
    keeper = make_user(roles=(Role.ADMINISTRATORS,))
    keeper.set_password("seven green lamps")
    keeper.save()
    come(client)
    client.post("/sign-out/")
    deactivate(invited, keeper)

    answer = come(client)

    assert answer["Location"] == "/sign-in/"
    assert not is_in(client)


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another sign-in"},
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody else"},
        {"exp": int(time.time()) - 3600},
        {"sub": "somebody else"},
    ],
)
def test_an_id_token_that_does_not_fit_is_refused(
    client: Client, double: Double, invited: User, lie: dict[str, object]
):
    double.lies = lie

    answer = come(client)

    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert not is_in(client)


def test_an_id_token_of_another_key_is_refused(client: Client, double: Double, invited: User):
    double.key = STRANGERS_KEY

    assert REFUSED in come(client).text
    assert not is_in(client)


def test_without_an_id_token_nobody_comes_in(client: Client, double: Double, invited: User):
    double.sends_id_token = False

    assert REFUSED in come(client).text
    assert not is_in(client)


def test_user_info_about_somebody_else_is_refused(client: Client, double: Double, invited: User):
    double.userinfo_lies = {"sub": "18"}

    assert REFUSED in come(client).text
    assert not is_in(client)


def test_a_provider_that_says_it_is_another_is_refused(client: Client, double: Double, invited: User):
    double.issuer_said = "https://elsewhere.example"

    assert REFUSED in client.post(LOGIN).text


def test_a_provider_that_leads_elsewhere_is_not_followed(client: Client, double: Double):
    double.redirects_discovery = True

    assert REFUSED in client.post(LOGIN).text
    assert "/elsewhere" not in double.asked


def test_a_provider_at_an_address_that_is_not_listed_is_not_asked(
    client: Client, double: Double, settings: Settings
):
    settings.EGRESS_ALLOWED = []

    assert REFUSED in client.post(LOGIN).text
    assert double.asked == []


def test_the_state_of_another_browser_is_refused(client: Client, double: Double, invited: User):
    theirs = Client().post(LOGIN)
    back = agree(theirs.context["url"])

    answer = client.get(back)

    assert answer.status_code == 403
    assert not is_in(client)


def test_the_way_back_works_once(client: Client, double: Double, invited: User):
    back = agree(client.post(LOGIN).context["url"])
    client.get(back)
    client.post("/sign-out/")

    assert client.get(back).status_code == 403
    assert not is_in(client)


def test_looking_at_the_address_begins_nothing(client: Client, double: Double):
    assert client.get(LOGIN).status_code == 405
    assert client.post("/sign-in/by/nobody/").status_code == 404


def test_the_door_names_the_provider(client: Client, double: Double):
    assert "Sign in with The clinic" in client.get("/sign-in/").text


def test_a_provider_is_linked_and_removed_on_ones_own_page(client: Client, double: Double):
    user = make_user("other@example.org")
    user.set_password("seven green lamps")
    user.save()
    client.post("/sign-in/", {"email": user.email, "password": "seven green lamps"})

    begun = client.post(f"{LOGIN}?process=connect")
    client.get(agree(begun.context["url"]))
    linked = SocialAccount.objects.get()
    page = client.get("/me/security/").text
    client.post(f"/me/security/providers/{linked.pk}/remove/")

    assert linked.user == user
    assert "The clinic" in page
    assert not SocialAccount.objects.exists()
    acts = list(AuditEvent.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["session.begun", "provider.linked", "provider.unlinked"]


def test_the_last_way_in_is_not_removed(client: Client, double: Double, invited: User):
    come(client)
    linked = SocialAccount.objects.get()

    page = client.post(f"/me/security/providers/{linked.pk}/remove/", follow=True).text

    assert "your last way in" in page
    assert SocialAccount.objects.exists()
