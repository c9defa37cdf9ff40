"""Destinations by program: made with a token that never comes out, changed, checked."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from egress.models import Secret
from egress.secrets import reveal
from exports.hub_double import HubDouble
from exports.models import Destination
from runs.actions import perform_now
from runs.models import Run
from tests.api.asking import Caller, named, steward
from tests.exports.hub import REPO
from tests.exports.releases import TOKEN, make_destination

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
CANARY = "hf_canary_77aa"


def said(hub: HubDouble, **fields: Any) -> dict[str, Any]:
    return {"name": "Our Hub", "endpoint": hub.url, "repo_id": REPO, **fields}


@pytest.fixture
def caller(hub: HubDouble, settings: Any) -> Caller:
    settings.EGRESS_ALLOWED = [hub.url.removeprefix("http://")]
    return steward()


def test_a_destination_is_made_and_its_token_comes_out_nowhere(caller: Caller, hub: HubDouble) -> None:
    made = caller.post("/destinations", said(hub, kind="hub", token=CANARY), Idempotency_Key="one")
    again = caller.post("/destinations", said(hub, kind="hub", token=CANARY), Idempotency_Key="one")

    assert made.status_code == 201, made.json()
    assert (made.json()["slug"], made.json()["has_token"]) == ("our-hub", True)
    assert again.content == made.content
    destination = Destination.objects.get()
    assert destination.secret
    assert reveal(destination.secret, hub.url) == CANARY
    told = [made.content, *(caller.get(f"/destinations{each}").content for each in ("", "/our-hub"))]
    assert not [each for each in told if CANARY.encode() in each]
    assert CANARY not in str(list(AuditEvent.objects.values()))


def test_a_destination_without_its_token_is_refused(caller: Caller, hub: HubDouble) -> None:
    refused = caller.post("/destinations", said(hub, kind="hub"))

    assert (refused.status_code, named(refused)) == (422, {"token"})


def test_another_name_keeps_the_token(caller: Caller, hub: HubDouble, settings: Any) -> None:
    slug = make_destination(hub).slug

    changed = caller.put(f"/destinations/{slug}", said(hub, name="Theirs"))

    assert (changed.json()["name"], changed.json()["has_token"]) == ("Theirs", True)


@pytest.mark.parametrize("elsewhere", [{"repo_id": "some/other"}, {"endpoint": "https://93.184.216.34"}])
def test_another_place_drops_the_token(caller: Caller, hub: HubDouble, elsewhere: dict[str, str]) -> None:
    slug = make_destination(hub).slug

    changed = caller.put(f"/destinations/{slug}", said(hub, **elsewhere))

    assert changed.status_code == 200, changed.json()
    assert not changed.json()["has_token"]
    assert not Secret.objects.exists()


def test_another_place_with_its_own_token_takes_it(caller: Caller, hub: HubDouble) -> None:
    slug = make_destination(hub).slug

    changed = caller.put(f"/destinations/{slug}", said(hub, repo_id="some/other", token=CANARY))

    destination = Destination.objects.get()
    assert changed.json()["has_token"]
    assert destination.secret
    assert reveal(destination.secret, hub.url) == CANARY != TOKEN


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"endpoint": "http://169.254.169.254"}, "endpoint"),
        ({"endpoint": ""}, "endpoint"),
        ({"repo_id": "no repo"}, "repo_id"),
        ({"token": "has space"}, "token"),
        ({"gating": "perhaps"}, "gating"),
        ({"kind": "ftp"}, "kind"),
        ({"region": "eu-central-1"}, "region"),
        ({"has_token": True}, "has_token"),
    ],
)
def test_what_can_not_be_is_named(caller: Caller, hub: HubDouble, wrong: dict[str, Any], field: str) -> None:
    refused = caller.post("/destinations", {**said(hub, kind="hub", token=CANARY), **wrong})

    assert (refused.status_code, named(refused)) == (422, {field})
    assert CANARY not in refused.content.decode()
    assert not Destination.objects.exists()


def test_a_folder_of_the_server_wants_no_token(caller: Caller, settings: Any) -> None:
    place = {"kind": "folder", "name": "Shelf", "repo_id": str(settings.DATA_DIR / "published" / "ours")}

    made = caller.post("/destinations", place)

    assert made.status_code == 201, made.json()
    assert (made.json()["kind"], made.json()["has_token"]) == ("folder", False)


def test_a_destination_is_checked(caller: Caller, hub: HubDouble) -> None:
    slug = make_destination(hub).slug

    run = caller.post(f"/destinations/{slug}/check")

    done = perform_now(Run.objects.get(pk=run.json()["id"]))
    assert (run.status_code, done.state) == (202, "done")
