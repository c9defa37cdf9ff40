from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from curation import finding
from curation.actions.search import index_responses, index_scenarios, start_index
from curation.models import Family, Removal, SavedFilter, Scenario
from labeling.models import Membership
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_domain, make_project, make_response, make_scenario, make_trait, make_user

pytestmark = pytest.mark.django_db
LIST = "/scenarios/"


@pytest.fixture
def curator(client: Client) -> User:
    user = make_user(roles=(Role.CURATORS,))
    client.force_login(user)
    return user


def listed(client: Client, **query: Any) -> list[Scenario]:
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return list(answer.context["page"].rows)


def searchable(text: str, **fields: Any) -> Scenario:
    scenario = make_scenario(text, **fields)
    index_scenarios([scenario.pk])
    return scenario


def test_words_are_found_whatever_their_ending(client: Client, curator: User) -> None:
    wanted = searchable("My landlords keep two deposits.")
    searchable("The bakery opens at six.")

    assert listed(client, q="landlord deposit") == [wanted]


def test_a_phrase_and_a_word_that_must_not_be_there(client: Client, curator: User) -> None:
    wanted = searchable("She asked for a second opinion about the knee.")
    searchable("She asked for a second opinion about the roof.")
    searchable("An opinion, a second one, about the knee.")

    assert listed(client, q='"second opinion" -roof') == [wanted]


def test_a_hit_shows_where_the_words_stand_whatever_the_turn(client: Client, curator: User) -> None:
    first = {"role": "user", "content": "The landlords of our & your street keep deposits."}
    turns = [
        first,
        {"role": "assistant", "content": "Go on."},
        {"role": "user", "content": "Well, what now?"},
    ]
    scenario = make_scenario(messages=turns)
    index_scenarios([scenario.pk])

    page = client.get(LIST, {"q": "deposit"}).content.decode()

    assert "our &amp; your street keep <mark>deposits</mark>. … Go on." in page


def test_a_long_turn_ends_with_an_ellipsis_in_the_list(client: Client, curator: User) -> None:
    make_scenario("word " * 60)

    assert "word word…" in client.get(LIST).content.decode()


def test_texts_in_other_languages_are_found_as_they_are_spelled(client: Client, curator: User) -> None:
    wanted = searchable("Où est la clé?", language="fr")
    arabic = searchable("أين المفتاح؟", language="ar")

    assert listed(client, q="clé") == [wanted]
    assert listed(client, q="المفتاح") == [arabic]


def test_a_scenario_is_found_by_what_a_response_says(client: Client, curator: User) -> None:
    wanted = searchable("Where is the key?")
    index_responses([make_response(wanted, "Under the flowerpot.").pk])
    searchable("Is a flowerpot heavy?")

    assert listed(client, q="flowerpot", within="responses") == [wanted]


def test_filters_narrow_together(client: Client, curator: User) -> None:
    trait = make_trait("candor")
    wanted = make_scenario(
        "Kept.", domain=make_domain("law"), language="fr", family=Family.objects.create(pool="EVAL")
    )
    wanted.aimed_traits.add(trait)
    make_scenario("Other domain.", domain=make_domain("health"), language="fr").aimed_traits.add(trait)
    make_scenario("Other trait.", domain=make_domain("law"), language="fr")

    assert listed(client, domain="law", trait="candor", language="fr", pool="EVAL", variant="base") == [
        wanted
    ]


def test_what_was_taken_out_is_not_listed(client: Client, curator: User) -> None:
    gone = searchable("A copy.")
    Removal.objects.create(scenario=gone, reason="duplicate")

    assert listed(client) == []
    assert listed(client, q="copy") == []


def test_odd_queries_are_answered(client: Client, curator: User) -> None:
    for odd in ("'", '"', "-", "((", "a & | !", "\0", "the", "x" * 5000, "%s %(x)s", ":*"):
        assert client.get(LIST, {"q": odd}).status_code == 200


@pytest.mark.parametrize(("near", "few", "far"), [(2, 100, 4), (2, 1, 100), (100, 100, 100)])
def test_every_way_of_finding_gives_the_same_pages(
    client: Client, curator: User, monkeypatch: pytest.MonkeyPatch, near: int, few: int, far: int
) -> None:
    for name, value in (("NEAR", near), ("FEW", few), ("FAR", far)):
        monkeypatch.setattr(finding, name, value)
    monkeypatch.setattr("curation.views.scenario_list.PAGE_SIZE", 2)
    rows = [searchable(f"{'wanted' if number % 2 else 'other'} {number}") for number in range(10)]
    expected = [row for row in reversed(rows) if "wanted" in row.messages[0]["content"]]

    down, before = [], None
    pages = []
    while True:
        asked: dict[str, Any] = {"q": "wanted", **({"before": before} if before else {})}
        page = client.get(LIST, asked).context["page"]
        down += page.rows
        pages.append(page)
        if page.earlier_than is None:
            break
        before = page.earlier_than
    up = client.get(LIST, {"q": "wanted", "after": str(expected[-1].pk)}).context["page"]

    assert down == expected
    assert up.rows == expected[-3:-1]
    assert pages[0].later_than is None


def test_a_search_that_gives_up_says_where_and_goes_on_from_there(
    client: Client, curator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("NEAR", 1), ("FEW", 1), ("FAR", 3)):
        monkeypatch.setattr(finding, name, value)
    old = [searchable(f"formerly {number}") for number in range(3)]
    for number in range(5):
        searchable(f"new {number}")

    first = client.get(LIST, {"q": "formerly"})
    second = client.get(LIST, {"q": "formerly", "before": first.context["page"].earlier_than})

    assert "Look further back" in first.content.decode()
    assert first.context["page"].rows == []
    assert second.context["page"].rows == [old[2]]


def test_a_run_writes_down_what_is_missing_and_nothing_twice(client: Client, curator: User) -> None:
    scenario = make_scenario("Where is the ladder?")
    make_response(scenario, "Behind the shed.")
    run = start_index()
    assert run is not None

    assert start_index() is None
    perform_now(run)

    assert Run.objects.get(pk=run.pk).result == {"texts": 2}
    assert listed(client, q="ladder") == [scenario]
    assert listed(client, q="shed", within="responses") == [scenario]
    assert start_index() is None


def test_a_filter_is_saved_used_and_deleted(client: Client, curator: User) -> None:
    client.post(
        "/scenarios/filters/", {"name": " Law,  drafts ", "query": "state=draft&before=x&evil=1&q=key"}
    )

    saved = SavedFilter.objects.get()
    shown = client.get(LIST).content.decode()
    client.post(f"/scenarios/filters/{saved.pk}/delete/")

    assert (saved.name, saved.query) == ("Law, drafts", "q=key&state=draft")
    assert "Law, drafts" in shown
    assert not SavedFilter.objects.exists()


def test_a_filter_without_a_name_is_refused(client: Client, curator: User) -> None:
    answer = client.post("/scenarios/filters/", {"name": " ", "query": "q=key"}, follow=True)

    assert "needs a name" in answer.content.decode()
    assert not SavedFilter.objects.exists()


def test_leads_are_not_told_pools(client: Client) -> None:
    lead = make_user()
    Membership.objects.create(project=make_project(), user=lead, role="lead")
    client.force_login(lead)

    assert 'name="pool"' not in client.get(LIST).content.decode()
