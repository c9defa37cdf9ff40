"""Scenarios and responses that programs write."""

import pytest

from curation.models import Response, Scenario
from tests.api.asking import author, curator, named
from tests.factories import make_domain, make_scenario, make_trait, make_trait_version

pytestmark = pytest.mark.django_db
TURN = {"role": "user", "content": "May I keep it?"}


def test_a_scenario_begins_as_a_draft():
    make_domain("law")
    make_trait_version(make_trait("candor"))
    body = {"messages": [TURN], "domain": "law", "traits": ["candor"], "pressures": ["authority"]}

    answer = author().post("/scenarios", body)

    assert answer.status_code == 201, answer.json()
    begun = Scenario.objects.get(pk=answer.json()["id"])
    assert (begun.state, begun.domain_id, begun.pressures) == ("draft", "law", ["authority"])
    assert begun.messages == [TURN]
    assert [each.slug for each in begun.aimed_traits.all()] == ["candor"]


def test_names_that_are_none_are_refused_each():
    refused = curator().post("/scenarios", {"messages": [TURN], "domain": "none", "traits": ["nothing"]})

    assert (refused.status_code, named(refused)) == (422, {"domain", "traits"})
    assert not Scenario.objects.exists()


def test_a_response_is_written():
    scenario = make_scenario()
    body = {"source": "model", "text": "Ask first.", "model": "lab/model-2", "license": "apache-2.0"}
    caller = curator()

    first = caller.post(f"/scenarios/{scenario.pk}/responses", body)
    same = caller.post(f"/scenarios/{scenario.pk}/responses", body)

    assert (first.status_code, first.json()["model"]) == (201, "lab/model-2")
    assert (same.status_code, same.json()["response"]) == (409, first.json()["id"])
    assert Response.objects.count() == 1


def test_a_models_words_want_its_name():
    refused = curator().post(f"/scenarios/{make_scenario().pk}/responses", {"source": "model", "text": "So."})

    assert (refused.status_code, named(refused)) == (422, {"model"})


def test_a_draft_takes_no_responses():
    scenario = make_scenario(state="draft")

    refused = curator().post(f"/scenarios/{scenario.pk}/responses", {"source": "person", "text": "So."})

    assert refused.status_code == 409
