"""Samplings against a double that refuses, breaks off, answers nonsense and dies."""

import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from curation.actions.answers import job_for, prices_of, store_answer
from curation.actions.sampling import (
    resume_sampling,
)
from curation.endpoints import Answer, Usage
from curation.models import Response, Sample
from egress.secrets import seal
from runs.actions import cancel
from runs.models import Run
from tests.curation.endpoint_double import (
    KEY,
    MODEL,
    Behaviour,
    EndpointDouble,
    breaking_off,
    refusing,
    saying,
    ten_megabytes,
    truncated,
)
from tests.curation.sampled import make_endpoint, make_sampling, perform, states, worst_of
from tests.factories import make_scenario

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fault", [refusing(500), refusing(503), truncated, breaking_off, saying("", choices=[]), saying("")]
)
def test_trouble_that_may_pass_is_tried_again(double: EndpointDouble, fault: Behaviour) -> None:
    make_scenario()
    double.plan.extend([fault, fault])
    sampling = make_sampling(make_endpoint(double))

    run = perform(sampling)

    assert run.state == Run.State.DONE
    assert states(sampling) == {"stored": 1}
    assert Sample.objects.get().attempts == 3 == len(double.asked)
    assert {each.key for each in double.asked} == {str(Sample.objects.get().pk)}


@pytest.mark.parametrize(
    ("fault", "words"),
    [(refusing(502), "answered 502"), (truncated, "can’t be read"), (saying("", choices=[]), "without")],
)
def test_trouble_that_stays_becomes_a_failure_with_a_reason(
    double: EndpointDouble, fault: Behaviour, words: str
) -> None:
    make_scenario()
    double.usual = fault
    sampling = make_sampling(make_endpoint(double))

    run = perform(sampling)

    assert (run.state, run.result) == (Run.State.DONE, {"failed": 1})
    sample = Sample.objects.get()
    assert (sample.state, sample.attempts) == ("failed", 5)
    assert words in sample.problem


def test_an_answer_that_may_be_billed_counts_as_paid(double: EndpointDouble) -> None:
    make_scenario("x" * 30)
    double.plan.append(truncated)
    double.plan.append(saying("", choices=[], usage={"prompt_tokens": 1000, "completion_tokens": 100}))
    sampling = make_sampling(make_endpoint(double))
    worst = worst_of(sampling)

    perform(sampling)

    sampling.refresh_from_db()
    assert sampling.cost == worst + Decimal("0.002000") + Decimal("0.000120")


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_of_the_request_is_final(double: EndpointDouble, status: int) -> None:
    make_scenario()
    make_scenario()
    double.plan.append(refusing(status, "The prompt is\0 too long"))
    sampling = make_sampling(make_endpoint(double, concurrency=1))

    perform(sampling)

    assert states(sampling) == {"failed": 1, "stored": 1}
    assert "The prompt is� too long" in Sample.objects.get(state="failed").problem
    assert len(double.asked) == 2


def test_ten_megabytes_are_not_kept_and_not_asked_for_again(double: EndpointDouble) -> None:
    make_scenario()
    double.usual = ten_megabytes
    sampling = make_sampling(make_endpoint(double))

    perform(sampling)

    assert "longer than 4 MB" in Sample.objects.get().problem
    assert len(double.asked) == 1
    assert Response.objects.count() == 0


def test_too_many_requests_let_everybody_wait_and_cost_no_attempt(double: EndpointDouble) -> None:
    for _ in range(3):
        make_scenario()
    double.plan.extend([refusing(429, Retry_After="0.3"), refusing(429)])
    sampling = make_sampling(make_endpoint(double, concurrency=1))

    run = perform(sampling)

    assert states(sampling) == {"stored": 3}
    assert set(Sample.objects.values_list("attempts", flat=True)) == {1}
    assert len(double.asked) == 5
    assert "asks us to wait: too many requests" in run.log.order_by("pk")[0].text


def test_nobody_asks_before_the_time_is_over(double: EndpointDouble) -> None:
    make_scenario()
    times: list[float] = []

    def note(asked: Any) -> Any:
        times.append(time.monotonic())
        return refusing(429, Retry_After="1")(asked) if len(times) == 1 else saying("It depends.")(asked)

    double.usual = note

    perform(make_sampling(make_endpoint(double), k=2))

    assert sum(each - times[0] < 0.9 for each in times) <= 2
    assert Sample.objects.filter(state="stored").count() == 2


def test_a_key_that_is_revoked_midway_pauses_and_loses_nothing(double: EndpointDouble) -> None:
    for _ in range(5):
        make_scenario()

    def revoke(asked: Any) -> Any:
        double.keys = {"sk-new-key-1234567"}
        return saying("The last with the old key.")(asked)

    double.plan.extend([saying("The first."), revoke])
    endpoint = make_endpoint(double, concurrency=1)
    sampling = make_sampling(endpoint)

    run = perform(sampling)

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "refused the key" in run.error
    assert "Enter a new key" in run.error
    assert KEY not in run.error
    assert states(sampling) == {"stored": 2, "waiting": 3}
    assert not Sample.objects.filter(state="waiting", attempts__gt=0).exists()

    endpoint.secret = seal("sk-new-key-1234567", bound_to=double.url)
    endpoint.save()
    again = perform(resume_sampling(sampling))

    assert (again.state, again.total) == (Run.State.DONE, 3)
    assert states(sampling) == {"stored": 5}
    assert len(double.billed) == len(set(double.billed)) == 5


@pytest.mark.parametrize("fault", [refusing(402), refusing(429, code="insufficient_quota")])
def test_an_empty_account_pauses(double: EndpointDouble, fault: Behaviour) -> None:
    make_scenario()
    double.usual = fault

    run = perform(make_sampling(make_endpoint(double)))

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "no credit" in run.error


def test_an_address_that_sends_us_elsewhere_pauses(double: EndpointDouble) -> None:
    make_scenario()
    with EndpointDouble() as elsewhere:
        double.usual = refusing(307, Location=f"{elsewhere.url}/chat/completions")

        run = perform(make_sampling(make_endpoint(double)))

        assert run.state == Run.State.NEEDS_ATTENTION
        assert elsewhere.asked == []


def test_an_endpoint_that_refuses_everything_is_not_asked_a_thousand_times(double: EndpointDouble) -> None:
    for _ in range(60):
        make_scenario()
    double.usual = refusing(404, "no such model")
    sampling = make_sampling(make_endpoint(double))

    run = perform(sampling)

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "no such model" in run.error
    assert len(double.asked) < 30
    assert states(sampling)["waiting"] > 30


@pytest.mark.django_db(transaction=True)
def test_a_paused_sampling_stops_soon_and_keeps_what_was_on_its_way(double: EndpointDouble) -> None:
    for _ in range(20):
        make_scenario()
    sampling = make_sampling(make_endpoint(double, concurrency=2))

    def pause(asked: Any) -> Any:
        cancel(Run.objects.get())
        connection.close()
        return slowly(asked)

    def slowly(asked: Any) -> Any:
        time.sleep(0.4)
        return saying(f"To {asked.question}")(asked)

    double.plan.extend([saying("First."), pause])
    double.usual = slowly

    run = perform(sampling)

    assert run.state == Run.State.CANCELLED
    assert states(sampling)["stored"] == len(double.asked) < 20
    assert not Sample.objects.filter(state="waiting", attempts__gt=0).exists()
    double.usual = None
    perform(resume_sampling(sampling))
    assert states(sampling) == {"stored": 20}
    assert len(double.billed) == len(set(double.billed)) == 20


def test_an_answer_lost_with_its_worker_is_asked_for_again_and_counted(double: EndpointDouble) -> None:
    make_scenario("x" * 30)
    sampling = make_sampling(make_endpoint(double))
    worst = worst_of(sampling)
    Sample.objects.update(attempts=1)

    run = perform(sampling)

    sampling.refresh_from_db()
    assert states(sampling) == {"stored": 1}
    assert Sample.objects.get().attempts == 2
    assert sampling.cost == worst + Decimal("0.000120")
    assert "1 answers may have been lost" in run.log.order_by("pk")[0].text


def test_an_answer_that_is_lost_again_and_again_is_given_up(double: EndpointDouble) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double))
    Sample.objects.update(attempts=8)

    perform(sampling)

    assert "Lost with its worker" in Sample.objects.get().problem
    assert double.asked == []


def test_a_run_that_is_performed_twice_asks_for_nothing_twice(double: EndpointDouble) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double))
    perform(sampling)
    Run.objects.update(state="queued", finished_at=None, attempts=0)

    perform(sampling)

    assert len(double.asked) == 1


def test_a_void_key_pauses_before_anything_is_asked(double: EndpointDouble, settings: Settings) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double))
    sampling.endpoint.base_url = f"{double.url}/elsewhere"
    sampling.endpoint.save()

    run = perform(sampling)

    assert run.state == Run.State.NEEDS_ATTENTION
    assert double.asked == []


def test_a_second_answer_to_one_sample_is_not_stored_but_paid_for(double: EndpointDouble) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double))
    job = job_for(Sample.objects.select_related("scenario").get(), sampling, prices_of(sampling.endpoint))
    price = Decimal("0.5")

    first = store_answer(job, sampling, answer("The first."), price)
    second = store_answer(job, sampling, answer("The second."), price)

    sampling.refresh_from_db()
    assert second is None
    assert Response.objects.get() == first == Sample.objects.get().response
    assert sampling.cost == Sample.objects.get().cost == 1


def answer(text: str) -> Answer:
    return Answer(text, MODEL, "", "stop", Usage(20, 10))
