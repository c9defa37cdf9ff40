"""What a label that was taken back means for everything that rests on labels."""

import pytest
from django.urls import reverse

from accounts.models import User
from config.invariants import violations
from labeling.actions.adjudication import remark
from labeling.actions.agreement import collected
from labeling.actions.annotations import Withdrawn
from labeling.actions.assignments import AlreadySubmitted, skip_item
from labeling.actions.contested import find_disagreements
from labeling.actions.moves import Stale, move_pin
from labeling.actions.rounds import RoundPlan, open_round, reveal_round
from labeling.actions.withdrawals import withdraw
from labeling.calibrating import QualifyFirst
from labeling.models import (
    Annotation,
    Assignment,
    Disagreement,
    Item,
    Membership,
    Project,
    Qualification,
    Round,
)
from labeling.norming import ballot_of
from labeling.quality import answered
from labeling.queue import expire_leases
from tests.factories import make_trait_version, make_user
from tests.labeling.calibrating import answer, answer_round, gold_project, qualify_by, take_gold
from tests.labeling.disagreeing import contested, judged
from tests.labeling.pages import open_session, state_of
from tests.labeling.scenes import (
    let_lease_run_out,
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db
WITHDRAWN = Assignment.State.WITHDRAWN


def move(project: Project, by: User) -> Stale:
    """Move the first trait to a version that means something else."""
    pin = project.pins.select_related("trait_version__trait")[0]
    return move_pin(project, make_trait_version(pin.trait_version.trait, meaning_changed=True), actor=by)


def judges_of(disagreement: Disagreement) -> list[User]:
    return list(User.objects.filter(assignments__item=disagreement.item_id).order_by("pk"))


def test_a_new_version_leaves_what_was_withdrawn_alone() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    submit(take(project, person))
    withdraw(person)

    assert move(project, person) == Stale()
    assert Assignment.objects.get().state == WITHDRAWN
    assert try_claim(project, person) is None
    assert violations() == {}


def test_a_stale_label_is_withdrawn_gives_no_place_back_and_never_returns_to_its_author() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    stale = take(project, person)
    submit(stale)
    move(project, person)
    submit(take(project, other))

    assert withdraw(person).annotations == 1

    assert Item.objects.get().taken == 1
    assert Annotation.objects.counted().get().assignment.annotator == other
    with pytest.raises(Withdrawn):
        submit(stale)
    assert violations() == {}


def test_a_stale_label_that_is_being_judged_anew_is_withdrawn_with_its_lease() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    submit(take(project, person))
    move(project, person)
    again = take(project, person)

    withdraw(person)

    assert Assignment.objects.get().state == WITHDRAWN
    assert try_claim(project, person) is None
    assert take(project, other).item_id == again.item_id
    assert violations() == {}


def test_a_stale_label_whose_second_lease_ran_out_is_withdrawn_too() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    submit(take(project, person))
    move(project, person)
    let_lease_run_out(take(project, person))
    expire_leases()

    withdraw(person)

    assert try_claim(project, person) is None
    assert violations() == {}


def test_an_answer_to_gold_that_was_withdrawn_fills_no_place_and_counts_in_no_accuracy() -> None:
    project, _ = gold_project()
    person = make_member(project)
    given = take_gold(project, person)
    assert given
    answer(given, -2)
    assert len(answered(person=person.pk)) == 1

    withdraw(person)

    assert answered(project=project.pk) == []
    assert Membership.objects.values_list("done", "calibrated").get() == (0, 0)
    assert take_gold(project, person) is None
    assert signed_in(person).get(reverse("labeling:reference", args=[given.pk])).status_code == 404
    assert violations() == {}


def test_who_passed_stays_qualified_after_taking_the_answers_back() -> None:
    project, items = gold_project(2)
    live = make_item(project)
    qualify_by(project, items)
    person = make_member(project)
    answer_round(project, person, 2, 2)
    open_session(signed_in(person), project)

    withdraw(person)

    assert Qualification.objects.get().has_passed
    assert take(project, person).item_id == live.pk
    assert violations() == {}


def test_who_takes_answers_back_before_passing_has_nothing_to_be_judged_by() -> None:
    project, items = gold_project(1)
    qualify_by(project, items)
    person = make_member(project)
    answer_round(project, person, 2)

    withdraw(person)

    with pytest.raises(QualifyFirst):
        try_claim(project, person)
    assert state_of(open_session(signed_in(person), project)) == "qualify"
    assert not Qualification.objects.exists()


def test_a_withdrawn_vote_leaves_a_norming_with_its_words() -> None:
    project = make_labeling_project(items=1, traits=1)
    one, two = make_member(project), make_member(project)
    found = open_round(
        project,
        RoundPlan(Round.Kind.NORMING, "Together", list(project.items.all()), people=[one, two]),
        by=one,
    )
    for person, words in ((one, "A first thought."), (two, "Another one.")):
        answer(take(project, person), 2, rationale=words)
    reveal_round(found, by=one)
    found.refresh_from_db()

    withdraw(one)

    ballot = ballot_of(found)
    assert [cast.person for cast in ballot.before] == [cast.person for cast in ballot.now] == [two.pk]
    assert [words for _, _, words in ballot.rationales] == ["Another one."]


def test_agreement_is_measured_without_what_was_withdrawn() -> None:
    project = judged(2, -2, 1)
    gone = Assignment.objects.all()[0].annotator
    assert [len(columns[0]) for columns in collected(project).values()] == [3]

    withdraw(gone)

    assert [len(columns[0]) for columns in collected(project).values()] == [2]


def test_a_withdrawn_label_is_on_no_page_of_its_disagreement_and_its_author_may_not_settle_it() -> None:
    disagreement = contested(-2, 3)
    gone, _ = judges_of(disagreement)
    remark(disagreement, "I read it otherwise.", author=gone)
    lead = make_member(disagreement.item.project, role=Membership.Role.LEAD)
    page = reverse("labeling:disagreement", args=[disagreement.pk])
    assert signed_in(lead).get(page).text.count("One says what it does not know.") == 2

    withdraw(gone)

    shown = signed_in(lead).get(page).text
    assert shown.count("One says what it does not know.") == 1
    assert "Adjudicator" not in shown.split("I read it otherwise.")[0].rsplit("<li", 1)[-1]
    Membership.objects.filter(user=gone).update(role=Membership.Role.ADJUDICATOR)
    assert "You judged this item" in signed_in(gone).get(page).text


def test_what_nobody_stands_by_any_more_is_no_new_disagreement() -> None:
    project = judged(-2, 3)
    for person in User.objects.filter(assignments__isnull=False):
        withdraw(person)

    find_disagreements(project)

    assert not Disagreement.objects.exists()


def test_an_open_disagreement_without_labels_can_still_be_read_and_settled() -> None:
    disagreement = contested(-2, 3)
    for person in judges_of(disagreement):
        withdraw(person)
    lead = make_member(disagreement.item.project, role=Membership.Role.LEAD)
    client = signed_in(lead)

    assert (
        client.get(reverse("labeling:disagreements", args=[disagreement.item.project.slug])).status_code
        == 200
    )
    assert client.get(reverse("labeling:disagreement", args=[disagreement.pk])).status_code == 200


def test_undo_leads_to_the_newest_label_that_stands() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    gone = take(project, person)
    submit(gone)
    withdraw(person)
    client = signed_in(person)

    session = open_session(client, project)
    undone = client.post(reverse("labeling:undo", args=[gone.pk]), follow=True).text

    assert f"/assignments/{gone.pk}/" not in session
    assert "You took this label back" in undone
    with pytest.raises(AlreadySubmitted):
        skip_item(gone.pk, person, "other")


def test_a_withdrawn_label_is_not_among_what_one_did_last() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    assignment = take(project, person)
    submit(assignment)
    withdraw(person)

    assert str(assignment.pk) not in signed_in(person).get("/").text


def test_two_people_who_withdraw_from_the_same_projects_at_once_do_not_wait_in_a_ring() -> None:
    one, two = make_labeling_project(items=2), make_labeling_project(items=2)
    people = [make_user(), make_user()]
    for person in people:
        for project in (one, two):
            make_member(project, person)
    submit(take(one, people[0]))
    take(two, people[0])
    take(one, people[1])
    submit(take(two, people[1]))

    for person in people:
        withdraw(person)

    assert list(Item.objects.values_list("taken", flat=True).distinct()) == [0]
    assert violations() == {}
