"""Leading a project by program: links, gold and its objections, rounds, what comes first, and newer wordings."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, KeptAnswer
from labeling.models import Deadline, Item, Membership, Project
from tests.api.asking import Caller, named
from tests.factories import make_domain, make_scenario, make_trait_version, make_user
from tests.labeling.scenes import make_item, make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_labeling_project(items=2, slug="ours")


@pytest.fixture
def lead(project: Project) -> Caller:
    return Caller(make_member(project, role="lead"))


def test_a_link_is_told_once_works_and_is_ended(project: Project, lead: Caller) -> None:
    made = lead.post("/projects/ours/invitations", {"role": "adjudicator", "days": 3}, Idempotency_Key="one")
    person, late = make_user(), make_user()

    path = "/" + made.json()["link"].split("/", 3)[3]
    client = Client()
    client.force_login(person)
    client.post(path)
    listed = lead.get("/projects/ours/invitations").json()["data"]
    ended = [
        lead.send("DELETE", f"/projects/ours/invitations/{made.json()['id']}", b"").status_code
        for _ in range(2)
    ]
    client.force_login(late)

    assert made.status_code == 200, made.json()
    assert Membership.objects.get(user=person).role == "adjudicator"
    assert [(each["uses"], each["state"]) for each in listed] == [(1, "used")]
    assert (ended, client.post(path).status_code) == ([204, 204], 410)
    token = path.strip("/").split("/")[-1]
    kept = f"{listed} {list(AuditEvent.objects.values())} {list(KeptAnswer.objects.values())}"
    assert token not in kept


def test_only_who_leads_invites(project: Project) -> None:
    annotator = Caller(make_member(project))

    assert annotator.post("/projects/ours/invitations", {}).status_code == 404
    assert annotator.get("/projects/ours/gold").status_code == 404
    assert annotator.get("/projects/ours/rounds").status_code == 404


def test_a_reference_is_set_contested_and_defended(project: Project, lead: Caller) -> None:
    item = project.items.latest("pk")
    trait = project.pins.first()
    assert trait
    code = trait.trait_version.trait.code
    person = Caller(make_member(project))

    put = lead.put(f"/projects/ours/gold/{item.pk}", {"strengths": {code: 2}, "reason": "It asks first."})
    hidden = person.get(f"/assignments/{take(project, person.user).pk}/reference")
    Item.objects.exclude(pk=item.pk).update(is_gold=False)
    strange = lead.put(f"/projects/ours/gold/{item.pk}", {"strengths": {"XX": 1}, "reason": "So."})
    (listed,) = lead.get("/projects/ours/gold").json()["data"]
    retired = lead.send(
        "DELETE", f"/projects/ours/gold/{item.pk}/references/{listed['references'][0]['id']}", b""
    )

    assert (put.status_code, put.json()["references"][0]["strength"]) == (200, 2)
    assert hidden.status_code == 404
    assert named(strange) == {"strengths.XX"}
    assert retired.status_code == 204
    item.refresh_from_db()
    assert not item.is_gold


def test_an_objection_by_who_judged_is_answered(project: Project, lead: Caller) -> None:
    person = Caller(make_member(project))
    assignment = take(project, person.user)
    submit(assignment)
    code = project.pins.all()[0].trait_version.trait.code
    lead.put(
        f"/projects/ours/gold/{assignment.item_id}", {"strengths": {code: 2}, "reason": "It asks first."}
    )

    (seen,) = person.get(f"/assignments/{assignment.pk}/reference").json()
    said = {"reference": seen["id"], "text": "It does not."}
    made = person.post(f"/assignments/{assignment.pk}/objections", said)
    again = person.post(f"/assignments/{assignment.pk}/objections", said)
    path = f"/projects/ours/gold/objections/{made.json()['id']}/answer"
    answered = lead.post(path, {"answer": "Read the second sentence."})
    twice = lead.post(path, {"answer": "As I said."})

    sign = 1 if assignment.order_shown[0] == 0 else -1
    assert seen["strength"] == 2 * sign
    assert (made.status_code, again.status_code) == (200, 409)
    assert (answered.json()["outcome"], twice.status_code) == ("kept", 409)
    assert lead.get("/projects/ours/gold/objections?is_open=true").json()["data"] == []


def round_of(lead: Caller, project: Project, **fields: Any) -> Any:
    items = [str(each) for each in project.items.values_list("pk", flat=True)]
    return lead.post("/projects/ours/rounds", {"kind": "norming", "name": "First", "items": items, **fields})


def test_a_norming_is_held_shown_and_closed(project: Project, lead: Caller) -> None:
    people = [Caller(make_member(project)) for _ in range(2)]
    ids = [str(each.user.pk) for each in people]

    alone = round_of(lead, project, people=ids[:1])
    begun = round_of(lead, project, people=ids).json()
    path = f"/rounds/{begun['id']}"
    for person in people:
        submit(take(project, person.user), rationale="It asks first.")
    unseen = people[0].get(path).json()["norming"]
    early = people[0].post(f"{path}/remarks", {"item": begun["items"][0], "text": "Why?"})
    shown = lead.post(f"{path}/reveal").json()
    seen = [each for each in people[0].get(path).json()["norming"] if each["votes"]]
    twice = lead.post(f"{path}/reveal")
    remark = lead.post(f"{path}/remarks", {"item": begun["items"][0], "text": "Why?"})
    refused = people[0].post(f"{path}/close")
    closed = lead.post(f"{path}/close").json()

    assert named(alone) == {"people"}
    assert (begun["people"], len(begun["norming"])) == (2, 2)
    assert named(early) == {"item"}
    assert not [each for each in unseen if each["votes"] or each["rationales"]]
    assert sum(vote["now"] for vote in seen[0]["votes"][0]["votes"]) == seen[0]["voted"]
    assert (shown["state"], twice.status_code, remark.status_code) == ("revealed", 409, 201)
    assert (refused.status_code, closed["state"]) == (404, "closed")
    assert people[0].get(path).json()["items"] == []
    assert Caller(make_member(project)).get(path).status_code == 404


def test_a_qualification_rests_on_gold_and_is_extended_by_gold(project: Project, lead: Caller) -> None:
    gold = make_item(project)
    Item.objects.filter(pk=gold.pk).update(is_gold=True)

    refused = round_of(lead, project, kind="qualification")
    begun = round_of(lead, project, kind="qualification", items=[str(gold.pk)], pass_percent=80).json()
    other = project.items.filter(is_gold=False)[0].pk
    wrong = lead.post(f"/rounds/{begun['id']}/items", {"items": [str(other)]})
    Item.objects.filter(pk=other).update(is_gold=True)
    more = lead.post(f"/rounds/{begun['id']}/items", {"items": [str(other)]}).json()

    assert named(refused) == {"items"}
    assert (begun["pass_percent"], named(wrong)) == (80, {"items"})
    assert len(more["items"]) == 2


def test_items_are_hurried_by_what_their_scenarios_are(project: Project, lead: Caller) -> None:
    make_item(project, scenario=make_scenario(domain=make_domain("health")))
    body = {"scenarios": {"domain": "health"}}

    hurried = lead.post("/projects/ours/items/hurry", body).json()
    again = lead.post("/projects/ours/items/hurry", body).json()
    wrong = lead.post("/projects/ours/items/hurry", {"scenarios": {"domain": "nothing"}})

    assert (hurried, again) == ({"changed": 1}, {"changed": 0})
    assert project.items.filter(is_urgent=True).count() == 1
    assert named(wrong) == {"scenarios.domain"}


def test_a_deadline_is_set_and_taken_away(project: Project, lead: Caller) -> None:
    first = lead.put("/projects/ours/deadline", {"due_on": "2031-02-03"})
    none = lead.put("/projects/ours/deadline", {"due_on": None})
    wrong = lead.put("/projects/ours/deadline", {"due_on": "soon"})

    assert (first.json(), none.json()) == ({"due_on": "2031-02-03"}, {"due_on": None})
    assert named(wrong) == {"due_on"}
    assert Deadline.objects.count() == 2


def test_a_project_moves_to_a_newer_wording(project: Project, lead: Caller) -> None:
    pin = project.pins.all()[0]
    newer = make_trait_version(pin.trait_version.trait)

    (offered,) = lead.get("/projects/ours/versions").json()
    unknown = lead.post("/projects/ours/versions", {"version": "nothing@2"})
    moved = lead.post("/projects/ours/versions", {"version": f"{offered['trait']}@{offered['newer']}"})

    assert (offered["pinned"], offered["newer"], offered["annotations"]) == (1, 2, 0)
    assert named(unknown) == {"version"}
    assert moved.json() == {"annotations": 0, "items": 0}
    pin.refresh_from_db()
    assert pin.trait_version_id == newer.pk
