"""Whose address counts behind proxies."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.address import client_address, counted_as
from accounts.throttle import MOST_PER_PERSON

CLIENT, PROXY, OUTER = "198.51.100.7", "10.0.0.2", "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "said", "found"),
    [
        (0, None, PROXY),
        (0, CLIENT, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"6.6.6.6, {CLIENT}", CLIENT),
        (2, f"6.6.6.6, {CLIENT}, {OUTER}", CLIENT),
        (2, CLIENT, PROXY),
        (1, None, PROXY),
        (1, "nonsense", PROXY),
        (1, "", PROXY),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Settings, proxies: int, said: str | None, found: str
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {} if said is None else {"X-Forwarded-For": said}

    assert client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=PROXY)) == found


def test_a_network_of_ipv6_is_one_client():
    assert counted_as("2001:db8:1:2:3::4") == counted_as("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert counted_as("2001:db8:1:3::4") != counted_as("2001:db8:1:2::4")
    assert counted_as("::ffff:192.0.2.1") == counted_as("192.0.2.1") == "192.0.2.1"
    assert counted_as("") == ""


@pytest.mark.django_db
def test_clients_behind_one_proxy_are_counted_apart(settings: Settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sent = {"email": "nurse@example.org", "password": "guess"}

    def guess(address: str) -> int:
        client = Client(headers={"X-Forwarded-For": f"6.6.6.6, {address}"})
        return int(client.post("/sign-in/", sent).status_code)

    answers = [guess(CLIENT) for _ in range(MOST_PER_PERSON + 1)]

    assert answers == [422] * MOST_PER_PERSON + [429]
    assert guess("198.51.100.8") == 422
