"""Who is told what, and what receivers of webhooks can rely on."""

import hmac
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, Role
from egress.models import Secret
from exports.actions.deliveries import MOST_FAILURES
from exports.actions.listeners import NoSecret, Wish, change_listener, renew_secret, send_test, turn_on
from exports.actions.notices import announce, announce_outcomes, deliver
from exports.models import Delivery, Listener, News, Release
from exports.signing import signature
from runs.actions import perform, perform_now
from runs.models import Run
from tests.exports.releases import make_release
from tests.factories import make_user

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to" / "receive-webhooks.md"


class Receiver(ThreadingHTTPServer):
    """A webhook that remembers what it got, and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                self.got.append((dict(handler.headers.items()), body))
                status = self.answers.pop(0) if self.answers else 204
                if status == 0:
                    handler.close_connection = True
                    return
                handler.send_response(status)
                if status == 302:
                    handler.send_header("Location", f"http://127.0.0.1:{self.server_address[1]}/elsewhere")
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(handler, *args: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    server = Receiver()
    settings.EGRESS_ALLOWED = [server.place]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def make_webhook(receiver: Receiver, *kinds: str) -> tuple[Listener, str]:
    """A webhook that wants these news, and its secret."""
    listener = Listener.objects.create(
        kind="webhook",
        name="Ours",
        address=f"http://{receiver.place}/hook",
        kinds=list(kinds) or ["release.published"],
    )
    secret = renew_secret(listener)
    return Listener.objects.get(pk=listener.pk), secret


def delivered(delivery: Delivery) -> Delivery:
    """The delivery after one attempt that may not be repeated."""
    Run.objects.filter(pk=delivery.run_id).update(attempts=7)
    perform_now(delivery.run)
    return Delivery.objects.select_related("run", "listener").get(pk=delivery.pk)


def test_what_arrives_is_signed_over_time_and_body(receiver: Receiver):
    listener, secret = make_webhook(receiver)

    delivery = delivered(send_test(listener))

    headers, body = receiver.got[0]
    expected = signature(secret, int(headers["X-Arete-Timestamp"]), body)
    assert headers["X-Arete-Signature"] == f"v1={expected}"
    assert headers["X-Arete-Delivery"] == str(delivery.pk)
    assert json.loads(body)["event"] == headers["X-Arete-Event"] == "test"
    assert (delivery.status, delivery.run.state) == (204, "done")


def test_a_signature_is_an_hmac_that_others_compute_too():
    expected = hmac.new(b"whsec_x", b'1700000000.{"a":1}', "sha256").hexdigest()

    assert signature("whsec_x", 1700000000, b'{"a":1}') == expected


def test_the_receiver_in_the_docs_takes_what_is_real_and_nothing_else(receiver: Receiver):
    listener, secret = make_webhook(receiver)
    delivered(send_test(listener))
    headers, body = receiver.got[0]
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert code
    namespace: dict[str, Any] = {}
    exec(code[1], namespace)  # noqa: S102 - our own documentation.
    is_genuine = namespace["is_genuine"]

    assert is_genuine(secret, headers, body)
    assert not is_genuine("whsec_other", headers, body)
    assert not is_genuine(secret, headers, body + b" ")
    assert not is_genuine(secret, headers | {"X-Arete-Timestamp": "1700000000"}, body)
    assert not is_genuine(secret, headers | {"X-Arete-Signature": "v1="}, body)
    assert not is_genuine(secret, headers | {"X-Arete-Timestamp": "x"}, body)


@pytest.mark.parametrize(
    ("answer", "said"), [(500, "It answered 500."), (0, "broke off"), (302, "It answered 302.")]
)
def test_what_was_not_taken_is_tried_again_with_the_same_body(receiver: Receiver, answer: int, said: str):
    listener, _ = make_webhook(receiver)
    receiver.answers = [answer]
    delivery = send_test(listener)

    perform(delivery.run_id)
    delivery.run.refresh_from_db()
    waits = delivery.run
    Run.objects.update(due_at=timezone.now())
    perform(delivery.run_id)

    delivery.run.refresh_from_db()
    assert waits.due_at > waits.created_at
    assert any(said in line.text for line in delivery.run.log.all())
    assert delivery.run.state == "done"
    assert receiver.got[0][1] == receiver.got[1][1]
    assert len(receiver.got) == 2, "a redirect is not followed"


def test_a_receiver_that_never_answers_is_given_up_with_the_reason(receiver: Receiver):
    listener, _ = make_webhook(receiver)
    receiver.answers = [500] * MOST_FAILURES

    for _ in range(MOST_FAILURES):
        delivery = delivered(send_test(listener))

    listener.refresh_from_db()
    assert delivery.run.state == "failed"
    assert listener.disabled_at
    assert listener.disabled_why == "5 deliveries in a row were given up. The last one: It answered 500."
    assert AuditEvent.objects.filter(act="listener.disabled").count() == 1


def test_one_success_forgives_failures(receiver: Receiver):
    listener, _ = make_webhook(receiver)
    receiver.answers = [500, 204]

    delivered(send_test(listener))
    delivered(send_test(listener))

    assert Listener.objects.get().failures == 0


def test_a_receiver_that_says_it_is_gone_is_given_up_at_once(receiver: Receiver):
    listener, _ = make_webhook(receiver)
    receiver.answers = [410]

    delivery = delivered(send_test(listener))

    listener.refresh_from_db()
    assert "410" in listener.disabled_why
    assert delivery.run.state == "failed"


def test_nothing_goes_to_a_listener_that_is_off(receiver: Receiver):
    listener, _ = make_webhook(receiver)
    waiting = send_test(listener)
    Listener.objects.update(disabled_at=timezone.now(), disabled_why="Off.")

    announce(News.Kind.PUBLISHED, waiting.pk, {})
    delivered(waiting)
    turn_on(listener)

    assert receiver.got == []
    assert Delivery.objects.count() == 1
    assert Listener.objects.get().disabled_at is None


def test_an_address_that_leads_inside_is_not_called(receiver: Receiver, settings: Settings):
    listener, _ = make_webhook(receiver)
    settings.EGRESS_ALLOWED = []

    delivery = delivered(send_test(listener))

    assert receiver.got == []
    assert "must begin with https://" in delivery.run.error


def test_news_go_to_those_who_want_them_once(receiver: Receiver):
    wants, _ = make_webhook(receiver, "release.built", "release.failed")
    make_webhook(receiver, "release.published")
    subject = send_test(wants).pk

    assert announce(News.Kind.BUILT, subject, {"release": {"name": "traits"}})
    assert announce(News.Kind.BUILT, subject, {}) is None

    assert [each.listener for each in Delivery.objects.filter(news__kind="release.built")] == [wants]


@pytest.mark.usefixtures("house_of_files")
@pytest.mark.parametrize(
    ("state", "kind"),
    [("done", "release.built"), ("failed", "release.failed"), ("needs attention", "release.failed")],
)
def test_how_a_build_ended_is_news_once(state: str, kind: str):
    release = make_release()
    Run.objects.create(
        kind="exports.build",
        state=state,
        arguments={"release": str(release.pk)},
        finished_at=timezone.now(),
        error="" if state == "done" else "The disk is full.",
    )

    assert [announce_outcomes(), announce_outcomes()] == [1, 0]

    news = News.objects.get()
    assert news.kind == kind
    assert news.facts["release"]["version"] == "0.1.0"
    assert news.facts.get("reason", "") == ("" if state == "done" else "The disk is full.")


def test_a_build_that_somebody_cancelled_is_no_news():
    Run.objects.create(kind="exports.build", state="cancelled", finished_at=timezone.now(), arguments={})

    assert announce_outcomes() == 0


def test_a_person_gets_an_e_mail(settings: Settings):
    listener = Listener.objects.create(kind="email", name="A steward", address="steward@example.org")

    delivery = delivered(send_test(listener))

    letter = mail.outbox[0]
    assert delivery.run.state == "done"
    assert letter.to == ["steward@example.org"]
    assert letter.subject == "Arete: A test"
    assert "Send a test" in str(letter.body)


def test_what_people_wrote_makes_no_second_header(settings: Settings):
    listener = Listener.objects.create(kind="email", name="A steward", address="steward@example.org")
    news = News.objects.create(
        kind="release.built",
        subject=listener.pk,
        facts={"release": {"name": "a\nBcc: x@example.org", "version": "1"}},
    )

    delivered(deliver(news, listener))

    assert mail.outbox[0].subject == "Arete: a Bcc: x@example.org@1: A release was built"


def test_a_secret_is_shown_once_and_stored_where_no_page_reads_it(client: Client, receiver: Receiver):
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    listener, former = make_webhook(receiver)

    shown = client.post(reverse("exports:notification_secret", args=[listener.pk]))
    later = client.get(reverse("exports:notification", args=[listener.pk])).content.decode()

    secret = re.search(r"whsec_[\w-]+", shown.content.decode())
    assert secret
    assert secret[0] != former
    assert "no-store" in shown["Cache-Control"]
    assert "whsec_" not in later
    assert Secret.objects.count() == 1
    assert secret[0].encode() not in bytes(Secret.objects.get().ciphertext)


def test_another_address_makes_the_secret_void(receiver: Receiver):
    listener, _ = make_webhook(receiver)

    changed = change_listener(listener, Wish("Ours", "https://elsewhere.example/hook", ["release.built"]))

    assert changed.secret is None
    assert not Secret.objects.exists()
    with pytest.raises(NoSecret):
        send_test(changed)


def test_a_steward_adds_a_webhook_and_sends_a_test(client: Client, receiver: Receiver):
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    said = {"name": "CI", "address": f"http://{receiver.place}/", "kinds": ["release.published"]}

    added = client.post(reverse("exports:notification_new"), said)
    refused = client.post(added["Location"] + "test", follow=True).content.decode()
    client.post(added["Location"] + "secret/")
    page = client.post(added["Location"] + "test", follow=True).content.decode()

    assert "Make its secret first." in refused
    assert "A test is on its way" in page
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("webhook", {"address": "http://192.0.2.1/"}, "must begin with https://"),
        ("webhook", {"address": "https://127.0.0.1/"}, "not a public address"),
        ("webhook", {"kinds": []}, "Choose what to tell"),
        ("webhook", {"kinds": ["test"]}, "There is no such news"),
        ("email", {"address": "nobody"}, "like name@example.org"),
        ("email", {"address": "a@example.org"}, "no mail server"),
    ],
)
def test_what_can_not_be_told_is_said_at_its_field(
    client: Client, kind: str, fields: dict[str, Any], said: str
):
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    whole = {"name": "X", "address": "https://example.org/", "kinds": ["release.built"], **fields}

    answer = client.post(reverse("exports:notification_new") + f"?kind={kind}", whole)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Listener.objects.exists()


def test_nothing_is_told_of_a_release_that_is_gone():
    Run.objects.create(
        kind="exports.build", state="failed", error="Nothing to release.", finished_at=timezone.now(),
        arguments={"release": "01930000-0000-7000-8000-000000000000"},
    )  # fmt: skip

    announce_outcomes()

    assert News.objects.get().facts == {"reason": "Nothing to release."}
    assert not Release.objects.exists()
