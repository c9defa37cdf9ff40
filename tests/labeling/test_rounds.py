"""People qualify by gold items before live ones, and again when a trait changes its meaning; normings are blind."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.invariants import violations
from labeling.actions.rounds import RoundMoved, RoundPlan, close_round, extend_round, open_round, reveal_round
from labeling.calibrating import QualifyFirst, left_in_rounds, qualification_is_due
from labeling.caring import FREE
from labeling.models import Annotation, Assignment, Membership, Project, Qualification, Round
from labeling.norming import alphas_of, ballot_of, votes_of
from tests.factories import make_trait_version, make_user
from tests.labeling.calibrating import (
    answer,
    answer_round,
    gold_project,
    make_gold,
    member_of,
    qualify_by,
)
from tests.labeling.pages import next_of, open_session, state_of
from tests.labeling.scenes import (
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db


def qualifying(pass_percent: int = 70) -> tuple[Project, User, Round]:
    """Two gold items to qualify by, and a live one."""
    project, items = gold_project(2)
    make_item(project)
    found = qualify_by(project, items, pass_percent)
    project.refresh_from_db()
    return project, make_member(project), found


def test_the_items_of_an_open_qualification_come_first():
    project, person, found = qualifying()

    page = open_session(signed_in(person), project)

    assert "Qualify first: 2 items." in page
    assert Assignment.objects.get().item in found.items.all()
    assert Assignment.objects.get().is_calibration


def test_who_passes_goes_on_to_live_items():
    project, person, found = qualifying()
    answer_round(project, person, 2, 2)

    page = open_session(signed_in(person), project)

    assert "Qualify first" not in page
    assert found.results.get().has_passed
    assert not Assignment.objects.get(state="leased").is_calibration
    assert violations() == {}


def test_who_does_not_pass_is_told_and_gets_no_live_item():
    project, person, found = qualifying()
    answer_round(project, person, 2, -2)
    client = signed_in(person)

    pages = [open_session(client, project) for _ in range(2)]

    assert [state_of(page) for page in pages] == ["qualify", "qualify"]
    assert "1 of 2 answers (50%)" in pages[0]
    assert [each.has_passed for each in found.results.all()] == [False]
    assert not Assignment.objects.filter(state="leased").exists()


def test_a_page_prefetches_nothing_while_the_last_answer_is_open():
    project, person, _ = qualifying()
    answer_round(project, person, 2)
    last = take(project, person)

    assert next_of(signed_in(person), project, last.pk) == ""
    assert not Qualification.objects.exists()


def test_a_retake_is_judged_by_new_items_alone():
    project, person, found = qualifying()
    answer_round(project, person, -2, -2)
    open_session(signed_in(person), project)

    extend_round(found, [make_gold(project)], by=make_user())
    answer_round(project, person, 2)
    open_session(signed_in(person), project)

    assert [(each.same, each.compared) for each in found.results.all()] == [(0, 2), (1, 1)]
    assert not qualification_is_due(member_of(project, person))


def test_a_qualification_is_due_again_when_the_meaning_changes():
    project, person, found = qualifying()
    answer_round(project, person, 2, 2)
    open_session(signed_in(person), project)
    trait = project.traits.get().trait

    project.pins.update(trait_version=make_trait_version(trait, meaning_changed=False))
    assert not qualification_is_due(member_of(project, person))
    project.pins.update(trait_version=make_trait_version(trait, meaning_changed=True))

    assert qualification_is_due(member_of(project, person))
    extend_round(found, [make_gold(project)], by=make_user())
    assert left_in_rounds(member_of(project, person), FREE) == 1


def test_leads_and_adjudicators_need_not_qualify():
    project, _, _ = qualifying()
    lead = make_member(project, role=Membership.Role.LEAD)

    assert not take(project, lead).is_calibration


def test_a_closed_round_holds_nobody_up():
    project, person, found = qualifying()
    answer_round(project, person, -2, -2)
    with pytest.raises(QualifyFirst):
        try_claim(project, person)

    close_round(found, by=make_user())

    assert not take(project, person).is_calibration
    with pytest.raises(RoundMoved):
        close_round(found, by=make_user())
    with pytest.raises(RoundMoved):
        extend_round(found, [], by=make_user())


def test_the_result_page_leads_to_the_reasons():
    project, person, _ = qualifying()
    answer_round(project, person, 2, -2)
    open_session(signed_in(person), project)

    page = signed_in(person).get(reverse("labeling:qualification", args=[project.slug])).content.decode()

    assert "Not passed" in page
    assert "Same direction as the reference" in page
    for each in Assignment.objects.all():
        assert reverse("labeling:reference", args=[each.pk]) in page


def test_a_lead_begins_a_qualification_from_gold_items_only():
    project, [gold] = gold_project()
    other = make_item(project)
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))
    url = reverse("labeling:round_new", args=[project.slug])
    sent = {"kind": "qualification", "name": "First", "pass_percent": "80"}

    assert lead.post(url, {**sent, "items": [other.pk]}).status_code == 422
    lead.post(url, {**sent, "items": [gold.pk]})

    found = Round.objects.get()
    assert (found.pass_percent, Project.objects.get().is_calibrating) == (80, True)
    assert "Nobody has finished it yet" in page_of(found, lead)


def page_of(found: Round, client: Client) -> str:
    return client.get(reverse("labeling:round", args=[found.pk])).content.decode()


def norming(*firsts: int) -> tuple[Round, list[User]]:
    """A norming of two items, on which each person has voted a strength and its opposite."""
    project = make_labeling_project(items=2, traits=1, overlap=9)
    people = [make_member(project) for _ in firsts]
    plan = RoundPlan(Round.Kind.NORMING, "Together", list(project.items.all()), people=people)
    found = open_round(project, plan, by=make_user())
    for person, strength in zip(people, firsts, strict=True):
        for _ in plan.items:
            taken = take(project, person)
            sign = 1 if taken.item_id == plan.items[0].pk else -1
            answer(taken, strength * sign, rationale=f"Because {strength}.")
    return found, people


def test_a_lead_begins_a_norming_with_two_people_at_least():
    project = make_labeling_project(items=1, traits=1)
    people = [make_member(project) for _ in range(2)]
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))
    url = reverse("labeling:round_new", args=[project.slug])
    sent = {"kind": "norming", "name": "Together", "items": [project.items.get().pk]}

    assert lead.post(url, {**sent, "people": [people[0].pk]}).status_code == 422
    lead.post(url, {**sent, "people": [each.pk for each in people]})

    assert Round.objects.get().people.count() == 2
    assert take(project, people[0]).is_calibration


def test_nobody_sees_votes_before_they_are_shown():
    found, people = norming(3, -3)
    lead = make_member(found.project, role=Membership.Role.LEAD)

    for person in (people[0], lead):
        page = page_of(found, signed_in(person))
        assert "2 of 2 voted" in page
        assert "Because" not in page
        assert "is much better" not in page


def test_votes_are_shown_without_names():
    found, people = norming(3, -3)
    reveal_round(found, by=make_user())

    page = page_of(found, signed_in(people[0]))

    assert "Because 3." in page
    assert "Because -3." in page
    assert "Reader 1" in page
    assert str(people[1]) not in page
    assert people[1].email not in page


def test_who_did_not_vote_sees_no_votes():
    found, _ = norming(3, -3)
    late = make_member(found.project)
    found.people.add(late)
    reveal_round(found, by=make_user())

    page = page_of(found, signed_in(late))

    assert "Because" not in page
    assert "you don’t see the votes" in page


def test_voting_again_keeps_the_first_vote_and_moves_alpha():
    found, people = norming(3, -3, 3)
    before = alphas_of(ballot_of(found))[0].now.value
    reveal_round(found, by=make_user())
    found.refresh_from_db()

    for each in Assignment.objects.filter(annotator=people[1]):
        first = Annotation.objects.get(assignment=each).preferences.get().strength
        assert first is not None
        answer(each, -first, expected_revision="1")
    [alpha] = alphas_of(ballot_of(found))

    assert before is not None
    assert alpha.before.value == before < 1
    assert alpha.now.value == 1
    item = found.items.first()
    assert item
    votes = votes_of(ballot_of(found), item.pk)[0]
    assert sorted(vote.number for vote in votes.before if vote.number) == [1, 2]
    assert [vote.number for vote in votes.now if vote.number] == [3]
    assert violations() == {}


def test_remarks_are_made_after_the_votes_are_shown():
    found, people = norming(3, -3)
    client = signed_in(people[0])
    url = reverse("labeling:round_remark", args=[found.pk])
    sent = {"item": str(found.items.all()[0].pk), "text": "The second turn matters."}

    assert client.post(url, sent).status_code == 404
    reveal_round(found, by=make_user())
    client.post(url, sent)

    assert "The second turn matters." in page_of(found, signed_in(people[1]))
    assert client.post(url, {**sent, "text": ""}).status_code == 422


def test_a_norming_is_for_those_who_take_part():
    found, _ = norming(3, -3)
    other = make_member(found.project)

    assert signed_in(other).get(reverse("labeling:round", args=[found.pk])).status_code == 404
    assert not take(found.project, other).is_calibration


def test_only_those_who_lead_move_a_round():
    found, people = norming(3, -3)
    url = reverse("labeling:round_move", args=[found.pk])

    assert signed_in(people[0]).post(url, {"to": "revealed"}).status_code == 404
    lead = signed_in(make_member(found.project, role=Membership.Role.LEAD))
    lead.post(url, {"to": "revealed"})
    assert Round.objects.get().state == "revealed"
    lead.post(url, {"to": "closed"})

    assert Round.objects.get().state == "closed"
    assert not Project.objects.get().is_calibrating
