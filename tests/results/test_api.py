"""Results by program."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from results.models import Report
from tests.api.asking import PROBLEM, Caller, curator, steward
from tests.factories import make_domain, make_user
from tests.results.reporting import BASE, make_release_of, make_world, reported

pytestmark = pytest.mark.django_db
TABLE = b"domain,value\nhealth,0.5\n"


def push(caller: Caller, content: bytes = TABLE, **said: Any) -> Any:
    return caller.upload("/results", {**said, "file": SimpleUploadedFile("scores.csv", content)})


def test_a_file_is_pushed_once():
    make_domain()
    caller = steward()

    first, again = (push(caller, model="base", is_untrained="on") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["evaluations"][0]["base_model"] == "base"
    assert Report.objects.count() == 1


def test_a_release_is_named_as_people_name_it():
    release = make_release_of(make_domain().slug)

    made = push(steward(), model="dpo", base_model=BASE, release=str(release)).json()

    (evaluation,) = made["evaluations"]
    assert (evaluation["release"], evaluation["trained_on"]) == (str(release.pk), ["health"])


def test_models_come_as_json():
    make_domain()
    body = {"model": "base", "trained_on": "none", "scores": [{"domain": "health", "value": 0.4}]}
    caller = steward()

    first, again = (caller.post("/results", body) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["figures"] == 1


@pytest.mark.parametrize("body", [{"model": "base", "trained_on": "none", "scores": []}, []])
def test_models_without_figures_are_refused(body):
    answer = steward().post("/results", body)

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert "tells no figures" in answer.text


def test_a_file_that_cannot_be_used_names_line_and_field():
    answer = push(steward(), b"domain,value\nhealth,high\n", model="base", is_untrained="on")

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["errors"][0]["message"].startswith("line 2, value: It must be a number")


@pytest.mark.parametrize(
    ("said", "field"), [({"colour": "red"}, "colour"), ({"seed": "many"}, "seed"), ({"step": "-1"}, "step")]
)
def test_fields_that_cannot_be_used_are_named(said, field):
    answer = push(steward(), model="base", is_untrained="on", **said)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_another_media_type_is_refused():
    assert steward().send("POST", "/results", b"x", content_type="text/csv").status_code == 415


def test_what_was_taken_back_does_not_come_again():
    make_domain()
    caller = steward()
    made = push(caller, model="base", is_untrained="on").json()

    taken = caller.post(f"/results/{made['id']}/retract", {"reason": "The wrong file."})
    again = push(caller, model="base", is_untrained="on")

    assert (taken.status_code, taken.json()["retracted"]) == (200, "The wrong file.")
    assert (again.status_code, again.json()["type"]) == (409, "urn:arete:problem:was_retracted")


def test_reports_are_listed_for_those_who_read_them():
    made = reported()

    assert [each["id"] for each in curator().get("/results").json()["data"]] == [str(made.pk)]
    assert Caller(make_user()).get("/results").json()["data"] == []


def test_the_matrix_is_told():
    make_world()

    found = curator().get("/results/generalisation", {"trait": "candor"}).json()

    assert found["base_model"] == BASE
    changes = {(each["trained_on"], each["domain"]): each for each in found["transfer"]}
    assert changes["health", "health"]["change"] == pytest.approx(0.3)
    assert changes["health", "health"]["q"] <= 0.05
    assert changes["others", "law"]["change"] == pytest.approx(-0.02)
    assert [each["domain"] for each in found["label_next"]] == ["law"]
    assert [each["measure"] for each in found["side_effects"]] == ["over_refusal"]


def test_a_stranger_is_told_nothing_of_the_matrix():
    make_world()

    found = Caller(make_user()).get("/results/generalisation").json()

    assert found == {
        "base_model": "",
        "transfer": [],
        "persistence": [],
        "side_effects": [],
        "label_next": [],
    }
