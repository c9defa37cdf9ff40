"""Samplings: what is asked, what is stored, what it costs."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import AuditEvent
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
from runs.models import Run
from tests.curation.endpoint_double import (
    MODEL,
    EndpointDouble,
    refusing,
    saying,
)
from tests.curation.sampled import make_endpoint, make_sampling, perform, states, worst_of
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
