"""Projects set up by program: rules, people, and items made of chosen scenarios."""

from typing import Any

import pytest

from accounts.models import AuditEvent, Role
from labeling.models import Item, Membership, Project
from runs.actions import perform_now
from runs.models import Run
from tests.api.asking import Caller, named
from tests.factories import make_domain, make_response, make_scenario, make_user
from tests.labeling.scenes import make_labeling_project, make_member, take

pytestmark = pytest.mark.django_db


def lead_of(project: Project) -> Caller:
    return Caller(make_member(project, make_user(roles=(Role.CURATORS,)), role="lead"))


def rules(caller: Caller, project: Project, **changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/projects/{project.slug}/rules").json()
    del found["is_fixed"], found["run"]
    return {**found, **changed}


def test_the_rules_that_were_fetched_can_be_sent_back_and_change_nothing():
    project = make_labeling_project(items=1)
    caller = lead_of(project)
    take(project, make_member(project))
    before = caller.get(f"/projects/{project.slug}/rules").json()

    answer = caller.put(f"/projects/{project.slug}/rules", rules(caller, project))

    assert before["is_fixed"]
    assert (answer.status_code, answer.json()) == (200, before)
    assert not AuditEvent.objects.filter(act="project.rules_changed").exists()


def test_rules_are_changed_and_items_get_another_number_of_places():
    project = make_labeling_project(items=2)
    caller = lead_of(project)

    changed = caller.put(
        f"/projects/{project.slug}/rules", rules(caller, project, overlap=5, guidelines="Read twice.")
    )

    assert (changed.json()["overlap"], changed.json()["guidelines"]) == (5, "Read twice.")
    assert changed.json()["run"]["state"] == "done"
    assert set(Item.objects.values_list("needed", flat=True)) == {5}


def test_traits_are_pinned_in_the_order_that_was_sent():
    project = make_labeling_project(traits=3)
    caller = lead_of(project)
    wanted = rules(caller, project)["traits"][::-1]

    changed = caller.put(f"/projects/{project.slug}/rules", rules(caller, project, traits=wanted))

    assert changed.json()["traits"] == wanted


def test_what_was_handed_out_is_asked_as_it_is():
    project = make_labeling_project(items=1)
    caller = lead_of(project)
    take(project, make_member(project))

    refused = caller.put(f"/projects/{project.slug}/rules", rules(caller, project, questions=["overall"]))

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:arete:problem:handed_out")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"overlap": 0}, "overlap"), ({"traits": ["none@1"]}, "traits"), ({"questions": []}, "questions")],
)
def test_a_rule_that_can_not_be_is_named(wrong, field):
    project = make_labeling_project()
    caller = lead_of(project)

    refused = caller.put(f"/projects/{project.slug}/rules", rules(caller, project, **wrong))

    assert (refused.status_code, named(refused)) == (422, {field})


def test_people_are_put_in_given_a_role_and_taken_out():
    project, person = make_labeling_project(items=1), make_user("ada@example.org", name="Ada")
    caller = lead_of(project)
    path = f"/projects/{project.slug}/members"

    added = caller.post(path, {"email": "Ada@example.org", "role": "annotator"})
    held = take(project, person)
    role = caller.put(f"{path}/{person.pk}", {"role": "adjudicator"}).json()
    listed = caller.get(path).json()["data"]
    out = caller.send("DELETE", f"{path}/{person.pk}", b"")

    assert (added.status_code, added.json()["name"], role["role"]) == (201, "Ada", "adjudicator")
    assert {each["role"] for each in listed} == {"lead", "adjudicator"}
    assert out.status_code == 204
    held.refresh_from_db()
    assert held.state == "expired"
    assert not Membership.objects.filter(user=person).exists()


def test_somebody_has_to_lead():
    project = make_labeling_project()
    caller = lead_of(project)
    path = f"/projects/{project.slug}/members"

    answers = [
        caller.put(f"{path}/{caller.user.pk}", {"role": "annotator"}),
        caller.post(path, {"email": caller.user.email, "role": "annotator"}),
        caller.send("DELETE", f"{path}/{caller.user.pk}", b""),
    ]

    assert [each.status_code for each in answers] == [409, 409, 409]
    assert Membership.objects.get().role == "lead"


def test_an_address_that_nobody_has_is_named():
    project = make_labeling_project()

    refused = lead_of(project).post(
        f"/projects/{project.slug}/members", {"email": "nobody@example.org", "role": "annotator"}
    )

    assert (refused.status_code, named(refused)) == (422, {"email"})


def make_scenarios(count: int, **fields: Any) -> None:
    for _ in range(count):
        scenario = make_scenario(**fields)
        for model in ("lab/a", "lab/b", "lab/c"):
            make_response(scenario, model=model)


def test_items_are_looked_at_and_then_made_once():
    project = make_labeling_project()
    caller = lead_of(project)
    make_scenarios(2, domain=make_domain("law"))
    make_scenarios(1, domain=make_domain("health"))
    path, choice = (
        f"/projects/{project.slug}/items",
        {"scenarios": {"domain": "law"}, "models": ["lab/a", "lab/b"]},
    )

    seen = caller.post(f"{path}/plan", choice).json()
    before = Item.objects.count()
    made = caller.post(path, {**choice, "digest": seen["digest"]}, Idempotency_Key="one")
    again = caller.post(path, {**choice, "digest": seen["digest"]}, Idempotency_Key="one")
    perform_now(Run.objects.get(pk=made.json()["run"]["id"]))
    late = caller.post(path, {**choice, "digest": seen["digest"]})

    assert (seen["fresh"], seen["by_domain"], len(seen["first"]), before) == (2, {"law": 2}, 2, 0)
    assert (made.status_code, made.json()["planned"], again.content) == (202, 2, made.content)
    assert (late.status_code, late.json()["type"]) == (409, "urn:arete:problem:plan_changed")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scenarios": {"domain": "nowhere"}}, "scenarios.domain"),
        ({"scenarios": {"colour": "red"}}, "scenarios.colour"),
        ({"size": 3}, "size"),
        ({"rule": "luck"}, "rule"),
        ({"seed": ""}, "seed"),
    ],
)
def test_a_choice_that_can_not_be_is_named(wrong, field):
    project = make_labeling_project()
    make_scenarios(1)

    refused = lead_of(project).post(f"/projects/{project.slug}/items/plan", wrong)

    assert (refused.status_code, named(refused)) == (422, {field})


def test_annotators_set_nothing_up():
    project = make_labeling_project()
    caller = Caller(make_member(project))

    for path in ("rules", "members"):
        assert caller.get(f"/projects/{project.slug}/{path}").status_code == 404
    assert caller.post(f"/projects/{project.slug}/items/plan", {}).status_code == 404
