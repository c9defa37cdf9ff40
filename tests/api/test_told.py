"""News about releases by program: who is told, secrets that are told once, and what was delivered."""

from typing import Any

import pytest
from cryptography.fernet import Fernet

from accounts.models import AuditEvent
from exports.models import Listener
from tests.api.asking import named, steward

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {
    "kind": "webhook", "name": "Ours", "address": "https://93.184.216.34/told", "kinds": ["release.built"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]


def test_a_webhook_is_told_once_its_secret_is_made() -> None:
    caller = steward()

    made = caller.post("/notifications", SAID, Idempotency_Key="one").json()
    path = f"/notifications/{made['id']}"
    early = caller.post(f"{path}/test")
    secret = caller.post(f"{path}/secret").json()["secret"]
    sent = caller.post(f"{path}/test")
    found = caller.get(path).json()
    elsewhere = {"name": "Ours", "kinds": ["release.built"], "address": "https://93.184.216.35/"}
    moved = caller.put(path, elsewhere)

    assert (early.status_code, early.json()["type"]) == (409, "urn:arete:problem:no_secret")
    assert (sent.status_code, found["has_secret"], moved.json()["has_secret"]) == (202, True, False)
    assert [each["kind"] for each in caller.get(f"{path}/deliveries").json()["data"]] == ["test"]
    assert secret not in f"{found} {caller.get('/notifications').json()} {list(AuditEvent.objects.values())}"


def test_a_listener_is_turned_off_and_on() -> None:
    caller = steward()
    path = f"/notifications/{caller.post('/notifications', SAID).json()['id']}"

    off = caller.post(f"{path}/switch", {"is_enabled": False}).json()
    on = caller.post(f"{path}/switch", {"is_enabled": True}).json()

    assert (off["disabled_at"] is None, on["disabled_at"]) == (False, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"address": "http://169.254.169.254/"}, "address"),
        ({"kinds": ["weather"]}, "kinds.0"),
        ({"kinds": []}, "kinds"),
        ({"kind": "pigeon"}, "kind"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_a_listener_can_not_be_is_named(wrong: dict[str, Any], field: str) -> None:
    refused = steward().post("/notifications", {**SAID, **wrong})

    assert (refused.status_code, named(refused)) == (422, {field})
    assert not Listener.objects.exists()
