"""Labeling by program: claim, submit, again, otherwise, revise."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Scope
from labeling.models import Annotation, Assignment, Care, Draft
from tests.api.asking import Caller, named
from tests.factories import make_response, make_scenario, make_user
from tests.labeling.scenes import make_item, make_labeling_project, make_member, take

pytestmark = pytest.mark.django_db


def answer_for(sheet: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A whole answer to an assignment."""
    preferences = [{"trait": each["code"], "strength": 1} for each in sheet["traits"]]
    return {"submission_id": str(uuid4()), "shown": sheet["shown"], "preferences": preferences, **fields}


def handed_out(caller: Caller, slug: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.post(f"/projects/{slug}/items/next").json()
    assert found["state"] == "item", found
    sheet: dict[str, Any] = found["assignment"]
    return sheet


@pytest.fixture
def caller() -> Caller:
    project = make_labeling_project(items=2, slug="ours")
    return Caller(make_member(project), Scope.LABEL)


def test_an_item_comes_with_all_that_is_needed_to_judge_it(caller):
    sheet = handed_out(caller, "ours")

    assert [each["letter"] for each in sheet["responses"]] == ["A", "B"]
    assert sheet["messages"][-1]["role"] == "user"
    assert set(sheet["shown"]["traits"]) == {each["code"] for each in sheet["traits"]}
    assert sheet["responses"][0]["sentences"]


def test_nothing_says_where_responses_come_from(caller):
    text = caller.post("/projects/ours/items/next").content.decode()

    held = Assignment.objects.get()
    ids = [held.item_id, held.item.scenario_id, *held.item.responses.values_list("pk", flat=True)]
    assert "lab/model-1" not in text
    assert not [each for each in ids if str(each) in text]
    assert "gold" not in text


def test_asking_again_gives_the_same_item(caller):
    assert handed_out(caller, "ours")["id"] == handed_out(caller, "ours")["id"]


def test_what_the_program_has_does_not_come_again(caller):
    first = handed_out(caller, "ours")["id"]

    second = caller.post(f"/projects/ours/items/next?have={first}").json()["assignment"]["id"]

    assert second != first


def test_an_annotation_is_recorded(caller):
    sheet = handed_out(caller, "ours")

    receipt = caller.post(f"/assignments/{sheet['id']}/annotation", answer_for(sheet)).json()

    order = Assignment.objects.get(pk=sheet["id"]).order_shown
    strengths = set(Annotation.objects.get().preferences.values_list("strength", flat=True))
    assert (receipt["revision"], receipt["done"], receipt["total"]) == (1, 1, 2)
    assert strengths == {1 if order[0] == 0 else -1}


def test_the_same_submission_again_answers_the_same(caller):
    sheet = handed_out(caller, "ours")
    answer = answer_for(sheet)
    path = f"/assignments/{sheet['id']}/annotation"

    first, again = caller.post(path, answer), caller.post(path, answer)

    assert (again.status_code, again.json()) == (200, first.json())
    assert Annotation.objects.count() == 1


def test_another_answer_under_the_same_id_is_refused(caller):
    sheet = handed_out(caller, "ours")
    answer = answer_for(sheet)
    path = f"/assignments/{sheet['id']}/annotation"
    caller.post(path, answer)

    refused = caller.post(path, {**answer, "note": "otherwise"})

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("different_submission")


def test_a_revision_puts_the_newer_answer_in_place_of_the_older(caller):
    sheet = handed_out(caller, "ours")
    path = f"/assignments/{sheet['id']}/annotation"
    caller.post(path, answer_for(sheet))

    stale = caller.post(path, answer_for(sheet))
    revised = caller.post(path, answer_for(sheet, expected_revision=1, note="I looked again."))

    assert (stale.status_code, stale.json()["revision"]) == (409, 1)
    assert revised.json()["revision"] == 2
    assert caller.get(f"/assignments/{sheet['id']}").json()["answer"]["note"] == "I looked again."


def test_an_answer_can_be_fetched_changed_and_sent_again(caller):
    sheet = handed_out(caller, "ours")
    path = f"/assignments/{sheet['id']}"
    caller.post(f"{path}/annotation", answer_for(sheet, confidence=2, citations=["A1"]))
    before = caller.get(path).json()

    again = {
        **before["answer"],
        "shown": before["shown"],
        "submission_id": str(uuid4()),
        "expected_revision": 1,
    }
    revised = caller.post(f"{path}/annotation", again)

    assert revised.status_code == 200, revised.json()
    after = caller.get(path).json()
    assert (after["answer"], after["revision"]) == (before["answer"], 2)


def test_an_incomplete_answer_names_what_is_missing(caller):
    sheet = handed_out(caller, "ours")
    codes = [each["code"] for each in sheet["traits"]]

    refused = caller.post(f"/assignments/{sheet['id']}/annotation", answer_for(sheet, preferences=[]))

    assert refused.status_code == 422
    assert named(refused) == {f"preferences.{code}" for code in codes}


def test_a_judgment_by_other_words_is_refused(caller):
    sheet = handed_out(caller, "ours")
    answer = answer_for(sheet)
    answer["shown"] = {**sheet["shown"], "renderer": "0"}

    refused = caller.post(f"/assignments/{sheet['id']}/annotation", answer)

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("definition_changed")


def test_an_item_is_released_with_a_reason(caller):
    sheet = handed_out(caller, "ours")

    released = caller.post(f"/assignments/{sheet['id']}/release", {"reason": "language"}).json()

    assert released["state"] == "skipped"
    assert handed_out(caller, "ours")["id"] != sheet["id"]


def test_an_unfinished_answer_is_kept_and_counts_nowhere(caller):
    sheet = handed_out(caller, "ours")
    path = f"/assignments/{sheet['id']}"

    kept = caller.put(f"{path}/draft", answer_for(sheet, preferences=[], rationale="It seems"))
    counted = Annotation.objects.count()
    caller.post(f"{path}/annotation", answer_for(sheet))
    late = caller.put(f"{path}/draft", answer_for(sheet))

    assert (kept.status_code, kept.json()["doubts"], counted) == (200, [], 0)
    assert Draft.objects.filter(assignment=sheet["id"]).count() <= 1
    assert (late.status_code, late.json()["revision"]) == (409, 1)


def test_notes_of_a_distressing_item_do_not_come_again():
    project = make_labeling_project(slug="ours")
    make_item(project, scenario=make_scenario(content_warnings=["violence", "self-harm"]))
    caller = Caller(make_member(project))
    sheet = handed_out(caller, "ours")

    skip = {"reason": "distressing", "avoid": ["violence", "weather"]}
    caller.post(f"/assignments/{sheet['id']}/release", skip)

    assert Care.objects.get(person=caller.user).avoided == ["violence"]


def test_a_reason_that_is_none_is_refused(caller):
    sheet = handed_out(caller, "ours")

    refused = caller.post(f"/assignments/{sheet['id']}/release", {"reason": "bored"})

    assert (refused.status_code, named(refused)) == (422, {"reason"})


def test_who_holds_enough_is_told():
    project = make_labeling_project(items=5)
    caller = Caller(make_member(project))
    have: list[str] = []
    for _ in range(3):
        path = f"/projects/{project.slug}/items/next?" + "&".join(f"have={each}" for each in have)
        have.append(caller.post(path).json()["assignment"]["id"])

    refused = caller.post(f"/projects/{project.slug}/items/next?" + "&".join(f"have={each}" for each in have))

    assert refused.status_code == 409


def test_an_empty_queue_says_so():
    project = make_labeling_project()
    caller = Caller(make_member(project))

    assert caller.post(f"/projects/{project.slug}/items/next").json()["state"] == "done"


def test_a_note_comes_before_the_text():
    project = make_labeling_project()
    make_item(project, scenario=make_scenario("Of war.", content_warnings=["violence"]))
    caller = Caller(make_member(project))
    sheet = handed_out(caller, project.slug)

    opened = caller.post(f"/assignments/{sheet['id']}/open").json()

    assert (sheet["is_gated"], sheet["messages"], sheet["responses"]) == (True, [], [])
    assert (opened["is_gated"], opened["messages"][-1]["content"]) == (False, "Of war.")


def test_a_new_wording_of_the_consent_is_read_on_the_page(caller):
    type(caller.user).objects.update(is_consent_due=True)

    refused = caller.post("/projects/ours/items/next")

    assert refused.status_code == 409
    assert "/me/consent/new/" in refused.json()["detail"]


def test_somebody_elses_assignment_does_not_exist(caller):
    project = make_labeling_project(items=1)
    foreign = take(project, make_member(project))
    body = {"submission_id": str(uuid4()), "shown": {"traits": {}, "criteria": [], "renderer": "1"}}

    for assignment in (foreign.pk, uuid4()):
        answers = [
            caller.get(f"/assignments/{assignment}"),
            caller.post(f"/assignments/{assignment}/annotation", body),
            caller.post(f"/assignments/{assignment}/release", {"reason": "other"}),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1


def test_the_hot_requests_cost_so_many_queries(caller, django_assert_num_queries):
    sheet = handed_out(caller, "ours")
    answer = answer_for(sheet)
    make_response()
    make_user()

    with django_assert_num_queries(10):
        caller.post("/projects/ours/items/next")
    with django_assert_num_queries(7):
        caller.post(f"/assignments/{sheet['id']}/annotation", answer)
