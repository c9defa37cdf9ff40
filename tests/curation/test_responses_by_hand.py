"""Responses written or pasted by people, and the list of those that name their model."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from curation.excerpts import excerpt
from curation.models import Response, Scenario
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_response, make_scenario, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(make_user(name="Ada Curator", roles=(Role.CURATORS,)))
    return client


def write(curator: Client, scenario: Scenario, **fields: Any) -> Any:
    headers = fields.pop("headers", None)
    said = {"source": "person", "text": "Ask the ward first.", **fields}
    return curator.post(reverse("curation:response_new", args=[scenario.pk]), said, headers=headers)


def test_a_person_writes_a_response(curator: Client) -> None:
    scenario = make_scenario()

    answer = write(curator, scenario, text="Ask the ward first.\r\n\r\nThen decide.", license="cc-by-4.0")

    response = Response.objects.get()
    assert answer.status_code == 302
    assert (response.text, response.license, response.model) == (
        "Ask the ward first.\n\nThen decide.",
        "cc-by-4.0",
        "",
    )
    assert response.written_by == AuditEvent.objects.get(act="response.written").actor
    assert response.words == 6
    assert response.rendered_html
    assert response.generated_at is None


def test_a_models_words_are_the_models(curator: Client) -> None:
    write(curator, make_scenario(), source="model", model="lab/model-9", made_on="2026-03-01")

    response = Response.objects.get()
    assert (response.model, response.written_by) == ("lab/model-9", None)
    assert response.generated_at
    assert response.generated_at.date().isoformat() == "2026-03-01"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": " \n "}, "Write the response"),
        ({"source": "model"}, "Enter the model"),
        ({"source": ""}, "Say whose words"),
        ({"source": "model", "model": "m", "made_on": "2999-01-01"}, "not in the future"),
    ],
)
def test_what_is_missing_is_named(curator: Client, fields: dict[str, str], words: str) -> None:
    answer = write(curator, make_scenario(), **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Response.objects.exists()


def test_exactly_the_same_words_are_refused_with_a_link(curator: Client) -> None:
    scenario = make_scenario()
    make_response(scenario, "Ask the ward first.")

    answer = write(curator, scenario)

    assert answer.status_code == 422
    assert "exactly these words" in answer.content.decode()
    assert f"{reverse('curation:scenario', args=[scenario.pk])}#responses" in answer.content.decode()
    assert Response.objects.count() == 1


def test_the_same_words_in_another_scenario_are_another_response(curator: Client) -> None:
    make_response(make_scenario(), "Ask the ward first.")

    assert write(curator, make_scenario()).status_code == 302


def test_htmx_is_told_what_is_wrong_and_keeps_the_words(curator: Client) -> None:
    answer = write(curator, make_scenario(), text="", headers=HTMX)

    assert answer.status_code == 422
    assert answer.content.decode().lstrip().startswith('<div id="problems">')


def test_htmx_is_led_to_the_scenario(curator: Client) -> None:
    answer = write(curator, make_scenario(), headers=HTMX)

    assert answer.status_code == 200
    assert answer["HX-Redirect"].endswith("#responses")


def test_characters_that_no_database_takes_are_replaced_and_kept(curator: Client) -> None:
    # A form can't carry a lone surrogate; a NUL it refuses by itself.
    answer = write(curator, make_scenario(), text="A\0B")

    assert answer.status_code == 422
    assert not Response.objects.exists()


def test_a_response_that_names_a_model_is_marked_and_said(curator: Client) -> None:
    scenario = make_scenario()

    answer = curator.post(
        reverse("curation:response_new", args=[scenario.pk]),
        {"source": "person", "text": "As ChatGPT, I can’t say."},
        follow=True,
    )

    assert Response.objects.get().leaks_identity
    assert "seems to name a model" in answer.content.decode()


def test_a_draft_takes_no_responses(curator: Client) -> None:
    scenario = make_scenario(state="draft")

    answer = write(curator, scenario)

    assert answer["Location"] == reverse("curation:scenario", args=[scenario.pk])
    assert not Response.objects.exists()


def test_a_conversation_with_a_content_note_is_closed_at_first(curator: Client) -> None:
    scenario = make_scenario("Distressing words?", content_warnings=["Self-harm"])

    page = curator.get(reverse("curation:response_new", args=[scenario.pk])).content.decode()

    before, _, behind = page.partition("<details")
    assert "Distressing words?" in behind
    assert "Distressing words?" not in before


def test_the_list_of_marked_responses_shows_the_passage(curator: Client) -> None:
    make_response(text="Take them with food.")
    make_response(text="x " * 500 + "I am ChatGPT. <b>Take</b> them with food.", leaks_identity=True)

    page = curator.get(f"{reverse('curation:responses')}?marked=1").content.decode()

    assert "<mark>I am ChatGPT</mark>" in page
    assert "&lt;b&gt;Take&lt;/b&gt;" in page
    assert page.count('class="scenario-entry"') == 1


def test_the_whole_list_goes_on_by_key(curator: Client) -> None:
    scenario = make_scenario()
    for number in range(30):
        make_response(scenario, f"Answer number {number}.")

    first = curator.get(reverse("curation:responses"))
    rest = curator.get(f"{reverse('curation:responses')}?before={first.context['page'].earlier_than}")

    assert (len(first.context["entries"]), len(rest.context["entries"])) == (25, 5)


def test_a_person_takes_a_mark_away_and_puts_it_back(curator: Client) -> None:
    response = make_response(leaks_identity=True)
    url = reverse("curation:response_mark", args=[response.pk])

    curator.post(url, {"leaks": "0", "back": "list"})
    assert not Response.objects.get().leaks_identity
    curator.post(url, {"leaks": "1"})
    curator.post(url, {"leaks": "1"})

    assert Response.objects.get().leaks_identity
    assert list(AuditEvent.objects.order_by("pk").values_list("act", flat=True)) == [
        "response.cleared",
        "response.marked",
    ]


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    curator: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        make_response(leaks_identity=True)

    with django_assert_max_num_queries(7):
        curator.get(f"{reverse('curation:responses')}?marked=1")


def test_an_excerpt_keeps_the_passage_in_view() -> None:
    text = "a" * 500 + "HERE" + "b" * 500

    pieces = excerpt(text, [(500, 504)])

    assert [piece.text for piece in pieces if piece.is_marked] == ["HERE"]
    assert pieces[0].text == "…"
    assert sum(len(piece.text) for piece in pieces) < 300


def test_an_excerpt_without_passages_is_the_beginning() -> None:
    assert excerpt("Short.", []) == [("Short.", False)]
    assert len(excerpt("x" * 1000, [])[0].text) == 281


def test_the_scenarios_page_shows_the_mark_to_those_who_curate(curator: Client) -> None:
    response = make_response(leaks_identity=True)
    page = reverse("curation:scenario", args=[response.scenario_id])

    assert "Names its model or maker" in curator.get(page).content.decode()


def test_all_can_be_looked_through_again_and_a_persons_word_stands(curator: Client) -> None:
    named = make_response(text="I am ChatGPT.")
    cleared = make_response(text="I am ChatGPT, says the puppet.", leaks_identity=True)
    make_response(text="Ask the ward first.")
    curator.post(reverse("curation:response_mark", args=[cleared.pk]), {"leaks": "0"})

    curator.post(reverse("curation:responses_look"))
    curator.post(reverse("curation:responses_look"))
    run = perform_now(Run.objects.get(kind="curation.naming"))

    assert run.result == {"responses": 3, "marked": 1}
    assert list(Response.objects.filter(leaks_identity=True)) == [named]
