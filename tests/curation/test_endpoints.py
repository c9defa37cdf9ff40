"""Model endpoints on their pages: what they refuse, and what becomes of their keys."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEvent, Role
from curation.models import Endpoint
from egress.models import Secret
from egress.secrets import reveal
from runs.actions import perform_now
from runs.models import Run
from tests.curation.endpoint_double import MODEL, EndpointDouble, refusing, saying
from tests.curation.sampled import make_endpoint
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CANARY = "sk-canary-77aa-77aa"


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.CURATORS,)))
    return client


def said(double: EndpointDouble, **fields: Any) -> dict[str, Any]:
    return {
        "name": "Our lab",
        "base_url": f"{double.url}/",
        "key": CANARY,
        "model": "lab/model-1",
        "license": "apache-2.0",
        "price_in": "0.5",
        "price_out": "2",
        "concurrency": "4",
        **fields,
    }


def page_of(endpoint: Endpoint) -> str:
    return reverse("curation:endpoint", args=[endpoint.pk])


def test_a_curator_adds_an_endpoint(curator: Client, double: EndpointDouble) -> None:
    answer = curator.post(reverse("curation:endpoint_new"), said(double), follow=True)

    endpoint = Endpoint.objects.get()
    assert endpoint.base_url == double.url
    assert endpoint.secret
    assert reveal(endpoint.secret, double.url) == CANARY
    assert "Our lab was added" in answer.content.decode()
    assert AuditEvent.objects.filter(act="endpoint.created").exists()


def test_the_key_comes_out_nowhere(curator: Client, double: EndpointDouble) -> None:
    added = curator.post(reverse("curation:endpoint_new"), said(double), follow=True).content.decode()
    page = page_of(Endpoint.objects.get())

    shown = curator.get(page).content.decode()
    wrong = curator.post(page, said(double, name="")).content.decode()
    listed = curator.get(reverse("curation:endpoints")).content.decode()

    assert CANARY not in added + shown + wrong + listed
    assert CANARY not in repr(list(AuditEvent.objects.values()) + list(Endpoint.objects.values()))
    assert CANARY.encode() not in bytes(Secret.objects.get().ciphertext)


def test_a_key_does_not_follow_to_another_address(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)

    answer = curator.post(
        page_of(endpoint), said(double, base_url=f"{double.url}/other", key=""), follow=True
    )

    endpoint.refresh_from_db()
    assert endpoint.secret is None
    assert not Secret.objects.exists()
    assert "The stored key was for another address" in answer.content.decode()


def test_an_empty_key_keeps_the_stored_one(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)
    secret = endpoint.secret

    curator.post(page_of(endpoint), said(double, key=""))

    endpoint.refresh_from_db()
    assert endpoint.name == "Our lab"
    assert endpoint.secret == secret


def test_a_key_can_be_forgotten(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)

    curator.post(page_of(endpoint), said(double, key="", forget_key="on"))

    endpoint.refresh_from_db()
    assert endpoint.secret is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Enter a name"),
        ({"base_url": "http://10.0.0.1/v1"}, "must begin with https://"),
        ({"base_url": "https://127.0.0.1/v1"}, "not a public address"),
        ({"base_url": "ftp://example.org"}, "must begin with https://"),
        ({"base_url": "https://user:secret@example.org/v1"}, "must not hold a name or a password"),
        ({"key": "two words"}, "letters, digits and signs only"),
        ({"price_out": "-1"}, "greater than or equal to 0"),
        ({"concurrency": "33"}, "less than or equal to 32"),
        ({"model": ""}, "Enter the model"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    curator: Client, double: EndpointDouble, fields: dict[str, str], words: str
) -> None:
    answer = curator.post(reverse("curation:endpoint_new"), said(double, **fields))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_an_address_with_too_much_of_a_path_is_refused(curator: Client, double: EndpointDouble) -> None:
    answer = curator.post(
        reverse("curation:endpoint_new"), said(double, base_url=f"{double.url}/chat/completions")
    )

    assert "Leave /chat/completions away" in answer.content.decode()


def test_two_endpoints_have_two_names(curator: Client, double: EndpointDouble) -> None:
    make_endpoint(double, name="Our lab")

    answer = curator.post(reverse("curation:endpoint_new"), said(double))

    assert answer.status_code == 422
    assert "Another endpoint is called so" in answer.content.decode()


def check(curator: Client, endpoint: Endpoint) -> Run:
    curator.post(reverse("curation:endpoint_check", args=[endpoint.pk]))
    return perform_now(Run.objects.get(kind="curation.endpoint_check"))


def test_a_check_asks_once_and_says_who_answered(curator: Client, double: EndpointDouble) -> None:
    run = check(curator, make_endpoint(double))

    assert (run.state, run.result) == (Run.State.DONE, {"model": MODEL})
    assert f"The model calls itself {MODEL}, although" in "".join(line.text for line in run.newest_lines)
    assert len(double.asked) == 1
    assert double.asked[0].body["max_tokens"] == 64


def test_a_check_says_when_no_usage_is_told(curator: Client, double: EndpointDouble) -> None:
    double.plan.append(saying("Yes.", usage=None, model=None))

    run = check(curator, make_endpoint(double))

    lines = "".join(line.text for line in run.newest_lines)
    assert "how many tokens" in lines
    assert "doesn’t say which model" in lines


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refused the key"), (404, "doesn’t take this request"), (500, "in trouble"), (429, "check again")],
)
def test_a_check_that_fails_says_what_to_do(
    curator: Client, double: EndpointDouble, status: int, words: str
) -> None:
    double.plan.append(refusing(status))

    run = check(curator, make_endpoint(double))

    assert run.state == Run.State.FAILED
    assert words in run.error


def test_the_page_shows_its_own_check_only(curator: Client, double: EndpointDouble) -> None:
    first, second = make_endpoint(double), make_endpoint(double)
    run = check(curator, first)

    here = curator.get(f"{page_of(first)}?check={run.pk}").content.decode()
    there = curator.get(f"{page_of(second)}?check={run.pk}").content.decode()

    assert f"run-{run.pk}" in here
    assert f"run-{run.pk}" not in there


def test_an_operator_who_lists_nothing_gets_no_call(
    curator: Client, double: EndpointDouble, settings: Settings
) -> None:
    endpoint = make_endpoint(double)
    settings.EGRESS_ALLOWED = []

    run = check(curator, endpoint)

    assert "must begin with https://" in run.error
    assert double.asked == []
