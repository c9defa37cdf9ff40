"""Stored tokens: sealed, bound, rotated."""

from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django import Settings

from egress.models import Secret
from egress.secrets import BadToken, SecretVoid, can_open, reveal, seal
from tests.factories import make_user

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
URL = "https://hub.example.test"
TOKEN = "hf_" + "a" * 20 + "wxyz"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRETS_KEYS = [OLD]


def test_a_token_comes_back_for_its_address_only() -> None:
    secret = seal(TOKEN, URL)

    assert reveal(secret, "HTTPS://Hub.example.test/") == TOKEN
    with pytest.raises(SecretVoid, match="another address"):
        reveal(secret, "https://other.example.test")


def test_the_database_holds_no_plain_token() -> None:
    secret = Secret.objects.get(pk=seal(TOKEN, URL).pk)

    assert TOKEN.encode() not in bytes(secret.ciphertext)
    assert secret.hint == "wxyz"


def test_changing_the_address_of_the_row_makes_the_token_void() -> None:
    secret = seal(TOKEN, URL)
    secret.bound_to = "https://other.example.test"

    with pytest.raises(SecretVoid):
        reveal(secret, "https://other.example.test")


def test_a_ciphertext_is_worthless_in_another_row() -> None:
    theirs, ours = seal(TOKEN, URL), seal("hf_of_somebody_else", URL)
    ours.ciphertext = theirs.ciphertext

    with pytest.raises(SecretVoid):
        reveal(ours, URL)


def test_rotation_lets_the_old_key_go(settings: Settings) -> None:
    secret = seal(TOKEN, URL)
    said = StringIO()

    settings.SECRETS_KEYS = [NEW, OLD]
    before = reveal(secret, URL)
    call_command("rotate_secrets", stdout=said)
    settings.SECRETS_KEYS = [NEW]
    secret.refresh_from_db()

    assert before == reveal(secret, URL) == TOKEN
    assert said.getvalue().startswith("1 stored tokens")


def test_a_token_whose_key_is_gone_is_void(settings: Settings) -> None:
    secret = seal(TOKEN, URL)
    settings.SECRETS_KEYS = [NEW]

    with pytest.raises(SecretVoid, match="enter it again"):
        reveal(secret, URL)


def test_whether_a_token_can_be_opened_is_known_without_opening_it(settings: Settings) -> None:
    secret = seal(TOKEN, URL)
    before = can_open(secret)
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    other = can_open(secret)
    settings.SECRETS_KEYS = []

    assert (before, other, can_open(secret)) == (True, False, False)


def test_without_keys_nothing_is_stored(settings: Settings) -> None:
    settings.SECRETS_KEYS = []

    with pytest.raises(ImproperlyConfigured):
        seal(TOKEN, URL)


@pytest.mark.parametrize("token", ["", "  ", "a\nb", "a\0b", "ké", "\ud800"])
def test_what_no_header_carries_is_no_token(token: str) -> None:
    with pytest.raises(BadToken):
        seal(token, URL)


def test_a_short_token_gives_no_hint() -> None:
    assert seal("short", URL).hint == ""


def test_rotation_takes_second_factors_along(settings: Settings) -> None:
    factor = TOTP.activate(make_user(), "JBSWY3DPEHPK3PXP").instance
    settings.SECRETS_KEYS = [NEW, OLD]
    call_command("rotate_secrets", stdout=StringIO())
    settings.SECRETS_KEYS = [NEW]
    factor.refresh_from_db()

    assert get_adapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
