"""Disagreements by program: found, read without names, settled by cause."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from labeling.models import Adjudication, Annotation, Disagreement, GoldReference, Item, Project
from tests.api.asking import Caller, named
from tests.factories import make_user
from tests.labeling.disagreeing import contested, judged, marked
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db
STYLE = {"cause": "style", "reason": "Both do what the trait asks."}


def adjudicator(project: Project, role: str = "adjudicator", **fields: Any) -> Caller:
    return Caller(make_member(project, role=role), **fields)


def path_of(found: Disagreement) -> str:
    return f"/disagreements/{found.pk}"


def test_what_is_contested_is_found_and_listed():
    project = judged(-2, 3)
    caller = adjudicator(project)

    run = caller.post(f"/projects/{project.slug}/disagreements/find")
    (found,) = caller.get(f"/projects/{project.slug}/disagreements").json()["data"]

    assert (run.status_code, run.json()["state"]) == (202, "done")
    assert (found["kind"], found["rule"], found["measure"], found["is_open"]) == (
        "preference",
        "opposite signs",
        2.5,
        True,
    )


def test_labels_stand_side_by_side_without_names():
    found = contested(-2, 3)
    people = Annotation.objects.values_list("assignment__annotator__email", "assignment__annotator")

    answer = adjudicator(found.item.project).get(path_of(found))

    labels = answer.json()["labels"]
    assert [each["answer"] for each in labels] == [-2, 3]
    assert {each["reader"] for each in labels} == {"Reader 1", "Reader 2"}
    assert not [each for pair in people for each in pair if str(each) in answer.content.decode()]


def test_a_decision_settles_it_and_changes_no_label():
    found = contested()
    caller = adjudicator(found.item.project)

    settled = caller.post(f"{path_of(found)}/decisions", {**STYLE, "answer": 1})
    again = caller.post(f"{path_of(found)}/decisions", STYLE)

    assert settled.status_code == 201, settled.json()
    (decision,) = settled.json()["decisions"]
    assert (decision["cause"], decision["answer"], settled.json()["is_open"]) == ("style", 1, False)
    assert (again.status_code, again.json()["type"]) == (409, "urn:arete:problem:settled_meanwhile")
    assert Annotation.objects.count() == 2
    shown = caller.get(f"/projects/{found.item.project.slug}/disagreements?show=settled").json()["data"]
    assert [each["id"] for each in shown] == [str(found.pk)]


def test_the_same_decision_under_one_key_is_recorded_once():
    found = contested()
    caller = adjudicator(found.item.project)

    first, again = (
        caller.post(f"{path_of(found)}/decisions", STYLE, Idempotency_Key="one") for _ in range(2)
    )

    assert (first.status_code, again.content) == (201, first.content)
    assert Adjudication.objects.count() == 1


def test_a_difference_of_values_stays_plural():
    found = contested()
    caller = adjudicator(found.item.project)
    body = {"cause": "value divergence", "reason": "Care against candor."}

    forced = caller.post(f"{path_of(found)}/decisions", {**body, "answer": 2})
    kept = caller.post(f"{path_of(found)}/decisions", {**body, "is_plural": True}).json()

    assert (forced.status_code, named(forced)) == (422, {"answer"})
    assert (kept["decisions"][0]["is_plural"], kept["decisions"][0]["answer"]) == (True, None)


def test_a_gap_goes_to_the_draft_of_the_trait():
    found = contested()
    caller = adjudicator(found.item.project)
    body = {"cause": "guideline gap", "reason": "It does not say."}

    silent = caller.post(f"{path_of(found)}/decisions", body)
    said = caller.post(f"{path_of(found)}/decisions", {**body, "proposal": "Say it."}).json()

    assert (silent.status_code, named(silent)) == (422, {"proposal"})
    assert found.trait_version is not None
    assert said["decisions"][0]["amends"] == f"{found.trait_version.trait.slug}@2"


def test_a_slip_can_become_gold():
    found = contested()
    body = {"cause": "error", "reason": "It was misread.", "answer": -2, "becomes_gold": True}

    said = adjudicator(found.item.project).post(f"{path_of(found)}/decisions", body).json()

    assert said["decisions"][0]["is_gold"]
    assert GoldReference.objects.get().strength == -2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"answer": 9}, "answer"),
        ({"answer": "met"}, "answer"),
        ({"answer": "plural"}, "answer"),
        ({"answer": 1, "is_plural": True}, "answer"),
        ({"cause": "weather"}, "cause"),
        ({"reason": " "}, "reason"),
        ({"cause": "error", "becomes_gold": True}, "answer"),
    ],
)
def test_what_contradicts_itself_is_named(wrong, field):
    found = contested()

    refused = adjudicator(found.item.project).post(f"{path_of(found)}/decisions", {**STYLE, **wrong})

    assert (refused.status_code, named(refused)) == (422, {field})
    assert not Adjudication.objects.exists()


def test_marks_are_settled_by_met_or_not_met():
    project = marked("met", "not met")
    caller = adjudicator(project)
    caller.post(f"/projects/{project.slug}/disagreements/find")
    (found,) = caller.get(f"/projects/{project.slug}/disagreements").json()["data"]

    said = caller.post(f"/disagreements/{found['id']}/decisions", {**STYLE, "answer": "not met"}).json()

    assert (found["kind"], said["decisions"][0]["answer"]) == ("mark", "not met")


def test_an_adjudicator_is_never_one_of_the_annotators():
    found = contested()
    judge = Annotation.objects.order_by("id")[0].assignment.annotator
    judge.memberships.update(role="lead")
    caller = Caller(judge)

    seen = caller.get(path_of(found)).json()
    refused = caller.post(f"{path_of(found)}/decisions", STYLE)

    assert (seen["is_own"], seen["may_settle"], len(seen["labels"])) == (True, False, 1)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:arete:problem:own_label")


def test_it_is_opened_again_and_both_decisions_are_kept():
    found = contested()
    caller = adjudicator(found.item.project)
    caller.post(f"{path_of(found)}/decisions", STYLE)

    caller.post(f"{path_of(found)}/reopen")
    said = caller.post(f"{path_of(found)}/decisions", {**STYLE, "answer": 0}).json()

    assert [each["answer"] for each in said["decisions"]] == [None, 0]
    assert AuditEvent.objects.filter(act="disagreement.reopened").count() == 1


def test_people_are_asked_and_answer_without_names():
    found = contested()
    judge = Annotation.objects.order_by("id")[0].assignment.annotator
    asker = adjudicator(found.item.project)

    early = Caller(judge).get(path_of(found))
    asker.post(f"{path_of(found)}/remarks", {"text": "What did you see?"})
    said = Caller(judge).post(f"{path_of(found)}/remarks", {"text": "The last line."}).json()

    assert early.status_code == 404
    asked, answered = said["remarks"]
    assert asked["reader"] == "Adjudicator"
    assert answered["reader"].startswith("Reader")
    assert len(said["labels"]) == 1


def test_a_lead_sends_a_question_to_the_adjudicators():
    project = judged(1, 1)
    item = Item.objects.get()
    version = project.pins.get().trait_version_id
    caller = adjudicator(project, "lead")
    path = f"/projects/{project.slug}/disagreements"

    sent = caller.post(path, {"item": str(item.pk), "trait_version": str(version)})
    unasked = caller.post(path, {"item": str(item.pk)})

    assert (sent.status_code, sent.json()["rule"]) == (201, "sent")
    assert (unasked.status_code, named(unasked)) == (422, {"item"})


def test_annotators_and_strangers_find_no_list():
    project = judged(-2, 3)
    annotator = Annotation.objects.order_by("id")[0].assignment.annotator

    for user in (annotator, make_user()):
        assert Caller(user).get(f"/projects/{project.slug}/disagreements").status_code == 404


def test_a_bound_token_reaches_its_project_alone():
    found, other = contested(), make_labeling_project()
    user = make_member(found.item.project, role="lead")
    make_member(other, user, role="lead")

    assert Caller(user, project_id=found.item.project_id).get(path_of(found)).status_code == 200
    assert Caller(user, project_id=other.pk).get(path_of(found)).status_code == 404
