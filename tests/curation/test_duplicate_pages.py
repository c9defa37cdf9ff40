"""The pages of near-duplicates."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from curation.actions.similarity import compare
from curation.models import Cluster, NearDuplicate, Scenario, Signature
from runs.actions import perform_now
from runs.models import Run
from tests.curation.near import make_text
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.django_db
LIST = "/duplicates/"


@pytest.fixture
def curator(client: Client) -> Client:
    """A browser in which a curator is signed in."""
    client.force_login(make_user(roles=(Role.CURATORS,)))
    return client


def make_pair(seed: int = 1, **fields: Any) -> tuple[Scenario, Scenario]:
    pair = make_scenario(make_text(seed), **fields), make_scenario(make_text(seed, (9,)))
    compare([each.pk for each in pair])
    return pair


def decide(client: Client, decision: str, **fields: str) -> Any:
    pair = NearDuplicate.objects.get()
    url = reverse("curation:duplicate_decide", args=[pair.pk])
    return client.post(url, {"decision": decision, **fields}, follow=True)


def test_the_list_is_empty_until_something_is_found(curator: Client) -> None:
    assert "No scenarios yet" in curator.get(LIST).content.decode()
    make_scenario()

    page = curator.get(LIST).content.decode()

    assert "No pair waits for a decision" in page
    assert "Nothing has been compared so far." in page


def test_comparing_is_a_press_and_shows_how_far_it_is(curator: Client) -> None:
    make_scenario()

    page = curator.post(reverse("curation:duplicates_compare"), follow=True).content.decode()

    run = Run.objects.get()
    assert f'id="run-{run.pk}"' in page
    assert "Compare now" not in page
    perform_now(run)
    assert "1 of 1 scenarios" in curator.get(LIST).content.decode()
    assert Signature.objects.count() == 1


def test_a_pair_is_shown_word_by_word_with_both_pools(curator: Client) -> None:
    older, newer = make_pair()

    page = curator.get(LIST).content.decode()

    assert "<ins>other1x9</ins>" in page
    # 58 shingles in each, three of them changed: 55 of 61.
    assert "90% alike" in page
    assert page.count("Pool TRAIN") == 2
    assert all(reverse("curation:scenario", args=[each.pk]) in page for each in (older, newer))


def test_a_pair_with_a_content_note_is_closed(curator: Client) -> None:
    make_pair(content_warnings=["violence"])

    page = curator.get(LIST).content.decode()

    assert "<summary>Content note: violence. Show both</summary>" in page


@pytest.mark.parametrize(
    ("decision", "badge"), [("dismiss", "They differ, says"), ("keep", "Both stay</span>")]
)
def test_a_decision_leaves_the_list_and_can_be_taken_back(curator: Client, decision: str, badge: str) -> None:
    make_pair()

    page = decide(curator, decision).content.decode()
    kept = curator.get(f"{LIST}?show=decided").content.decode()

    assert "No pair waits for a decision" in page
    assert badge in kept
    again = decide(curator, "reopen", next=LIST).content.decode()
    assert "90% alike" in again


def test_an_unknown_decision_changes_nothing(curator: Client) -> None:
    make_pair()

    page = decide(curator, "perhaps").content.decode()

    assert "Choose whether the two differ" in page
    assert not NearDuplicate.objects.decided().exists()


def test_taking_one_out_settles_the_pair(curator: Client) -> None:
    _, newer = make_pair()
    url = reverse("curation:scenario_remove", args=[newer.pk])

    page = curator.post(url, {"reason": "duplicate", "next": LIST}, follow=True).content.decode()

    assert "The scenario is taken out." in page
    assert "No pair waits for a decision" in page
    assert newer.removal.reason == "duplicate"


def test_a_cluster_has_a_page_where_all_can_be_kept(curator: Client) -> None:
    trio = [make_scenario(make_text(1, places)) for places in ((), (9,), (18,))]
    compare([each.pk for each in trio])
    cluster = Cluster.objects.get()

    assert "All 3 scenarios of this cluster" in curator.get(LIST).content.decode()
    page = curator.get(reverse("curation:duplicate", args=[cluster.pk])).content.decode()
    curator.post(reverse("curation:duplicate_keep", args=[cluster.pk]))

    assert page.count('id="pair-') == 6
    assert "Keep all of them" in page
    assert "No pair waits for a decision" in curator.get(LIST).content.decode()


def test_pairs_in_frozen_pools_stand_first(curator: Client) -> None:
    make_pair()
    NearDuplicate.objects.update(is_straddling=True)

    page = curator.get(LIST).content.decode()

    assert "These pools are frozen, so no cluster can hold both." in page


def test_stewards_see_pairs_and_decide_nothing(client: Client) -> None:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    make_pair()

    page = client.get(LIST).content.decode()

    assert "90% alike" in page
    assert "Keep both" not in page
    assert "Compare now" not in page


def test_pages_are_found_by_key(curator: Client) -> None:
    for seed in range(10):
        make_pair(seed)

    first = curator.get(LIST)
    key = first.context["page"].earlier_than
    second = curator.get(f"{LIST}?before={key}")

    assert (len(first.context["entries"]), len(second.context["entries"])) == (8, 2)
    assert len(curator.get(f"{LIST}?before=nonsense").context["entries"]) == 8


def test_many_pairs_cost_no_query_each(curator: Client, django_assert_max_num_queries: Any) -> None:
    for seed in range(8):
        make_pair(seed)

    with django_assert_max_num_queries(14):
        assert len(curator.get(LIST).context["entries"]) == 8
