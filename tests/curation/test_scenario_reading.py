import pytest
from django.test import Client
from django.urls import reverse

from curation.models import Scenario, ScenarioRating
from tests.curation.writing import curator, make_draft, make_words, send
from tests.factories import make_response, make_scenario, make_user

pytestmark = pytest.mark.django_db


def at(name: str, scenario: Scenario) -> str:
    return reverse(f"curation:{name}", args=[scenario.pk])


def test_the_preview_shows_the_note_before_the_text(client: Client) -> None:
    curator(client)
    draft = make_draft("I can’t go on.", content_warnings=("self-harm",))
    url = at("scenario_preview", draft)

    closed = client.get(url).content.decode()
    opened = client.get(url, {"open": "1"}).content.decode()

    assert "A note before you read" in closed
    assert "go on." not in closed
    assert "go on." in opened


def test_the_preview_shows_neither_models_nor_classification(client: Client) -> None:
    curator(client)
    scenario = make_scenario(
        messages=[
            {"role": "user", "content": "First?"},
            {"role": "assistant", "content": "So."},
            {"role": "user", "content": "Then?"},
        ],
        name="Secret name",
        pressures=["flattery"],
        planted_fault_turn=1,
    )
    make_response(scenario, model="lab/secret-model")

    shown = client.get(at("scenario_preview", scenario)).content.decode()

    assert "2 earlier turns" in shown
    for secret in ("Secret name", "secret-model", "lattery", "lanted", "TRAIN"):
        assert secret not in shown


def test_a_preview_follows_what_was_written_last(client: Client) -> None:
    curator(client)
    draft = make_draft("The first?")
    client.get(at("scenario_preview", draft))

    send(client, draft, make_words("The *second*?"))

    assert "The <em>second</em>?" in client.get(at("scenario_preview", draft)).content.decode()


def test_other_ratings_are_shown_after_ones_own(client: Client) -> None:
    me = curator(client)
    scenario = make_scenario()
    for realism in (1, 2):
        ScenarioRating.objects.create(scenario=scenario, rater=make_user(), realism=realism, test_awareness=5)
    before = client.get(at("scenario", scenario)).content.decode()

    client.post(at("scenario_rate", scenario), {"realism": "1", "test_awareness": "1"})
    client.post(at("scenario_rate", scenario), {"realism": "5", "test_awareness": "2"})

    shown = client.get(at("scenario", scenario)).content.decode()
    assert "Mean of" not in before
    # (1 + 2 + 5) / 3 and (5 + 5 + 2) / 3; the first of one's own two no longer counts.
    assert "You: 5. Mean of 3: 2.7" in shown
    assert "You: 2. Mean of 3: 4.0" in shown
    assert ScenarioRating.objects.filter(rater=me).count() == 2


def test_half_a_rating_is_refused_with_its_field(client: Client) -> None:
    curator(client)
    scenario = make_scenario()

    answer = client.post(at("scenario_rate", scenario), {"realism": "7"})

    assert answer.status_code == 422
    assert "Choose whether a model would notice the test" in answer.content.decode()
    assert not ScenarioRating.objects.exists()


def test_a_draft_is_not_rated(client: Client) -> None:
    curator(client)
    draft = make_draft()

    client.post(at("scenario_rate", draft), {"realism": "3", "test_awareness": "3"})

    assert not ScenarioRating.objects.exists()
