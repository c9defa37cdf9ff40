"""Samplings against a double that refuses, breaks off, answers nonsense and sends bills."""

import threading
import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import AuditEvent
from curation.actions.answers import job_for, prices_of
from curation.actions.sampling import (
    BudgetUsedUp,
    NothingToAsk,
    NotTheSame,
    StillRunning,
    Wanted,
    planned,
    resume_sampling,
    start_sampling,
)
from curation.models import Response, Sample, Sampling, Scenario
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
from tests.curation.sampled import make_endpoint, make_sampling, perform, states
from tests.factories import make_response, make_scenario, make_user

pytestmark = pytest.mark.django_db


def test_each_scenario_gets_k_responses_with_their_provenance(double: EndpointDouble) -> None:
    scenario = make_scenario("May he go on?")
    endpoint = make_endpoint(double)
    sampling = make_sampling(
        endpoint, k=2, seed=40, system_prompt="Be brief.", parameters={"temperature": 0.5}
    )

    run = perform(sampling)

    assert (run.state, run.done, run.total, run.result) == (Run.State.DONE, 2, 2, {"stored": 2})
    first = Sample.objects.select_related("response").get(ordinal=0)
    response = first.response
    assert response is not None
    assert (first.model, first.finish_reason, first.prompt_tokens, first.completion_tokens) == (
        MODEL,
        "stop",
        20,
        10,
    )
    assert response.scenario == scenario
    assert (response.model, response.seed, response.license) == (MODEL, 40, "apache-2.0")
    assert response.parameters == {
        "model": endpoint.model,
        "max_tokens": 100,
        "temperature": 0.5,
        "system_prompt": "Be brief.",
    }
    assert response.generated_at
    assert "Response" in (response.rendered_html or "")
    assert sorted(each.body["seed"] for each in double.asked) == [40, 41]


def test_the_cost_is_what_the_usage_says(double: EndpointDouble) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double), k=3)

    perform(sampling)

    sampling.refresh_from_db()
    # 20 prompt tokens at 1 and 10 response tokens at 10, for a million each, three times.
    assert sampling.cost == Decimal("0.000360")
    assert sampling.cost <= sampling.estimate


def test_a_scenarios_own_system_prompt_stays(double: EndpointDouble) -> None:
    make_scenario(system_prompt="You are a nurse.")

    perform(make_sampling(make_endpoint(double), system_prompt="Be brief."))

    assert double.asked[0].body["messages"][0] == {"role": "system", "content": "You are a nurse."}
    assert "system_prompt" not in Response.objects.get().parameters


def test_as_many_are_asked_at_once_as_the_endpoint_bears(double: EndpointDouble) -> None:
    for _ in range(4):
        make_scenario()
    together = threading.Barrier(3, timeout=10)

    def meet(asked: Any) -> Any:
        together.wait()
        return saying(f"Met: {asked.key}")(asked)

    double.usual = meet

    perform(make_sampling(make_endpoint(double, concurrency=3), k=3))

    assert double.most_at_once == 3
    assert Sample.objects.filter(state="stored").count() == 12


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


def test_characters_that_no_database_takes_are_replaced_and_kept(double: EndpointDouble) -> None:
    make_scenario()
    double.usual = saying("Yes\0 and \ud83d no.")

    perform(make_sampling(make_endpoint(double)))

    response = Response.objects.get()
    assert response.text == "Yes� and � no."
    assert response.is_sanitised
    assert bytes(response.original or b"").decode("utf-8", "surrogatepass") == "Yes\0 and \ud83d no."


def test_another_models_name_is_stored_as_it_came(double: EndpointDouble) -> None:
    make_scenario()
    double.usual = saying("It depends.", model="other/model-9")

    perform(make_sampling(make_endpoint(double)))

    assert Response.objects.get().model == Sample.objects.get().model == "other/model-9"


def test_a_response_that_names_itself_is_marked(double: EndpointDouble) -> None:
    make_scenario()
    double.usual = saying("As ChatGPT, I can’t say.")

    perform(make_sampling(make_endpoint(double)))

    assert Response.objects.get().leaks_identity


def test_a_refusal_and_a_cut_response_are_responses(double: EndpointDouble) -> None:
    make_scenario()
    make_scenario()
    double.plan.append(saying("", message={"content": None, "refusal": "I can’t help with that."}))
    double.plan.append(saying("It depends on", finish_reason="length"))

    perform(make_sampling(make_endpoint(double)))

    assert set(Response.objects.values_list("text", flat=True)) == {
        "I can’t help with that.",
        "It depends on",
    }
    assert Response.objects.filter(finish_reason="length").count() == 1


def test_without_usage_the_cost_is_estimated_and_the_counts_stay_empty(double: EndpointDouble) -> None:
    make_scenario("x" * 30)
    double.usual = saying("word " * 12, usage=None)
    sampling = make_sampling(make_endpoint(double))

    perform(sampling)

    sample = Sample.objects.get()
    assert (sample.prompt_tokens, sample.completion_tokens) == (None, None)
    # (30 / 3 + 8) prompt tokens at 1, 60 / 3 response tokens at 10.
    assert sample.cost == Decimal("0.000218")


def test_the_same_words_twice_are_one_response_and_two_samples(double: EndpointDouble) -> None:
    make_scenario()
    double.usual = saying("It depends.")

    perform(make_sampling(make_endpoint(double), k=3))

    assert Response.objects.count() == 1
    assert Sample.objects.filter(state="stored", response=Response.objects.get()).count() == 3


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


def test_the_cap_holds_to_the_last_millionth(double: EndpointDouble) -> None:
    for number in range(6):
        make_scenario(f"A question of one length, {number}")
    double.usual = lambda asked: saying(
        f"To {asked.question}", usage={"prompt_tokens": 20, "completion_tokens": 100}
    )(asked)
    endpoint = make_endpoint(double, concurrency=4)
    sampling = make_sampling(endpoint)
    # Room for three: two that are paid, 20 tokens at 1 and 100 at 10, and the third at its worst.
    sampling.budget = 2 * Decimal("0.001020") + worst_of(sampling)
    sampling.save()

    run = perform(sampling)

    sampling.refresh_from_db()
    assert states(sampling) == {"stored": 3, "skipped": 3}
    assert run.state == Run.State.DONE
    assert run.result == {"stored": 3, "skipped": 3}
    assert "cap of" in Sample.objects.filter(state="skipped")[0].problem
    assert len(double.asked) == 3


def test_a_raised_cap_goes_on_where_it_stopped(double: EndpointDouble) -> None:
    for number in range(4):
        make_scenario(f"A question of one length, {number}")
    # Each costs 0.00012, and could cost 0.00102.
    sampling = make_sampling(make_endpoint(double), budget=Decimal("0.0012"))
    perform(sampling)
    assert states(sampling) == {"stored": 2, "skipped": 2}

    perform(resume_sampling(sampling, budget=Decimal(1)))

    assert states(sampling) == {"stored": 4}
    assert len(double.billed) == len(set(double.billed)) == 4


def test_a_cap_below_what_is_spent_is_refused(double: EndpointDouble) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double))
    perform(sampling)

    with pytest.raises(BudgetUsedUp):
        resume_sampling(sampling, budget=Decimal("0.000001"))


def test_failures_are_tried_again_only_when_asked(double: EndpointDouble) -> None:
    make_scenario()
    make_scenario()
    double.plan.append(refusing(400))
    sampling = make_sampling(make_endpoint(double, concurrency=1))
    perform(sampling)

    with pytest.raises(NothingToAsk):
        resume_sampling(sampling)
    perform(resume_sampling(sampling, with_failed=True))

    assert states(sampling) == {"stored": 2}
    assert Sample.objects.filter(problem="").count() == 2


def test_a_sampling_at_work_is_not_begun_twice(double: EndpointDouble) -> None:
    make_scenario()
    sampling = make_sampling(make_endpoint(double))

    with pytest.raises(StillRunning):
        resume_sampling(sampling)


def test_a_number_that_changed_meanwhile_is_not_begun(double: EndpointDouble) -> None:
    make_scenario()
    endpoint = make_endpoint(double)
    wanted = Wanted(endpoint, Scenario.objects.all(), 2, {"model": "m", "max_tokens": 10}, 10)

    with pytest.raises(NotTheSame):
        start_sampling(wanted, shown_requests=1)

    assert not Sampling.objects.exists()


def test_beginning_and_going_on_stand_in_the_audit_trail(double: EndpointDouble) -> None:
    make_scenario()
    person = make_user()
    endpoint = make_endpoint(double)
    wanted = Wanted(endpoint, Scenario.objects.all(), 1, {"model": "m", "max_tokens": 10}, 10)
    double.plan.append(refusing(400))

    sampling = start_sampling(wanted, shown_requests=1, actor=person)
    perform(sampling)
    resume_sampling(sampling, with_failed=True, actor=person)

    acts = AuditEvent.objects.filter(actor=person).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["sampling.started", "sampling.resumed"]


def test_only_what_is_missing_to_k_is_asked(double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)
    full, half, bare = make_scenario(), make_scenario(), make_scenario()
    make_response(full, "One.", model=endpoint.model)
    make_response(full, "Two.", model=endpoint.model)
    make_response(half, "One.", model=endpoint.model)
    make_response(bare, "By another.", model="other/model")

    sampling = make_sampling(endpoint, k=2, fill_up=True, seed=100)

    asked = Sample.objects.filter(sampling=sampling).values_list("scenario", "ordinal")
    assert set(asked) == {(half.pk, 1), (bare.pk, 0), (bare.pk, 1)}


def test_what_came_back_under_another_name_counts_too(double: EndpointDouble) -> None:
    make_scenario()
    endpoint = make_endpoint(double)
    perform(make_sampling(endpoint, k=2))

    wanted = Wanted(endpoint, Scenario.objects.all(), 2, {"max_tokens": 10}, 10, fill_up=True)

    assert planned(wanted).requests == 0


def test_what_is_being_asked_counts_too(double: EndpointDouble) -> None:
    make_scenario()
    endpoint = make_endpoint(double)
    make_sampling(endpoint, k=2)

    wanted = Wanted(endpoint, Scenario.objects.all(), 3, {"max_tokens": 10}, 10, fill_up=True)

    assert planned(wanted).requests == 1


def test_the_likely_cost_comes_from_earlier_responses(double: EndpointDouble) -> None:
    for _ in range(5):
        make_scenario()
    endpoint = make_endpoint(double)
    wanted = Wanted(endpoint, Scenario.objects.all(), 1, {"max_tokens": 100}, 10)
    before = planned(wanted)
    perform(make_sampling(endpoint))

    after = planned(wanted)

    assert (before.likely, before.remembered) == (None, 0)
    assert after.remembered == 5
    assert after.likely is not None
    assert after.likely < after.most == before.most


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


def worst_of(sampling: Sampling) -> Decimal:
    """The most that one of its samples may cost."""
    sample = Sample.objects.select_related("scenario").filter(sampling=sampling)[0]
    return job_for(sample, sampling, prices_of(sampling.endpoint)).worst


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
