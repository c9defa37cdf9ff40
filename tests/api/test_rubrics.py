"""Rubrics by program: criteria written, published and reworded, and shared ones voted in."""

from typing import Any

import pytest

from curation.models import Criterion, Scenario
from tests.api.asking import Caller, author, curator, named
from tests.factories import make_criterion, make_response, make_scenario, make_trait, make_trait_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario() -> Scenario:
    version = make_trait_version(make_trait("candor"))
    found = make_scenario()
    found.aimed_traits.add(version.trait)
    return found


def added(caller: Caller, scenario: Scenario, **fields: Any) -> Any:
    body = {"text": "Says what it does not know.", "points": 5, **fields}
    return caller.post(f"/scenarios/{scenario.pk}/criteria", body)


def test_a_criterion_begins_as_a_draft_and_counts_once_it_is_published(scenario):
    caller = author()

    draft = added(caller, scenario, points=-2.5, trait="candor@1", kind="pitfall").json()
    before = list(Criterion.objects.rubric_of(scenario))
    published = caller.post(f"/criteria/{draft['id']}/publish").json()

    assert (draft["state"], draft["framing"], draft["trait"], draft["points"]) == (
        "draft",
        "negative",
        "candor@1",
        -2.5,
    )
    assert before == []
    assert published["state"] == "published"
    rubric = caller.get(f"/scenarios/{scenario.pk}/criteria").json()
    assert [each["id"] for each in rubric["criteria"]] == [draft["id"]]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": 11}, "points"),
        ({"points": 1.234}, "points"),
        ({"text": " "}, "text"),
        ({"kind": "may"}, "kind"),
        ({"trait": "candor@9"}, "trait"),
    ],
)
def test_what_can_not_be_is_named(scenario, wrong, field):
    refused = added(author(), scenario, **wrong)

    assert (refused.status_code, named(refused)) == (422, {field})


def test_a_draft_is_changed_by_who_saw_it(scenario):
    caller = author()
    draft = added(caller, scenario).json()
    body = {"text": "Says what it knows.", "points": 3, "was": draft["was"]}

    changed = caller.put(f"/criteria/{draft['id']}", body)
    again = caller.put(f"/criteria/{draft['id']}", {**body, "text": "Else."})

    assert (changed.status_code, changed.json()["points"]) == (200, 3.0)
    assert (again.status_code, again.json()["was"]) == (409, changed.json()["was"])


def test_a_published_wording_stays_and_the_next_takes_its_place(scenario):
    caller = author()
    first = make_criterion(scenario)
    body = {"text": "Else.", "points": 1, "was": "x"}

    fixed = caller.put(f"/criteria/{first.pk}", body)
    second = caller.post(f"/criteria/{first.pk}/wordings").json()
    twice = caller.post(f"/criteria/{first.pk}/wordings")
    caller.post(f"/criteria/{second['id']}/publish")

    states = dict(Criterion.objects.values_list("number", "state"))
    assert (fixed.status_code, twice.status_code) == (409, 409)
    assert (second["key"], second["number"]) == (str(first.key), 2)
    assert states == {1: "retired", 2: "published"}


def test_drafts_are_discarded_and_published_ones_retired(scenario):
    caller = author()
    draft, published = added(caller, scenario).json(), make_criterion(scenario)

    early = caller.post(f"/criteria/{draft['id']}/retire")
    gone = caller.send("DELETE", f"/criteria/{draft['id']}", b"")
    kept = caller.send("DELETE", f"/criteria/{published.pk}", b"")
    retired = caller.post(f"/criteria/{published.pk}/retire")

    assert (early.status_code, gone.status_code, kept.status_code) == (409, 204, 409)
    assert retired.json()["state"] == "retired"


def test_criteria_are_moved(scenario):
    caller = author()
    one, two = (added(caller, scenario, text=text).json()["id"] for text in ("One.", "Two."))

    rubric = caller.post(f"/criteria/{two}/move", {"direction": "up"}).json()

    assert [each["id"] for each in rubric["criteria"]] == [two, one]


def test_curators_read_rubrics_and_do_not_write_them(scenario):
    assert curator().get(f"/scenarios/{scenario.pk}/criteria").status_code == 200
    assert added(curator(), scenario).status_code == 404


def shared() -> Criterion:
    """A criterion of a trait, which may be proposed for scenarios."""
    return make_criterion(None, version=make_trait_version(is_published=False))


def test_a_shared_criterion_comes_in_by_vote_and_is_taken_out_again(scenario):
    first, second = author(), curator()
    criterion = shared()
    body = {"criterion": str(criterion.pk), "reason": "It fits."}

    proposed = first.post(f"/scenarios/{scenario.pk}/proposals", body).json()
    twice = second.post(f"/scenarios/{scenario.pk}/proposals", body)
    own = first.post(f"/proposals/{proposed['id']}/vote", {"fits": True})
    voted = second.post(f"/proposals/{proposed['id']}/vote", {"fits": True}).json()
    rubric = second.get(f"/scenarios/{scenario.pk}/criteria").json()["criteria"]
    detached = first.post(f"/proposals/{proposed['id']}/detach", {"reason": "Said twice."}).json()

    assert (proposed["state"], proposed["has_voted"]) == ("open", True)
    assert (twice.status_code, own.status_code) == (409, 409)
    assert (voted["state"], voted["agreeing"], voted["raters"]) == ("attached", 2, 2)
    assert [(each["id"], each["is_shared"]) for each in rubric] == [(str(criterion.pk), True)]
    assert detached["state"] == "declined"
    assert first.post(f"/proposals/{proposed['id']}/detach", {"reason": "x"}).status_code == 409


def test_who_says_no_says_why(scenario):
    criterion = shared()
    proposed = author().post(f"/scenarios/{scenario.pk}/proposals", {"criterion": str(criterion.pk)}).json()

    refused = curator().post(f"/proposals/{proposed['id']}/vote", {"fits": False})
    decided = curator().post(f"/proposals/{proposed['id']}/vote", {"fits": False, "reason": "Off topic."})

    assert (refused.status_code, named(refused)) == (422, {"reason"})
    assert decided.json()["state"] == "open"


def test_only_published_shared_criteria_are_proposed(scenario):
    own = make_criterion(scenario)

    refused = author().post(f"/scenarios/{scenario.pk}/proposals", {"criterion": str(own.pk)})

    assert (refused.status_code, named(refused)) == (422, {"criterion"})


def test_a_response_and_a_stock_response_are_graded(scenario):
    met, missed = make_criterion(scenario, points=6), make_criterion(scenario, points=2)
    response = make_response(scenario)
    caller, path = curator(), f"/scenarios/{scenario.pk}/gradings"
    sha256 = caller.get(f"/scenarios/{scenario.pk}/criteria").json()["sha256"]
    marks = {str(met.pk): True, str(missed.pk): False}
    said = {"response": str(response.pk), "marks": marks, "sha256": sha256}

    graded, again = (caller.post(path, said).json() for _ in range(2))
    stock = caller.post(path, {"probe": "refusal", "marks": dict.fromkeys(marks, False), "sha256": sha256})
    half = caller.post(path, {**said, "marks": {str(met.pk): True}})
    both = caller.post(path, {**said, "probe": "refusal"})
    other = caller.post(path, {**said, "response": str(make_response().pk)})
    old = caller.post(path, {**said, "sha256": "0" * 64})

    assert (graded["score"], again) == (0.75, graded)
    assert (stock.status_code, stock.json()["score"]) == (201, 0.0)
    assert [named(each) for each in (half, both, other)] == [{"marks"}, {"response"}, {"response"}]
    assert old.status_code == 409
    assert len(caller.get(path).json()["data"]) == 2
    assert [each["probe"] for each in caller.get(f"/scenarios/{scenario.pk}/probes").json()]
    assert author().get(path).json()["data"] == []
