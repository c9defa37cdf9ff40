"""Every kind of verdict, sent by program and told to the lead."""

from typing import Any

import pytest
from django.db.models import TextField
from django.db.models.functions import Cast

from config.rest.lines import Line, Written, bare, plain, quoted, spoken
from labeling.models import Annotation, Preference, Rank, Rating
from tests.api.asking import Caller, lines
from tests.api.test_labeling import answer_for, handed_out
from tests.factories import make_criterion, make_scenario
from tests.labeling.scenes import make_item, make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db
ALL_IN_PAIRS = [
    "overall",
    "traits",
    "criteria",
    "ranking",
    "ratings",
    "rewrite",
    "reasons",
    "confidence",
    "harm",
]


def test_whatever_is_asked_can_be_answered_fetched_and_told():
    project = make_labeling_project(traits=1, overlap=1, questions=ALL_IN_PAIRS)
    scenario = make_scenario()
    make_criterion(scenario)
    make_item(project, scenario=scenario)
    annotator = Caller(make_member(project))
    sheet = handed_out(annotator, project.slug)
    (code,) = sheet["shown"]["traits"]
    (criterion,) = sheet["shown"]["criteria"]
    said = {
        "preferences": [
            {"trait": None, "strength": -1, "both_bad": False},
            {"trait": code, "strength": None, "both_bad": False},
        ],
        "marks": [
            {"response": letter, "criterion": criterion, "value": "met", "because": ""} for letter in "AB"
        ],
        "ratings": [
            {"response": "A", "trait": code, "value": 3},
            {"response": "B", "trait": code, "value": None},
        ],
        "ranks": [{"response": "A", "place": 1}, {"response": "B", "place": 2}],
        "acceptable_to": 2,
        "rewrite": {"response": "B", "text": "Ask first."},
        "harms": ["B"],
        "reasons": ["safer"],
        "citations": ["A1", f"B1:{code}"],
        "rationale": "It asks.",
        "confidence": 3,
        "note": "",
    }

    receipt = annotator.post(
        f"/assignments/{sheet['id']}/annotation", answer_for(sheet, **said, confirmed=True)
    )
    fetched = annotator.get(f"/assignments/{sheet['id']}").json()["answer"]
    lead = Caller(make_member(project, role="lead"))
    (told,) = lines(lead.get(f"/projects/{project.slug}/annotations.ndjson"))

    assert receipt.status_code == 200, receipt.json()
    assert normal(fetched) == normal(said)
    assert [each["trait"] for each in told["preferences"]].count(None) == 1
    assert {each["value"] for each in told["ratings"]} == {3, None}
    assert len(told["marks"]) == len(told["ranks"]) == 2


def test_a_project_without_traits_is_told_too():
    project = make_labeling_project(items=1, traits=0, overlap=1, questions=["overall"])
    annotator = Caller(make_member(project))
    sheet = handed_out(annotator, project.slug)
    said = answer_for(sheet, preferences=[{"trait": None, "strength": 0}])
    annotator.post(f"/assignments/{sheet['id']}/annotation", said)
    lead = Caller(make_member(project, role="lead"))

    (told,) = lines(lead.get(f"/projects/{project.slug}/annotations.ndjson"))

    assert told["preferences"] == [
        {"trait": None, "version": None, "strength": 0, "both_bad": False, "cannot_judge": False}
    ]
    assert lead.get(f"/projects/{project.slug}/annotations").json()["data"][0]["id"] == told["id"]


def test_a_stream_is_written_as_the_database_writes_json():
    project = make_labeling_project(traits=1, overlap=1, questions=["traits", "ratings", "ranking"])
    make_item(project)
    submit(take(project, make_member(project)), rationale='Zeile\nzwei "quoted" \\ \u2028 é')
    kinds: dict[Any, dict[str, Any]] = {
        Preference: {"strength": bare, "both_bad": bare, "cannot_judge": bare},
        Rating: {"response": quoted, "value": bare},
        Rank: {"response": quoted, "place": bare, "is_acceptable": bare},
        Annotation: {
            "id": quoted,
            "rationale": spoken,
            "reasons": spoken,
            "confidence": bare,
            "created_at": spoken,
        },
    }

    for model, pieces in kinds.items():
        written = Written(**{name: piece(name) for name, piece in pieces.items()})
        rows = list(model.objects.values_list(written, Cast(Line(**plain(*pieces)), TextField())))
        assert rows
        assert all(one == other for one, other in rows), rows


def normal(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer whose citations come in one order."""
    return {**answer, "citations": sorted(answer["citations"])}
