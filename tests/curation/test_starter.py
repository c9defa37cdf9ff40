import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from curation.actions import starter
from curation.models import Behaviour, Domain, Family, Response, Scenario, Trait, TraitVersion

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    nouns = (Domain, Trait, TraitVersion, Behaviour, Family, Scenario, Response)
    return [noun._default_manager.count() for noun in nouns]


def test_the_pack_is_loaded_whole_and_ready_to_read() -> None:
    starter.load()

    assert Domain.objects.count() == 12
    assert TraitVersion.objects.published().count() == 15
    judged, held_out = starter.read_scenarios(), starter.read_all("held_out")
    assert Scenario.objects.count() == len(judged) + len(held_out)
    assert len(judged) >= 24
    assert not Scenario.objects.filter(is_demo=False).exists()
    assert not Scenario.objects.filter(rendered__isnull=True).exists()
    assert not Response.objects.filter(sentences__isnull=True).exists()
    assert set(Response.objects.values_list("model", flat=True)) == {starter.WRITTEN_FOR_DEMO}
    assert set(Scenario.objects.values_list("license", flat=True)) == {"CC-BY-4.0"}


def test_loading_again_changes_nothing() -> None:
    starter.load()
    before = counts()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        starter.load()

    assert counts() == before
    assert not [query for query in asked.captured_queries if query["sql"].startswith("UPDATE")]


def test_held_out_scenarios_stand_in_their_pools_with_a_rubric() -> None:
    starter.load()

    for document in starter.read_all("held_out"):
        scenario = starter.scenario_of(document)
        assert (scenario.family.pool, scenario.ideal_answer) == (document["pool"], document["ideal"])
        assert scenario.criteria.published().count() == len(document["criteria"])
    assert Family.objects.filter(pool="TRAIN").count() == Family.objects.count() - 3


def test_variants_share_the_family_of_their_base() -> None:
    starter.load()

    for document in starter.read_scenarios():
        bases = [each for each in starter.read_scenarios() if each["slug"] == document["family"]]
        if bases:
            assert starter.scenario_of(document).family == starter.scenario_of(bases[0]).family


def test_responses_are_found_in_the_order_of_the_file() -> None:
    starter.load()
    document = starter.read_scenarios()[0]

    responses = starter.responses_of(document, starter.scenario_of(document))

    assert [response.text for response in responses] == [each["text"] for each in document["responses"]]


def test_a_loaded_trait_is_published_and_does_not_change() -> None:
    starter.load()

    with pytest.raises(DatabaseError, match="Cannot update"):
        TraitVersion.objects.update(definition="Whether the model is something else.")
