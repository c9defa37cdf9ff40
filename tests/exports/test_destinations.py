"""Destinations: who may see them, what they refuse, and what becomes of their tokens."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from huggingface_hub.utils._validators import validate_repo_id

from accounts.models import AuditEvent, Role
from egress.models import Secret
from egress.secrets import reveal
from exports.actions.destinations import Address, change_destination
from exports.forms.destinations import HubForm
from exports.hub_double import HubDouble
from exports.models import Destination
from runs.actions import perform_now
from runs.models import Run
from tests.exports.hub import REPO
from tests.exports.releases import make_destination
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
CANARY = "hf_canary_77aa"


@pytest.fixture
def steward(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    return client


def said(hub: HubDouble, **fields: Any) -> dict[str, Any]:
    return {"name": "Our Hub", "endpoint": hub.url, "repo_id": REPO, "token": CANARY, **fields}


def allow(hub: HubDouble, settings: Any) -> None:
    settings.EGRESS_ALLOWED = [hub.url.removeprefix("http://")]


def test_a_steward_adds_a_destination(steward: Client, hub: HubDouble, settings: Any) -> None:
    allow(hub, settings)

    answer = steward.post(reverse("exports:destination_new"), said(hub, create_if_missing="on"), follow=True)

    destination = Destination.objects.get()
    assert destination.secret
    assert (destination.slug, destination.create_if_missing, destination.is_private) == (
        "our-hub",
        True,
        False,
    )
    assert reveal(destination.secret, hub.url) == CANARY
    assert "Our Hub was added" in answer.content.decode()
    assert AuditEvent.objects.filter(act="destination.created").exists()


def test_the_token_comes_out_nowhere(steward: Client, hub: HubDouble, settings: Any) -> None:
    allow(hub, settings)
    added = steward.post(reverse("exports:destination_new"), said(hub), follow=True).content.decode()
    page = reverse("exports:destination", args=["our-hub"])

    shown = steward.get(page).content.decode()
    wrong = steward.post(page, said(hub, name="")).content.decode()
    listed = steward.get(reverse("exports:destinations")).content.decode()

    assert CANARY not in added + shown + wrong + listed
    assert CANARY not in repr(list(AuditEvent.objects.values()) + list(Destination.objects.values()))
    assert CANARY.encode() not in bytes(Secret.objects.get().ciphertext)


@pytest.mark.parametrize("changed", [{"repo_id": "org/other"}, {"endpoint": "https://huggingface.co"}])
def test_a_token_does_not_follow_to_another_place(hub: HubDouble, changed: Any) -> None:
    destination = make_destination(hub)
    address = Address("Our Hub", hub.url, REPO, is_private=False, create_if_missing=False)

    moved = change_destination(destination, replace(address, **changed))

    assert moved.secret is None
    assert not Secret.objects.exists()


def test_an_empty_token_keeps_the_stored_one(steward: Client, hub: HubDouble) -> None:
    destination = make_destination(hub)

    steward.post(
        reverse("exports:destination", args=[destination.slug]), said(hub, name="New name", token="")
    )

    former, destination = destination, Destination.objects.get()
    assert destination.name == "New name"
    assert destination.secret == former.secret


def test_another_place_without_a_new_token_says_so(steward: Client, hub: HubDouble) -> None:
    destination = make_destination(hub)

    answer = steward.post(
        reverse("exports:destination", args=[destination.slug]),
        said(hub, repo_id="org/other", token=""),
        follow=True,
    )

    assert "so it is gone" in answer.content.decode()
    assert "No token" in answer.content.decode()


@pytest.mark.parametrize(
    "repo_id",
    ["", "traits", "org/", "/traits", "org/a/b", "org/my traits", "-org/traits", "org/-traits", "org/traits-",
     "org/.traits", "org/a--b", "org/a..b", "org/traits.git", "org/é", "org/<script>", "https://huggingface.co/org/x",
     "org/" + "a" * 97, "org/a\0b", "org/a\nb"],
)  # fmt: skip
def test_what_is_no_repository_is_refused_at_its_field(steward: Client, hub: HubDouble, repo_id: str) -> None:
    answer = steward.post(reverse("exports:destination_new"), said(hub, repo_id=repo_id))

    assert answer.status_code == 422
    assert answer.context["form"].errors["repo_id"]
    assert not Destination.objects.exists()


@pytest.mark.parametrize("repo_id", ["org/traits", "Org-1/beneficial.traits_2", "a/b", "o/" + "a" * 96])
def test_what_we_take_as_a_repository_the_hub_takes_too(hub: HubDouble, repo_id: str) -> None:
    form = HubForm(said(hub, repo_id=repo_id))

    form.is_valid()

    assert "repo_id" not in form.errors
    validate_repo_id(repo_id)


@pytest.mark.parametrize(
    ("endpoint", "said_so"),
    [
        ("", "Enter the address"),
        ("huggingface.co", "must begin with https://"),
        ("ftp://huggingface.co", "must begin with https://"),
        ("http://192.0.2.1", "must begin with https://"),
        ("https://127.0.0.1", "not a public address"),
        ("https://[::1]", "not a public address"),
        ("https://user:pass@127.0.0.1", "must not hold a name or a password"),
        ("https://[", "not a valid address"),
        ("https://nowhere.invalid", "No host called"),
        ("javascript:alert(1)", "must begin with https://"),
    ],
)
def test_an_address_that_leads_inside_is_refused_at_its_field(
    steward: Client, hub: HubDouble, endpoint: str, said_so: str
) -> None:
    answer = steward.post(reverse("exports:destination_new"), said(hub, endpoint=endpoint))

    assert answer.status_code == 422
    assert said_so in str(answer.context["form"].errors["endpoint"])


@pytest.mark.parametrize("tail", ["/api", "?a=b", "#x"])
def test_the_address_is_the_front_door(hub: HubDouble, settings: Any, tail: str) -> None:
    allow(hub, settings)

    form = HubForm(said(hub, endpoint=hub.url + tail))

    assert "without a path" in str(form.errors["endpoint"])


@pytest.mark.parametrize("token", ["", "hf_ä", "hf a", "hf\x01a", "x" * 501])
def test_what_no_header_carries_is_refused_at_its_field(steward: Client, hub: HubDouble, token: str) -> None:
    answer = steward.post(reverse("exports:destination_new"), said(hub, token=token))

    assert answer.status_code == 422
    assert answer.context["form"].errors["token"]


def test_two_destinations_may_have_one_name(steward: Client, hub: HubDouble, settings: Any) -> None:
    allow(hub, settings)
    for _ in range(2):
        steward.post(reverse("exports:destination_new"), said(hub))

    assert list(Destination.objects.order_by("slug").values_list("slug", flat=True)) == [
        "our-hub",
        "our-hub-2",
    ]


@pytest.mark.parametrize("name", ["destinations", "destination_new"])
def test_destinations_do_not_exist_for_others(client: Client, name: str) -> None:
    client.force_login(make_user(roles=(Role.CURATORS,)))

    assert client.get(reverse(f"exports:{name}")).status_code == 404


def test_a_destination_does_not_exist_for_others(client: Client, hub: HubDouble) -> None:
    destination = make_destination(hub)
    client.force_login(make_user())

    assert client.get(reverse("exports:destination", args=[destination.slug])).status_code == 404
    assert client.post(reverse("exports:destination_check", args=[destination.slug])).status_code == 404


def checked(steward: Client, destination: Destination) -> tuple[Run, str]:
    place = steward.post(reverse("exports:destination_check", args=[destination.slug]))["Location"]
    run = perform_now(Run.objects.get(kind="exports.check"))
    return run, steward.get(place).content.decode()


def test_a_check_says_whose_token_it_is(steward: Client, hub: HubDouble, api: object) -> None:
    run, page = checked(steward, make_destination(hub))

    assert run.state == Run.State.DONE
    assert "The token belongs to demo. Its role is write." in page
    assert "It may write to org/traits." in page


def test_a_check_before_the_first_push_is_no_failure(steward: Client, hub: HubDouble) -> None:
    run, page = checked(steward, make_destination(hub))

    assert run.state == Run.State.DONE
    assert "the first push creates it" in page
    assert hub.hub.store.repos() == []


@pytest.mark.parametrize(
    ("fields", "said_so"),
    [
        ({"token": "hf_read"}, "may not do this with org/traits"),
        ({"token": "hf_gone"}, "was revoked"),
        ({"secret": None}, "No token is stored"),
        ({"repo_id": "org/none", "create_if_missing": False}, "There is no dataset org/none"),
    ],
)
def test_a_check_says_what_is_wrong(
    steward: Client, hub: HubDouble, api: object, fields: Any, said_so: str
) -> None:
    run, page = checked(steward, make_destination(hub, **fields))

    assert run.state == Run.State.FAILED
    assert said_so in page


def test_a_check_of_a_hub_that_is_gone_ends(steward: Client, tmp_path: Any) -> None:
    with HubDouble(tmp_path / "gone", {}) as hub:
        destination = make_destination(hub)

    run, page = checked(steward, destination)

    assert run.state == Run.State.FAILED
    assert "failed or broke off" in page


@pytest.mark.parametrize("check", ["", "x", "0" * 36, "01930000-0000-7000-8000-000000000000"])
def test_a_strange_check_in_the_address_is_ignored(steward: Client, hub: HubDouble, check: str) -> None:
    destination = make_destination(hub)

    answer = steward.get(reverse("exports:destination", args=[destination.slug]), {"check": check})

    assert answer.status_code == 200
