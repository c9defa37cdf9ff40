"""Samplings on their pages: nothing is asked before count and cost were shown."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from curation.models import Endpoint, Family, Sample, Sampling
from runs.models import Run
from tests.curation.endpoint_double import EndpointDouble, refusing, saying
from tests.curation.sampled import make_endpoint, make_sampling, perform, states
from tests.factories import make_domain, make_scenario, make_trait, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.CURATORS,)))
    return client


def said(endpoint: Endpoint, **fields: Any) -> dict[str, Any]:
    return {"endpoint": endpoint.pk, "k": 2, "most": 100, "max_tokens": 100, **fields}


def estimate(curator: Client, endpoint: Endpoint, **fields: Any) -> str:
    answer = curator.post(reverse("curation:sampling_estimate"), said(endpoint, **fields))
    return answer.content.decode()


def test_count_and_cost_are_shown_and_nothing_is_begun(curator: Client, double: EndpointDouble) -> None:
    make_scenario("x" * 300)
    make_scenario("y" * 300)

    shown = estimate(curator, make_endpoint(double))

    assert "Start 4 requests" in shown
    assert "at most 400 tokens" in shown
    # Four times 100 tokens at 10, and 127 of the prompt at 1, for a million each.
    assert "<b>0.004508</b>" in shown
    assert not Sampling.objects.exists()


def test_htmx_gets_the_figures_alone(curator: Client, double: EndpointDouble) -> None:
    make_scenario()

    answer = curator.post(
        reverse("curation:sampling_estimate"), said(make_endpoint(double)), headers=HTMX
    ).content.decode()

    assert answer.lstrip().startswith('<section class="card" id="estimate"')
    assert "<html" not in answer


def test_figures_of_what_makes_no_sense_say_why(curator: Client, double: EndpointDouble) -> None:
    answer = curator.post(
        reverse("curation:sampling_estimate"), said(make_endpoint(double), k=0), headers=HTMX
    )

    assert answer.status_code == 422
    assert "Responses for each scenario:" in answer.content.decode()


def test_a_sampling_begins_with_what_was_shown(curator: Client, double: EndpointDouble) -> None:
    make_scenario()

    answer = curator.post(
        reverse("curation:sampling_new"),
        said(
            make_endpoint(double),
            shown_requests=2,
            temperature="0.7",
            seed="5",
            budget="1.5",
            system_prompt=" Be brief.\r\nPlease. ",
        ),
    )

    sampling = Sampling.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("curation:sampling", args=[sampling.pk])
    assert sampling.parameters == {
        "model": sampling.endpoint.model,
        "max_tokens": 100,
        "temperature": 0.7,
    }
    assert (sampling.seed, sampling.budget, sampling.system_prompt) == (
        5,
        Decimal("1.5"),
        "Be brief.\nPlease.",
    )
    assert sampling.samples.count() == 2
    assert Run.objects.get().kind == "curation.sample"


@pytest.mark.parametrize("shown", ["", "1", "3"])
def test_another_number_than_was_shown_is_shown_first(
    curator: Client, double: EndpointDouble, shown: str
) -> None:
    make_scenario()

    answer = curator.post(reverse("curation:sampling_new"), said(make_endpoint(double), shown_requests=shown))

    assert answer.status_code == 422
    assert "Look at the new figures" in answer.content.decode()
    assert "Start 2 requests" in answer.content.decode()
    assert not Sampling.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"endpoint": ""}, "Choose an endpoint"),
        ({"k": 65}, "less than or equal to 64"),
        ({"most": 20_000, "k": 64}, "more than 50,000 requests"),
        ({"temperature": "nan"}, "Enter a number"),
        ({"scenario": "01890000-0000-7000-8000-000000000000"}, "There is no such scenario"),
    ],
)
def test_what_makes_no_sense_is_refused(
    curator: Client, double: EndpointDouble, fields: dict[str, Any], words: str
) -> None:
    answer = curator.post(reverse("curation:sampling_new"), said(make_endpoint(double)) | fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_cap_without_prices_is_refused(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double, price_in=0, price_out=0)

    assert "A cap needs prices" in estimate(curator, endpoint, budget="1")


def test_filters_choose_the_scenarios(curator: Client, double: EndpointDouble) -> None:
    endpoint, trait = make_endpoint(double), make_trait()
    chosen = make_scenario(domain=make_domain("law"))
    chosen.aimed_traits.add(trait)
    make_scenario(domain=make_domain("law"))
    make_scenario().aimed_traits.add(trait)
    make_scenario(domain=make_domain("law"), state="draft").aimed_traits.add(trait)

    shown = estimate(curator, endpoint, domain="law", trait=trait.slug)

    assert "Start 2 requests" in shown


def test_private_scenarios_go_out_only_when_they_are_chosen(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)
    make_scenario(family=Family.objects.create(pool="PRIVATE"))
    make_scenario()

    everything, private = estimate(curator, endpoint), estimate(curator, endpoint, pool="PRIVATE")

    assert "Start 2 requests" in everything
    assert "leave the house" not in everything
    assert "Start 2 requests" in private
    assert "leave the house" in private


def test_one_scenario_or_one_family_can_be_asked(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)
    scenario = make_scenario("Only this one?")
    make_scenario(family=scenario.family)
    make_scenario()

    page = curator.get(f"{reverse('curation:sampling_new')}?scenario={scenario.pk}").content.decode()
    one = estimate(curator, endpoint, scenario=scenario.pk)
    family = estimate(curator, endpoint, family=scenario.family_id)

    assert "Only this one?" in page
    assert "Start 2 requests" in one
    assert "Start 4 requests" in family


def test_a_title_behind_a_content_note_is_not_shown(curator: Client, double: EndpointDouble) -> None:
    make_endpoint(double)
    scenario = make_scenario("Distressing words?", content_warnings=["Self-harm"])

    page = curator.get(f"{reverse('curation:sampling_new')}?scenario={scenario.pk}").content.decode()

    assert "Distressing words?" not in page


@pytest.mark.parametrize(
    "query", ["scenario=nonsense", "endpoint=x&domain=\0", "family=1&pool=NONE&trait=%00"]
)
def test_nonsense_in_the_address_is_left_aside(curator: Client, double: EndpointDouble, query: str) -> None:
    make_endpoint(double)

    assert curator.get(f"{reverse('curation:sampling_new')}?{query}").status_code == 200


def test_without_an_endpoint_the_page_leads_to_one(curator: Client) -> None:
    page = curator.get(reverse("curation:sampling_new")).content.decode()

    assert "Add an endpoint" in page


def test_nothing_to_ask_says_so(curator: Client, double: EndpointDouble) -> None:
    endpoint = make_endpoint(double)

    answer = curator.post(reverse("curation:sampling_new"), said(endpoint, shown_requests=0))

    assert answer.status_code == 422
    assert "No scenario fits" in answer.content.decode()


def test_the_page_of_a_sampling_says_what_came_and_why_not(curator: Client, double: EndpointDouble) -> None:
    make_scenario()
    make_scenario()
    double.plan.extend(
        [refusing(400, "Too <b>long</b>"), saying("It <i>depends</i>.", finish_reason="length")]
    )
    sampling = make_sampling(make_endpoint(double, concurrency=1), budget=Decimal(2))
    perform(sampling)

    page = curator.get(reverse("curation:sampling", args=[sampling.pk])).content.decode()

    assert "It &lt;i&gt;depends&lt;/i&gt;." in page
    assert "Too &lt;b&gt;long&lt;/b&gt;" in page
    assert "Cut at its longest" in page
    assert "of 2.00 at most" in page
    assert "Try what failed again" in page


def test_going_on_tries_what_failed_again(curator: Client, double: EndpointDouble) -> None:
    make_scenario()
    double.plan.append(refusing(400))
    sampling = make_sampling(make_endpoint(double))
    perform(sampling)

    curator.post(reverse("curation:sampling_resume", args=[sampling.pk]), {"with_failed": "on"})
    sampling.refresh_from_db()
    perform(sampling)

    assert states(sampling) == {"stored": 1}


def test_a_cap_that_is_used_up_is_named(curator: Client, double: EndpointDouble) -> None:
    make_scenario()
    double.plan.append(refusing(400))
    sampling = make_sampling(make_endpoint(double))
    Sample.objects.update(cost=1)
    Sampling.objects.update(cost=1)
    perform(sampling)

    answer = curator.post(reverse("curation:sampling_resume", args=[sampling.pk]), {"budget": "0.5"})

    assert answer.status_code == 422
    assert "above the 1.00 that were spent" in answer.content.decode()


def test_a_steward_reads_and_starts_nothing(client: Client, double: EndpointDouble) -> None:
    make_scenario()
    double.plan.append(refusing(400))
    sampling = make_sampling(make_endpoint(double))
    perform(sampling)
    client.force_login(make_user(roles=(Role.STEWARDS,)))

    page = client.get(reverse("curation:sampling", args=[sampling.pk])).content.decode()
    listed = client.get(reverse("curation:samplings")).content.decode()

    assert "Go on" not in page
    assert reverse("curation:sampling_new") not in listed


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    curator: Client, double: EndpointDouble, django_assert_max_num_queries: Any
) -> None:
    make_scenario()
    for _ in range(5):
        make_sampling(make_endpoint(double))

    with django_assert_max_num_queries(8):
        curator.get(reverse("curation:samplings"))


def test_the_page_of_a_sampling_takes_few_queries(
    curator: Client, double: EndpointDouble, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        make_scenario()
    sampling = make_sampling(make_endpoint(double))
    perform(sampling)

    with django_assert_max_num_queries(14):
        curator.get(reverse("curation:sampling", args=[sampling.pk]))
