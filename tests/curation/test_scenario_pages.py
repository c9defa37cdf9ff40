from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role, User
from curation.models import Scenario
from curation.views.scenario_list import PAGE_SIZE
from labeling.models import Item, Membership
from tests.factories import make_domain, make_project, make_response, make_scenario, make_user

pytestmark = pytest.mark.django_db
LIST = "/scenarios/"


def page(client: Client, path: str, user: User, **query: Any) -> str:
    client.force_login(user)
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def curator() -> User:
    return make_user(roles=(Role.CURATORS,))


@pytest.mark.parametrize("role", [Role.CURATORS, Role.TRAIT_AUTHORS, Role.STEWARDS, Role.ADMINISTRATORS])
def test_those_who_curate_see_scenarios(client: Client, role: Role) -> None:
    scenario = make_scenario("Where is the key?")

    assert "Where is the key?" in page(client, LIST, make_user(roles=(role,)))
    assert "Where is the key?" in page(client, f"{LIST}{scenario.pk}/", make_user(roles=(role,)))


def test_a_scenario_without_words_can_be_found_and_named(client: Client, curator: User) -> None:
    empty = make_scenario(messages=[{"role": "user", "content": ""}], state="draft")

    assert f'<a href="{LIST}{empty.pk}/">Untitled</a>' in page(client, LIST, curator)
    assert ">Untitled</h1>" in page(client, f"{LIST}{empty.pk}/edit/", curator)


def test_annotators_see_neither_list_nor_scenario(client: Client) -> None:
    project, annotator, scenario = make_project(), make_user(), make_scenario()
    Membership.objects.create(project=project, user=annotator)
    Item.objects.create(project=project, scenario=scenario, position=1, content_sha256="a" * 64)
    client.force_login(annotator)

    statuses = [client.get(path).status_code for path in (LIST, f"{LIST}{scenario.pk}/")]

    assert statuses == [404, 404]


def test_a_lead_sees_the_scenarios_of_the_project_without_models(client: Client) -> None:
    project, lead, mine = make_project(), make_user(), make_scenario("Mine?")
    make_response(mine, model="lab/secret-model")
    other = make_scenario("Somebody's?")
    Membership.objects.create(project=project, user=lead, role=Membership.Role.LEAD)
    Item.objects.create(project=project, scenario=mine, position=1, content_sha256="a" * 64)

    listed = page(client, LIST, lead)
    shown = page(client, f"{LIST}{mine.pk}/", lead)

    assert "Mine?" in listed
    assert "Somebody" not in listed
    assert "secret-model" not in shown
    assert "TRAIN" not in shown
    assert client.get(f"{LIST}{other.pk}/").status_code == 404


def test_a_scenario_shows_its_conversation_its_fault_and_its_responses(client: Client, curator: User) -> None:
    messages = [
        {"role": "user", "content": "Is it **safe**?"},
        {"role": "assistant", "content": "Always."},
        {"role": "user", "content": "Sure?"},
    ]
    scenario = make_scenario(
        messages=messages,
        planted_fault_turn=1,
        system_prompt="Be brief.",
        pressures=["time_pressure"],
        domain=make_domain("law", name="Law"),
    )
    make_response(scenario, "No. It depends.", model="lab/model-7", license="apache-2.0")

    shown = page(client, f"{LIST}{scenario.pk}/", curator)

    for words in ("<strong>safe</strong>", "Planted fault", "Be brief.", "Time pressure", "Law"):
        assert words in shown
    assert 'id="A2"' in shown
    assert "lab/model-7" in shown
    assert "apache-2.0" in shown


def test_a_content_note_stands_before_the_content(client: Client, curator: User) -> None:
    scenario = make_scenario("I can't go on.", content_warnings=["self-harm"])

    listed = page(client, LIST, curator)
    shown = page(client, f"{LIST}{scenario.pk}/", curator)

    assert (
        listed.index("<summary>Content note: self-harm")
        < listed.index("go on.")
        < listed.rindex("</details>")
    )
    assert shown.index("Content note: self-harm.") < shown.index("<summary>Show the conversation")
    assert shown.index("<summary>Show the conversation") < shown.index("go on.")
    assert "<title>Scenario with a content note" in shown


def test_hostile_text_is_inert(client: Client, curator: User) -> None:
    text = '<img src=x onerror="alert(1)">[x](javascript:alert(1))'
    scenario = make_scenario(text, source="<b>x</b>", values_in_tension=["<i>y</i>"])
    make_response(scenario, text, model="<u>z</u>")

    shown = page(client, f"{LIST}{scenario.pk}/", curator)

    for tag in ("<img src=x", "<b>x", "<i>y", "<u>z", 'href="javascript'):
        assert tag not in shown


def test_pages_follow_each_other_without_gap_or_overlap(client: Client, curator: User) -> None:
    for number in range(PAGE_SIZE + 3):
        make_scenario(f"Question {number:03}?")
    newest_first = list(Scenario.objects.order_by("-pk"))

    first = page(client, LIST, curator)
    second = page(client, LIST, curator, before=newest_first[PAGE_SIZE - 1].pk)
    back = page(client, LIST, curator, after=newest_first[PAGE_SIZE].pk)

    on_first, on_second = newest_first[:PAGE_SIZE], newest_first[PAGE_SIZE:]
    assert [scenario for scenario in newest_first if scenario.title in first] == on_first
    assert [scenario for scenario in newest_first if scenario.title in second] == on_second
    assert [scenario for scenario in newest_first if scenario.title in back] == on_first
    assert f"before={on_first[-1].pk}" in first
    assert f"after={on_second[0].pk}" in second
    assert ">Older<" not in second
    assert ">Newer<" not in back


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"domain": "law"}, {"Law?"}),
        ({"language": "de"}, {"German?"}),
        ({"source": "a-file"}, {"Source?"}),
        ({"warning": "violence"}, {"Warned?"}),
        ({"domain": "law", "language": "de"}, set()),
        ({"domain": "nowhere"}, {"Law?", "German?", "Source?", "Warned?"}),
        ({"before": "rubbish"}, {"Law?", "German?", "Source?", "Warned?"}),
        ({"language": "\x00"}, {"Law?", "German?", "Source?", "Warned?"}),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_left_aside(
    client: Client, curator: User, query: dict[str, str], expected: set[str]
) -> None:
    make_scenario("Law?", domain=make_domain("law"))
    make_scenario("German?", language="de")
    make_scenario("Source?", source="a-file")
    make_scenario("Warned?", content_warnings=["violence"])

    shown = page(client, LIST, curator, **query)

    assert {text for text in ("Law?", "German?", "Source?", "Warned?") if text in shown} == expected


def test_the_list_asks_the_same_questions_however_long_it_is(
    client: Client, curator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        make_response()
    client.force_login(curator)
    client.get(LIST)

    with django_assert_num_queries(13):
        client.get(LIST)


def test_reading_a_scenario_renders_it_once(client: Client, curator: User) -> None:
    scenario = make_scenario("Is it *safe*?")
    response = make_response(scenario, "It is.")

    page(client, reverse("curation:scenario", args=[scenario.pk]), curator)

    scenario.refresh_from_db()
    response.refresh_from_db()
    assert scenario.rendered == ["<p>Is it <em>safe</em>?</p>"]
    assert response.sentences == [[0, 6]]
