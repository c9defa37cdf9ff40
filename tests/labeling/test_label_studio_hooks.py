"""The webhook is registered through Label Studio's API, or by hand where that refuses."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from egress.models import Secret
from labeling.actions.studio_hooks import hook_address
from labeling.actions.studios import begin_anew, new_hook
from labeling.models import LabelStudio, Membership, Project
from runs.models import Run, RunLog
from tests.labeling.scenes import make_member, signed_in
from tests.labeling.studio_double import Fault, StudioDouble
from tests.labeling.studios import connected, exchange

pytestmark = pytest.mark.django_db


def told(connection: LabelStudio, authorization: str) -> int:
    address = f"/label-studio/hooks/{connection.pk}/"
    return Client().post(address, headers={"Authorization": authorization}).status_code


def test_label_studio_is_asked_to_call_with_a_secret_that_is_heard(
    double: StudioDouble, connection: LabelStudio
) -> None:
    registered = exchange(connection, "hook")

    (hook,) = double.hooks.values()
    assert registered.run.state == Run.State.DONE
    assert (hook["url"], hook["project"]) == (hook_address(connection), connection.label_studio_id)
    assert (hook["send_payload"], hook["is_active"]) == (False, True)
    assert connection.hook_label_studio_id == hook["id"]
    assert told(connection, hook["headers"]["Authorization"]) == 204


def test_the_secret_stands_in_no_table(double: StudioDouble, connection: LabelStudio) -> None:
    exchange(connection, "hook")

    token = double.hooks[1]["headers"]["Authorization"].removeprefix("Bearer ")
    kept = [
        *Run.objects.values_list("arguments", "result", "error"),
        *RunLog.objects.values_list("text"),
        *AuditEvent.objects.values_list("detail"),
        *LabelStudio.objects.values_list(),
    ]
    assert token not in str(kept)
    assert Secret.objects.count() == 1


def test_registering_again_renews_the_secret_of_the_same_webhook(
    double: StudioDouble, connection: LabelStudio
) -> None:
    exchange(connection, "hook")
    before = double.hooks[1]["headers"]["Authorization"]

    exchange(connection, "hook")

    assert len(double.hooks) == 1
    assert told(connection, before) == 403
    assert told(connection, double.hooks[1]["headers"]["Authorization"]) == 204


def test_a_lost_answer_makes_no_second_webhook(double: StudioDouble, connection: LabelStudio) -> None:
    double.faults = [Fault("/api/webhooks/", 502, is_done_first=True, times=1)]
    # The first question, what is there, is answered; the fault waits for the second.
    double.faults.insert(0, Fault("/api/webhooks/", 200, b"[]", times=1))

    assert exchange(connection, "hook").run.state == Run.State.FAILED
    assert exchange(connection, "hook").run.state == Run.State.DONE

    assert len(double.hooks) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("/api/webhooks/", 400, b'{"url": ["Not allowed."]}'), "USE_DEFAULT_BANNED_SUBNETS"),
        (Fault("/api/webhooks/", 403), "does not accept the token"),
        (Fault("/api/webhooks/", 404), "takes no webhooks"),
        (Fault("/api/webhooks/", 302), "sends us on"),
        (Fault("/api/webhooks/", 500), "can’t answer now"),
        (Fault("/api/webhooks/", 200, b"<html>", "text/html"), "page instead of data"),
        (Fault("/api/webhooks/", 200, b'{"results": [1]}'), "no list of results"),
        (Fault("/api/webhooks/", 200, b'{"results": [{"id": "1"}]}', times=9), "not the webhook"),
    ],
)
def test_a_refusal_is_said_with_the_way_by_hand_and_the_old_secret_stays(
    double: StudioDouble, connection: LabelStudio, fault: Fault, said: str
) -> None:
    token = new_hook(connection, actor=None)
    double.faults = [fault]

    run = exchange(connection, "hook").run

    assert run.state == Run.State.FAILED
    assert said in run.error
    assert "by hand" in run.error
    assert told(connection, f"Bearer {token}") == 204


def test_another_webhook_than_was_asked_for_is_not_believed(
    double: StudioDouble, connection: LabelStudio
) -> None:
    body = b'{"id": 4, "url": "https://elsewhere.example.org/", "project": 1}'
    double.faults = [Fault("/api/webhooks/", 200, b"[]", times=1), Fault("/api/webhooks/", 201, body)]

    assert "not the webhook that was asked for" in exchange(connection, "hook").run.error
    assert connection.hook_label_studio_id is None


def test_what_was_never_sent_can_not_call(double: StudioDouble, project: Project) -> None:
    assert "Send the project first" in exchange(connected(project, double.url), "hook").run.error
    assert double.seen == []


def test_a_secret_by_hand_and_a_new_beginning_forget_the_webhook(
    double: StudioDouble, connection: LabelStudio
) -> None:
    for forget in (new_hook, begin_anew):
        LabelStudio.objects.update(hook_label_studio_id=3)
        forget(connection, actor=None)
        connection.refresh_from_db()
        assert connection.hook_label_studio_id is None


def test_a_lead_registers_on_the_page_and_sees_how_it_went(
    double: StudioDouble, connection: LabelStudio
) -> None:
    lead: User = make_member(connection.project, role=Membership.Role.LEAD)
    browser = signed_in(lead)
    here = f"/projects/{connection.project.slug}/label-studio/"

    asked = browser.post(f"{here}register")
    run = Run.objects.get(kind="labeling.label_studio_hook")
    Run.objects.filter(pk=run.pk).update(state="failed", error="It refused.", finished_at=run.created_at)
    refused = browser.get(here).text
    exchange(connection, "hook")
    registered = browser.get(here).text

    assert (asked["Location"], run.queue) == (f"/runs/{run.pk}/", "io")
    assert "It could not be registered.</strong> It refused." in refused
    assert "as webhook 1" in registered
    assert double.hooks[1]["headers"]["Authorization"] not in registered
