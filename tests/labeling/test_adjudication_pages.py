"""The pages on which disagreements are settled, and what annotators see of them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from labeling.actions.adjudication import Decision, remark, settle
from labeling.actions.contested import find_disagreements
from labeling.models import Annotation, Disagreement, Membership
from tests.factories import make_user
from tests.labeling.disagreeing import contested, judged, marked, rated
from tests.labeling.modes import make_mode
from tests.labeling.scenes import answer_to, make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db
GAP = {
    "cause": "guideline gap",
    "answer": "",
    "reason": "It is silent.",
    "proposal": "Say that declining counts.",
}


def adjudicator_of(found: Disagreement) -> Client:
    return signed_in(make_member(found.item.project, role=Membership.Role.ADJUDICATOR))


def one_who_judged(found: Disagreement) -> User:
    return Annotation.objects.filter(assignment__item=found.item).earliest("created_at").assignment.annotator


def page_of(found: Disagreement, client: Client) -> str:
    return client.get(reverse("labeling:disagreement", args=[found.pk])).content.decode()


def post(found: Disagreement, client: Client, what: str, **fields: str) -> int:
    return client.post(reverse(f"labeling:disagreement_{what}", args=[found.pk]), fields).status_code


def test_the_list_shows_what_waits_widest_first():
    project = judged(-3, 3)
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    lead.post(reverse("labeling:disagreements_find", args=[project.slug]))
    page = lead.get(reverse("labeling:disagreements", args=[project.slug])).content.decode()

    assert "Opposite signs" in page
    assert "1 A is much better. 1 B is much better." in page


def test_an_empty_list_says_what_will_appear():
    project = make_labeling_project()
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    page = lead.get(reverse("labeling:disagreements", args=[project.slug])).content.decode()

    assert "Nothing waits for a decision" in page


def test_the_page_names_nobody():
    found = contested()

    page = page_of(found, adjudicator_of(found))

    assert "Reader 1" in page and "Reader 2" in page  # noqa: PT018 - one fact.
    for person in User.objects.filter(assignments__item=found.item):
        assert str(person) not in page
        assert person.email not in page


def test_a_decision_leads_to_the_list_when_nothing_else_waits():
    found = contested()

    answer = adjudicator_of(found).post(
        reverse("labeling:disagreement_settle", args=[found.pk]), GAP, follow=True
    )

    assert "Your proposal stands on the draft of" in answer.content.decode()
    assert found.adjudications.get().amendment is not None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Say what kind of disagreement this is."),
        ({**GAP, "reason": " "}, "Give your reasons"),
        ({**GAP, "proposal": ""}, "Say what the next version of the definition should say."),
        ({**GAP, "cause": "value divergence", "answer": "2"}, "A difference in values has no single answer."),
        ({**GAP, "cause": "error", "becomes_gold": "1"}, "A reference label needs an answer."),
    ],
)
def test_what_is_missing_is_named(sent: dict[str, str], said: str):
    found = contested()

    answer = adjudicator_of(found).post(reverse("labeling:disagreement_settle", args=[found.pk]), sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not found.adjudications.exists()


def test_who_judged_it_is_told_that_someone_else_settles_it():
    found = contested()
    person = one_who_judged(found)
    Membership.objects.filter(user=person).update(role=Membership.Role.LEAD)
    client = signed_in(person)

    assert "someone else settles it" in page_of(found, client)
    assert post(found, client, "settle", **GAP) == 422
    assert not found.adjudications.exists()


def test_a_decision_that_came_second_is_told_of_the_first():
    found = contested()
    client = adjudicator_of(found)
    settle(found, Decision("style", "Both are honest."), adjudicator=make_user())

    answer = client.post(reverse("labeling:disagreement_settle", args=[found.pk]), GAP)

    assert answer.status_code == 409
    assert "Both are honest." in answer.content.decode()


def test_annotators_find_nothing_before_it_is_settled():
    found = contested()

    status = (
        signed_in(one_who_judged(found)).get(reverse("labeling:disagreement", args=[found.pk])).status_code
    )

    assert status == 404


def test_annotators_who_are_asked_see_their_own_label_alone():
    found = contested()
    remark(found, "What did you make of the second sentence?", author=make_user())

    page = page_of(found, signed_in(one_who_judged(found)))

    assert "What did you make of the second sentence?" in page
    assert page.count('class="label-card"') == 1
    assert "You see the others’ labels once this is settled." in page


def test_annotators_see_afterwards_what_was_decided_and_why():
    found = contested()
    settle(found, Decision("factual", "The law says so.", strength=3), adjudicator=make_user())

    page = page_of(found, signed_in(one_who_judged(found)))

    assert "The law says so." in page
    assert "B is much better" in page
    assert page.count('class="label-card"') == 2


def test_an_annotator_answers_and_does_not_decide():
    found = contested()
    remark(found, "What did you make of it?", author=make_user())
    client = signed_in(one_who_judged(found))

    assert post(found, client, "remark", text="It admits the mistake.") == 302
    assert post(found, client, "settle", **GAP) == 404
    assert post(found, client, "reopen") == 404
    assert "It admits the mistake." in page_of(found, client)


def test_a_settled_one_is_opened_again_beside_the_earlier_decision():
    found = contested()
    client = adjudicator_of(found)
    post(found, client, "settle", **GAP)

    post(found, client, "reopen")
    page = page_of(found, client)

    assert "Earlier decision" in page
    assert "Your decision" in page


def test_a_lead_sends_an_item():
    found = contested()
    project = found.item.project
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    answer = lead.post(
        reverse("labeling:disagreement_send", args=[project.slug]),
        {"item": str(found.item_id), "version": str(found.trait_version_id)},
    )

    assert answer.headers["Location"] == reverse("labeling:disagreement", args=[found.pk])


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (lambda: rated("0", "4"), ("1 0, not at all. 1 4, fully.", "How far does", "2, partly")),
        (lambda: marked("met", "not met"), ("1 Met. 1 Not met.", "meet this", "Not met")),
    ],
)
def test_a_question_about_one_response_is_settled_on_its_page(project: Any, said: tuple[str, ...]):
    find_disagreements(project())
    found = Disagreement.objects.with_item().get()
    client = adjudicator_of(found)

    listed = client.get(reverse("labeling:disagreements", args=[found.item.project.slug])).content.decode()
    page = page_of(found, client)
    fields = {"cause": "factual", "answer": "2" if found.kind == "rating" else "met", "reason": "Look it up."}
    status = post(found, client, "settle", **fields)

    assert said[0] in listed
    assert all(words in page for words in said)
    assert "Make it a reference label" not in page
    assert status == 302
    assert said[2].lower() in page_of(found, client).lower()


def test_an_answer_to_another_question_is_refused():
    found = contested()

    assert (
        post(found, adjudicator_of(found), "settle", cause="factual", answer="met", reason="Look it up.")
        == 422
    )


def test_a_lead_reads_all_answers_and_sends_one():
    find_disagreements(project := marked("met", "met"))
    item = project.items.get()
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    page = lead.get(reverse("labeling:item_answers", args=[project.slug, item.pk])).content.decode()
    criterion, response = re.findall(r'name="(?:criterion|response)" value="([^"]+)"', page)[:2]
    version = re.findall(r'name="version" value="([^"]*)"', page)[0]
    lead.post(
        reverse("labeling:disagreement_send", args=[project.slug]),
        {"item": str(item.pk), "version": version, "criterion": criterion, "response": response},
    )

    assert "2 Met." in page
    assert Disagreement.objects.get().rule == "sent"


def test_what_nobody_was_asked_is_not_sent():
    found = contested()
    project = found.item.project
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    answer = lead.post(
        reverse("labeling:disagreement_send", args=[project.slug]), {"item": str(found.item_id)}
    )

    assert answer.status_code == 404


def test_a_list_of_many_asks_no_more_of_the_database(django_assert_max_num_queries: Any):
    project = make_mode("criteria", items=4, overlap=2)
    for mark in ("met", "not met"):
        member = make_member(project)
        for _ in range(4):
            assignment = take(project, member)
            submit(assignment, **{name: mark for name in answer_to(assignment) if name.startswith("m_")})
    find_disagreements(project)
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))
    address = reverse("labeling:disagreements", args=[project.slug])

    with django_assert_max_num_queries(24):
        page = lead.get(address).content.decode()

    assert page.count("1 Met. 1 Not met.") == 16


def test_an_annotator_of_another_project_finds_nothing():
    found = contested()
    stranger = signed_in(make_member(make_labeling_project(), role=Membership.Role.ADJUDICATOR))

    assert stranger.get(reverse("labeling:disagreement", args=[found.pk])).status_code == 404
    assert stranger.get(reverse("labeling:disagreements", args=[found.item.project.slug])).status_code == 404
