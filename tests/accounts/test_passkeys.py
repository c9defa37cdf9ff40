"""Passkeys without a browser: what is no passkey, and what is somebody else's."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps"
NO_PASSKEYS = [
    "",
    "no json",
    "[]",
    "null",
    "17",
    "{}",
    '{"id": "!", "rawId": "!", "type": "public-key", "response": {"clientDataJSON": "!", "attestationObject": "!", '
    '"authenticatorData": "!", "signature": "!"}}',
    '{"id": 1, "rawId": null, "type": [], "response": {"clientDataJSON": {}}}',
    '{"id": "x"}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "AAAA", '
    '"authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"}}',
]


def come(client: Client, user: User) -> None:
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD})


@pytest.fixture
def user() -> User:
    user = make_user("nurse@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_what_is_no_passkey_opens_nothing_and_breaks_nothing(client: Client, user: User, sent: str):
    client.get("/sign-in/passkey/", headers={"accept": "application/json"})

    answer = client.post("/sign-in/passkey/", {"credential": sent})

    assert answer.status_code < 500
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_nor_as_a_second_step(client: Client, user: User, sent: str):
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    come(client, user)
    client.get("/sign-in/second/")

    answer = client.post("/sign-in/second/", {"credential": sent})

    assert answer.status_code == 422
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_nor_is_it_added(client: Client, user: User, sent: str):
    come(client, user)
    client.get("/me/security/passkeys/new/")

    answer = client.post("/me/security/passkeys/new/", {"name": "x", "credential": sent})

    assert answer.status_code < 500
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("act", ["remove", "name"])
def test_somebody_elses_passkey_does_not_exist(client: Client, user: User, act: str):
    theirs = Authenticator.objects.create(
        user=make_user(), type="webauthn", data={"name": "Theirs", "credential": {}}
    )
    come(client, user)
    url = f"/me/security/passkeys/{theirs.pk}/{act}/"

    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()
