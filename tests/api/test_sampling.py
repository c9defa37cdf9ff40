"""Sampling by program: endpoints whose keys never come out, cost before the beginning, pauses that lose nothing."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from curation.models import Endpoint, Response, Sampling
from runs.models import Run
from tests.api.asking import Caller, curator, named, steward
from tests.curation.endpoint_double import EndpointDouble
from tests.curation.sampled import make_endpoint, perform
from tests.factories import make_domain, make_scenario, make_user

pytestmark = pytest.mark.django_db
CANARY = "sk-canary-77aa"


def said(double: EndpointDouble, **fields: Any) -> dict[str, Any]:
    return {"name": "Ours", "base_url": double.url, "model": "lab/model-1", **fields}


def wanted(double: EndpointDouble, **fields: Any) -> dict[str, Any]:
    endpoint = Endpoint.objects.first() or make_endpoint(double)
    return {"endpoint": str(endpoint.pk), "k": 2, "max_tokens": 100, **fields}


def test_a_key_goes_in_and_comes_out_nowhere(double: EndpointDouble) -> None:
    caller = curator()

    made = caller.post("/endpoints", said(double, key=CANARY))
    path = f"/endpoints/{made.json()['id']}"
    kept = caller.put(path, said(double, name="Theirs"))
    moved = caller.put(path, said(double, base_url="https://93.184.216.34/v1"))
    checked = caller.post(f"{path}/check")

    assert (made.status_code, kept.status_code, checked.status_code) == (201, 200, 202), made.json()
    assert [each.json()["has_key"] for each in (made, kept, moved)] == [True, True, False]
    told = [each.content for each in (made, kept, moved, checked, caller.get("/endpoints"), caller.get(path))]
    assert not [each for each in told if CANARY.encode() in each]
    assert CANARY not in str(list(AuditEvent.objects.values())) + str(list(Run.objects.values()))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"base_url": "http://169.254.169.254/v1"}, "base_url"),
        ({"key": "has space"}, "key"),
        ({"concurrency": 99}, "concurrency"),
        ({"price_in": 0.00000001}, "price_in"),
        ({"has_key": True}, "has_key"),
    ],
)
def test_what_an_endpoint_can_not_be_is_named(
    double: EndpointDouble, wrong: dict[str, Any], field: str
) -> None:
    refused = curator().post("/endpoints", said(double, **wrong))

    assert (refused.status_code, named(refused)) == (422, {field})
    assert not Endpoint.objects.exists()


def test_a_name_is_given_once(double: EndpointDouble) -> None:
    caller = curator()
    caller.post("/endpoints", said(double))

    assert named(caller.post("/endpoints", said(double))) == {"name"}


def test_what_was_estimated_is_sampled_and_no_other_number(double: EndpointDouble) -> None:
    for _ in range(2):
        make_scenario(domain=make_domain("health"))
    caller, body = curator(), wanted(double, domain="health")

    foreseen = caller.post("/samplings/estimate", body).json()
    other = caller.post("/samplings", {**body, "requests": 3})
    begun = caller.post("/samplings", {**body, "requests": foreseen["requests"]}, Idempotency_Key="one")
    again = caller.post("/samplings", {**body, "requests": foreseen["requests"]}, Idempotency_Key="one")
    perform(Sampling.objects.get())
    found = caller.get(f"/samplings/{begun.json()['id']}").json()
    samples = caller.get(f"/samplings/{begun.json()['id']}/samples?state=stored").json()["data"]

    assert (foreseen["requests"], foreseen["scenarios"], Sampling.objects.count()) == (4, 2, 1)
    assert 0 < foreseen["most"] < 1
    assert (other.status_code, other.json()["type"]) == (409, "urn:arete:problem:plan_changed")
    assert (begun.status_code, again.content) == (201, begun.content)
    assert (found["stored"], found["run"]["state"]) == (4, "done")
    assert {each["response"] for each in samples} == {
        str(pk) for pk in Response.objects.values_list("pk", flat=True)
    }


def test_a_sampling_is_paused_and_resumed(double: EndpointDouble) -> None:
    make_scenario()
    caller, body = curator(), wanted(double)
    begun = caller.post("/samplings", {**body, "requests": 2}).json()
    path = f"/samplings/{begun['id']}"

    at_work = caller.post(f"{path}/resume", {})
    paused = caller.post(f"{path}/pause").json()
    resumed = caller.post(f"{path}/resume", {}, Idempotency_Key="on").json()
    repeated = caller.post(f"{path}/resume", {}, Idempotency_Key="on").json()
    perform(Sampling.objects.get())
    nothing = caller.post(f"{path}/resume", {"with_failed": True})

    assert (at_work.status_code, at_work.json()["type"]) == (409, "urn:arete:problem:still_running")
    assert (paused["run"]["state"], paused["waiting"]) == ("cancelled", 2)
    assert resumed == repeated
    assert resumed["run"]["id"] != paused["run"]["id"]
    assert caller.get(path).json()["stored"] == 2
    assert nothing.json()["type"] == "urn:arete:problem:nothing_to_ask"
    assert AuditEvent.objects.filter(act="run.cancelled").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"domain": "nothing"}, "domain"),
        ({"pool": "OTHER"}, "pool"),
        ({"k": 0}, "k"),
        ({"budget": 0.00000001}, "budget"),
        ({"most": 20_000, "k": 64}, "most"),
        ({"temperature": 3}, "temperature"),
    ],
)
def test_what_can_not_be_sampled_is_named(double: EndpointDouble, wrong: dict[str, Any], field: str) -> None:
    refused = curator().post("/samplings/estimate", wanted(double, **wrong))

    assert (refused.status_code, named(refused)) == (422, {field})


def test_stewards_watch_and_curators_sample(double: EndpointDouble) -> None:
    make_scenario()
    body = wanted(double)
    curator().post("/samplings", {**body, "requests": 2})

    watched = steward().get("/samplings").json()["data"]

    assert [each["endpoint_name"] for each in watched] == [Endpoint.objects.get().name]
    assert steward().post("/samplings/estimate", body).status_code == 404
    assert Caller(make_user()).get("/samplings").status_code == 404
